import { isJsonObject, type JsonObject, listAt, stringAt } from '../model/json.ts';

/** What a probe of one member found. */
export type ProbeResult =
  | { readonly found: 'malformed'; readonly message: string }
  | { readonly found: 'silence'; readonly message: string }
  | { readonly found: 'answer'; readonly body: string; readonly gitVersion?: string };

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
 * @param at.region AWS Region of the member, where it is known
 * @returns undefined when nothing but the time of the probe has changed: nothing is to be written then
 * Source: KubeFed v0.10.0, cluster health check (reasons and messages)
 */
export function nextClusterStatus(
  current: JsonObject | undefined,
  probe: ProbeResult,
  at: { readonly nowIso: string; readonly region?: string },
): JsonObject | undefined {
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
  const next: JsonObject = {
    ...current,
    conditions,
    ...(version === undefined ? {} : { kubernetesVersion: version }),
    ...(at.region === undefined ? {} : { region: at.region }),
  };
  return tellsTheSame(current, next) ? undefined : next;
}

interface Condition extends JsonObject {
  type: 'Ready' | 'Offline' | 'ConfigMalformed';
  status: 'True' | 'False';
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
  if (probe.body.trim().toLowerCase() === 'ok') {
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
  return [...conditions.sort(), ...facts];
}
