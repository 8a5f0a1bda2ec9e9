import { isJsonObject, type JsonObject, listAt, objectAt, stringAt, valueAt } from './json.ts';
import { CORE_GROUP } from './names.ts';
import type { Resource } from './resource.ts';

/** What this control plane reads from the KubeFedConfig `kubefed`; everything else in it is kept and ignored. */
export interface KubeFedConfig {
  readonly scope: 'Cluster' | 'Namespaced';
  readonly adoptResources: boolean;
  /** only those that the config names */
  readonly gates: Readonly<Record<string, boolean>>;
  readonly healthTimeoutSeconds: number;
  /** time between two probes of a member */
  readonly healthPeriodSeconds: number;
  /** probes in a row that change the readiness of a member */
  readonly healthThresholds: { readonly failures: number; readonly successes: number };
  /** how long a member that cannot be reached may hold up a deletion */
  readonly deletionDeadlineSeconds: number;
}

export const KUBEFED_CONFIGS: Resource = {
  group: CORE_GROUP,
  version: 'v1beta1',
  kind: 'KubeFedConfig',
  plural: 'kubefedconfigs',
  namespaced: true,
};

/** @param config absent where the host has none: then KubeFed's defaults hold */
export function readKubeFedConfig(config: JsonObject | undefined): KubeFedConfig {
  const health = objectAt(config, 'spec', 'clusterHealthCheck');
  const gates = listAt(config, 'spec', 'featureGates').filter(isJsonObject);
  return {
    scope: stringAt(config, 'spec', 'scope') === 'Namespaced' ? 'Namespaced' : 'Cluster',
    adoptResources: stringAt(config, 'spec', 'syncController', 'adoptResources') !== 'Disabled',
    gates: Object.fromEntries(
      gates.map((gate) => [stringAt(gate, 'name') ?? '', gate['configuration'] === 'Enabled']),
    ),
    healthTimeoutSeconds: parseDurationSeconds(stringAt(health, 'timeout')) || 3,
    healthPeriodSeconds: parseDurationSeconds(stringAt(health, 'period')) || 10,
    healthThresholds: {
      failures: countAt(health, 'failureThreshold') ?? 3,
      successes: countAt(health, 'successThreshold') ?? 1,
    },
    deletionDeadlineSeconds:
      parseDurationSeconds(stringAt(config, 'spec', 'syncController', 'deletionDeadline')) ??
      DELETION_DEADLINE_SECONDS,
  };
}

/** @returns a whole number above zero; undefined for anything else */
function countAt(value: JsonObject | undefined, key: string): number | undefined {
  const count = Number(valueAt(value, key) ?? Number.NaN);
  return Number.isInteger(count) && count > 0 ? count : undefined;
}

const DELETION_DEADLINE_SECONDS = 300;

const UNIT_SECONDS: Readonly<Record<string, number>> = {
  h: 3600,
  m: 60,
  s: 1,
  ms: 1e-3,
  us: 1e-6,
  µs: 1e-6,
  ns: 1e-9,
};

/** @returns seconds of a Go duration (`1m30s`, `250ms`); undefined when absent or malformed */
export function parseDurationSeconds(text: string | undefined): number | undefined {
  if (text === undefined || !/^(\d+(\.\d+)?(h|ms|m|s|us|µs|ns))+$/.test(text)) return undefined;
  let seconds = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s|us|µs|ns)/g)) {
    seconds += Number(amount) * (UNIT_SECONDS[unit ?? ''] ?? 0);
  }
  return seconds;
}
