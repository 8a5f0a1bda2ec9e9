import { isJsonObject, type JsonObject, listAt, stringAt } from './json.ts';
import { CORE_GROUP } from './names.ts';
import type { Resource } from './resource.ts';

/** What this control plane reads from the KubeFedConfig `kubefed`; everything else in it is kept and ignored. */
export interface KubeFedConfig {
  readonly scope: 'Cluster' | 'Namespaced';
  readonly adoptResources: boolean;
  /** only those that the config names */
  readonly gates: Readonly<Record<string, boolean>>;
  readonly healthTimeoutSeconds: number;
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
  const gates = listAt(config, 'spec', 'featureGates').filter(isJsonObject);
  return {
    scope: stringAt(config, 'spec', 'scope') === 'Namespaced' ? 'Namespaced' : 'Cluster',
    adoptResources: stringAt(config, 'spec', 'syncController', 'adoptResources') !== 'Disabled',
    gates: Object.fromEntries(
      gates.map((gate) => [stringAt(gate, 'name') ?? '', gate['configuration'] === 'Enabled']),
    ),
    healthTimeoutSeconds:
      parseDurationSeconds(stringAt(config, 'spec', 'clusterHealthCheck', 'timeout')) ?? 3,
    deletionDeadlineSeconds:
      parseDurationSeconds(stringAt(config, 'spec', 'syncController', 'deletionDeadline')) ??
      DELETION_DEADLINE_SECONDS,
  };
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
