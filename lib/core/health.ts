import { isJsonObject, type JsonObject, listAt, stringAt, valueAt } from '../model/json.ts';
import { isReady } from './readiness.ts';
import type { Topology } from './topology.ts';

/** What a probe of one member found. */
export type ProbeResult =
  | { readonly found: 'malformed'; readonly message: string }
  | { readonly found: 'silence'; readonly message: string }
  | { readonly found: 'answer'; readonly body: string; readonly gitVersion?: string };

export interface ProbeCircumstances {
  /** when the probe began, RFC 3339, whole seconds: one that hangs must not be taken for the double of the next */
  readonly nowIso: string;
  /** @returns how long before the probe that was, negative for what came after; NaN when it is no time */
  readonly sinceMs: (iso: string) => number;
  readonly where?: Topology;
  /** absent: the first probe decides */
  readonly thresholds?: ProbeThresholds;
}

export interface ProbeThresholds {
  /** probes in a row that make a ready member unready */
  readonly failures: number;
  /** probes in a row that make an unready member ready */
  readonly successes: number;
  readonly periodSeconds: number;
}

/**
 * The status of a KubeFedCluster after a probe.
 *
 * | probe                     | conditions                                        |
 * |---------------------------|---------------------------------------------------|
 * | body `ok`                 | Ready=True                                        |
 * | success, another body     | Ready=False, Offline=False                        |
 * | no answer, or an error    | Ready=False, Offline=True, with the cause         |
 * | no connection can be made | Ready=False, ConfigMalformed=True, with the cause |
 *
 * KubeFed wrote no Ready condition in the last two cases, so that its READY column was empty; we say False.
 *
 * Readiness changes when as many probes in a row as the threshold says have disagreed with it. Until then their count
 * is kept in `status.unconfirmed`, with what they found, so that it outlives the worker; a probe that agrees ends it.
 * Two probes that began within a fifth of a period count as one: a message may come twice. One that began before the
 * probe that the status tells of has been overtaken and says nothing.
 *
 * @returns undefined when nothing is to be written: nothing but the time of the probe has changed
 * Source: KubeFed v0.10.0, cluster health check (reasons and messages). Its thresholds count probes since the last
 *   change, whatever they found; ours count those that disagree.
 */
export function nextClusterStatus(
  current: JsonObject | undefined,
  probe: ProbeResult,
  at: ProbeCircumstances,
): JsonObject | undefined {
  if (isOvertaken(current, at)) return undefined;
  const unconfirmed = unconfirmedAfter(current, probe, at);
  if (unconfirmed === 'counted') return undefined;
  if (unconfirmed !== undefined) return { ...current, unconfirmed };
  const before = listAt(current, 'conditions').filter(isJsonObject);
  const conditions = conditionsOf(probe).map((condition): JsonObject => {
    const same = before.find(({ type }) => type === condition.type);
    const kept = same?.['status'] === condition.status ? same['lastTransitionTime'] : undefined;
    return { ...condition, lastProbeTime: at.nowIso, lastTransitionTime: kept ?? at.nowIso };
  });
  const version =
    probe.found === 'answer' && probe.gitVersion !== undefined
      ? probe.gitVersion
      : stringAt(current, 'kubernetesVersion');
  const { unconfirmed: _, ...kept } = current ?? {};
  const { region, zones } = at.where ?? {};
  const next: JsonObject = {
    ...kept,
    conditions,
    ...(version === undefined ? {} : { kubernetesVersion: version }),
    ...(region === undefined ? {} : { region }),
    ...(zones === undefined ? {} : { zones: [...zones] }),
  };
  return tellsTheSame(current, next) ? undefined : next;
}

/** @returns the new count; `counted` when this probe is the double of one that counts; undefined when it decides */
function unconfirmedAfter(
  current: JsonObject | undefined,
  probe: ProbeResult,
  { nowIso, sinceMs, thresholds }: ProbeCircumstances,
): JsonObject | 'counted' | undefined {
  const status = current ?? {};
  if (thresholds === undefined || listAt(status, 'conditions').length === 0) return undefined;
  const ready = isWell(probe);
  if (ready === isReady({ status })) return undefined;
  const before = valueAt(status, 'unconfirmed', 'count');
  const lastMs = sinceMs(stringAt(status, 'unconfirmed', 'lastProbeTime') ?? '');
  if (lastMs < doubleWithinMs(thresholds)) return 'counted';
  const count = (typeof before === 'number' ? before : 0) + 1;
  if (count >= (ready ? thresholds.successes : thresholds.failures)) return undefined;
  const [{ reason = '', message = '' } = {}] = conditionsOf(probe);
  return { count, reason, message, lastProbeTime: nowIso };
}

/** Times in a status are whole seconds: what is a second apart may be a double. */
function doubleWithinMs({ periodSeconds }: ProbeThresholds): number {
  return Math.max(periodSeconds * 200, Math.min(periodSeconds * 500, 1_000));
}

/** A clock that was ahead must not keep probes from being heard for longer. */
const LONGEST_OVERLAP_MS = 60_000;

function isOvertaken(current: JsonObject | undefined, { sinceMs }: ProbeCircumstances): boolean {
  const told = [valueAt(current ?? {}, 'unconfirmed'), ...listAt(current, 'conditions')];
  return told.some((each) => {
    const ageMs = sinceMs(stringAt(each, 'lastProbeTime') ?? '');
    return ageMs < 0 && ageMs > -LONGEST_OVERLAP_MS;
  });
}

function isWell(probe: ProbeResult): boolean {
  return probe.found === 'answer' && probe.body.trim().toLowerCase() === 'ok';
}

interface Condition extends JsonObject {
  type: 'Ready' | 'Offline' | 'ConfigMalformed';
  status: 'True' | 'False';
  reason: string;
  message: string;
}

function conditionsOf(probe: ProbeResult): Condition[] {
  if (probe.found === 'malformed') {
    const reason = 'ClusterConfigMalformed';
    const message = `cluster's configuration may be malformed: ${probe.message}`;
    return [
      { type: 'ConfigMalformed', status: 'True', reason, message },
      { type: 'Ready', status: 'False', reason, message },
    ];
  }
  if (probe.found === 'silence') {
    const reason = 'ClusterNotReachable';
    const message = `cluster is not reachable: ${probe.message}`;
    return [
      { type: 'Ready', status: 'False', reason, message },
      { type: 'Offline', status: 'True', reason, message },
    ];
  }
  if (isWell(probe)) {
    const message = '/healthz responded with ok';
    return [{ type: 'Ready', status: 'True', reason: 'ClusterReady', message }];
  }
  const message = '/healthz responded without ok';
  return [
    { type: 'Ready', status: 'False', reason: 'ClusterNotReady', message },
    {
      type: 'Offline',
      status: 'False',
      reason: 'ClusterReachable',
      message: 'cluster is reachable',
    },
  ];
}

function tellsTheSame(current: JsonObject | undefined, next: JsonObject): boolean {
  return JSON.stringify(timeless(current)) === JSON.stringify(timeless(next));
}

function timeless(status: JsonObject | undefined): string[] {
  const conditions = listAt(status, 'conditions').map((condition) =>
    ['type', 'status', 'reason', 'message'].map((key) => stringAt(condition, key)).join('|'),
  );
  const facts = ['kubernetesVersion', 'region'].map((key) => stringAt(status, key) ?? '');
  const zones = listAt(status, 'zones').map(String).join();
  const isCounting = isJsonObject(valueAt(status, 'unconfirmed'));
  return [...conditions.sort(), ...facts, zones, String(isCounting)];
}
