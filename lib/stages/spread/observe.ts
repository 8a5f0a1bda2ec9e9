import {
  needsPods,
  type RunningReplicas,
  runningReplicas,
} from '../../core/spread/running-replicas.ts';
import type { SecondsSince } from '../../core/spread/standing.ts';
import { isJsonObject, type JsonObject, listAt, objectAt, stringAt } from '../../model/json.ts';
import { MANAGED_LABEL } from '../../model/names.ts';
import type { ObjectKey } from '../../model/resource.ts';
import { PODS } from '../../model/resources.ts';
import type { FederatedType } from '../../model/type-config.ts';
import type { ApiResult, Clock, Cluster, Log, Members } from '../../ports.ts';

export interface ObservePorts {
  readonly members: Members;
  readonly clock: Clock;
  readonly log: Log;
}

/** A target in a member. */
export interface Place {
  readonly type: FederatedType;
  readonly key: ObjectKey;
  readonly kubeFedCluster: JsonObject;
}

const ANSWER_WITHIN_MS = 5_000;

/** @returns what runs of the target in one member; undefined where there is none of ours */
export async function observeReplicas(
  ports: ObservePorts,
  place: Place,
  secondsSince: SecondsSince,
): Promise<RunningReplicas | 'unreadable' | undefined> {
  const done = new AbortController();
  const late = ports.clock.sleep(ANSWER_WITHIN_MS, done.signal).then(() => {
    const message = `it did not answer within ${ANSWER_WITHIN_MS / 1000} s`;
    return { ok: false, error: { kind: 'TimedOut', message } } as const;
  });
  const found = await Promise.race([observe(ports, place, secondsSince), late]);
  done.abort();
  if (found.ok) return found.value;
  const cluster = stringAt(place.kubeFedCluster, 'metadata', 'name');
  ports.log.warn('replicas cannot be read', { cluster, ...place.key, error: found.error });
  return 'unreadable';
}

async function observe(
  ports: ObservePorts,
  { type, key, kubeFedCluster }: Place,
  secondsSince: SecondsSince,
): Promise<ApiResult<RunningReplicas | undefined>> {
  const connected = await ports.members.connect(kubeFedCluster);
  if (!connected.ok) return connected;
  const found = await connected.value.get(type.target, key);
  if (!found.ok) return found.error.kind === 'NotFound' ? NONE : found;
  const target = found.value;
  if (stringAt(target, 'metadata', 'labels', MANAGED_LABEL) !== 'true') return NONE;
  if (!needsPods(target)) return { ok: true, value: runningReplicas(target, [], secondsSince) };
  const pods = await listPods(connected.value, key, target);
  if (!pods.ok && pods.error.kind !== 'Forbidden') return pods;
  if (!pods.ok) {
    const cluster = stringAt(kubeFedCluster, 'metadata', 'name');
    const remedy = `kubefed-eks join ${cluster} again, which grants it`;
    ports.log.warn('pods may not be listed', { cluster, error: pods.error, remedy });
  }
  const value = runningReplicas(target, pods.ok ? pods.value : undefined, secondsSince);
  return { ok: true, value };
}

const NONE = { ok: true, value: undefined } as const;

async function listPods(
  member: Cluster,
  { namespace }: ObjectKey,
  target: JsonObject,
): Promise<ApiResult<JsonObject[]>> {
  const labelSelector = selectorOf(target);
  // Without a selector every pod of the namespace would match.
  if (labelSelector === '') return { ok: true, value: [] };
  const place = namespace === undefined ? {} : { namespace };
  const listed = await member.list(PODS, { ...place, labelSelector });
  return listed.ok ? { ok: true, value: listed.value.items } : listed;
}

/** @returns the selector of a target as a query takes it. Source: Kubernetes, set-based label selectors */
function selectorOf(target: JsonObject): string {
  const selector = objectAt(target, 'spec', 'selector');
  const equal = Object.entries(objectAt(selector, 'matchLabels') ?? {}).map(
    ([key, value]) => `${key}=${String(value)}`,
  );
  const terms = listAt(selector, 'matchExpressions').filter(isJsonObject).map(termOf);
  return [...equal, ...terms].join(',');
}

function termOf(term: JsonObject): string {
  const key = stringAt(term, 'key') ?? '';
  const values = listAt(term, 'values').join(',');
  switch (term['operator']) {
    case 'In':
      return `${key} in (${values})`;
    case 'NotIn':
      return `${key} notin (${values})`;
    case 'DoesNotExist':
      return `!${key}`;
    default:
      return key;
  }
}
