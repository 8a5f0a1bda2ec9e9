import { judgeRemaining } from '../../core/deletion-deadline.ts';
import { type ClusterEntry, storedEntries } from '../../core/entries.ts';
import { type JsonObject, listAt, objectAt, stringAt, valueAt } from '../../model/json.ts';
import { PROPAGATION_CONDITION, SYNC_FINALIZER } from '../../model/names.ts';
import type { PropagationCode, PropagationReason } from '../../model/propagation.ts';
import type { FederatedType } from '../../model/type-config.ts';

interface Subject {
  /** name of the FederatedTypeConfig */
  readonly type: string;
  /** of the federated object */
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  /** absent where it is about the object as a whole */
  readonly cluster?: string;
}

/** One reason why a federated object is not as it should be everywhere. */
export interface Trouble extends Subject {
  /** `NotReported` is ours: no status of this generation has been written yet */
  readonly code: PropagationCode | PropagationReason | 'NotReported';
  /** since when the object is not in sync, RFC 3339; absent where nothing tells */
  readonly since?: string;
  readonly message: string;
}

/** What the deletion of a federated object waits for. */
export interface Deletion extends Subject {
  readonly code: PropagationCode;
  /** when it was asked for, RFC 3339 */
  readonly since: string;
  /** until when this member can hold it up, RFC 3339; absent for one that answers: it is waited for */
  readonly deadline?: string;
  readonly message: string;
}

/**
 * @returns what keeps an object from being in sync: what is wrong with it as a whole first, then clusters by name; empty
 *   when it is in sync, or being deleted
 */
export function troublesOf(type: FederatedType, object: JsonObject): Trouble[] {
  if (stringAt(object, 'metadata', 'deletionTimestamp') !== undefined) return [];
  const subject = subjectOf(type, object);
  const unreported = unreportedOf(object);
  if (unreported !== undefined) return [{ ...subject, ...unreported }];
  const condition = propagationOf(object);
  const since = stringAt(condition, 'lastTransitionTime');
  const at = since === undefined ? {} : { since };
  const reason = stringAt(condition, 'reason');
  const whole = WHOLE_REASONS.find((one) => one === reason);
  const message = stringAt(condition, 'message') ?? '';
  return [
    ...(whole === undefined ? [] : [{ ...subject, code: whole, ...at, message }]),
    ...entriesOf(object)
      .filter(({ code }) => code !== 'OK')
      .map((entry) => ({
        ...subject,
        cluster: entry.name,
        code: entry.code,
        ...at,
        message: entry.message ?? '',
      })),
  ];
}

/** With CheckClusters the clusters themselves tell. */
const WHOLE_REASONS = [
  'ClusterRetrievalFailed',
  'ComputePlacementFailed',
  'NamespaceNotFederated',
] as const satisfies readonly PropagationReason[];

function unreportedOf(object: JsonObject): Pick<Trouble, 'code' | 'since' | 'message'> | undefined {
  const status = objectAt(object, 'status');
  const created = stringAt(object, 'metadata', 'creationTimestamp');
  if (propagationOf(object) === undefined) {
    const since = created === undefined ? {} : { since: created };
    return { code: 'NotReported', ...since, message: 'nothing has been reported yet' };
  }
  const generation = Number(valueAt(object, 'metadata', 'generation') ?? 0);
  const observed = Number(valueAt(status, 'observedGeneration') ?? generation);
  if (observed >= generation) return undefined;
  const message = `generation ${observed} has been reported, ${generation} not yet`;
  return { code: 'NotReported', message };
}

/**
 * @returns what the deletion of an object waits for, clusters by name; an entry without a cluster when no member holds
 *   it up. Empty when the object is not being deleted, or waits for others than us.
 */
export function deletionsOf(
  type: FederatedType,
  object: JsonObject,
  deadlineSeconds: number,
): Deletion[] {
  const since = stringAt(object, 'metadata', 'deletionTimestamp');
  const isOurs = listAt(object, 'metadata', 'finalizers').includes(SYNC_FINALIZER);
  if (since === undefined || !isOurs) return [];
  const subject = subjectOf(type, object);
  const entries = remainingOf(object);
  if (entries.length === 0) {
    const message = 'nothing is left in members, or nothing has been reported yet';
    return [{ ...subject, code: 'WaitingForRemoval', since, message }];
  }
  const untilIso = isoSeconds(Date.parse(since) + deadlineSeconds * 1000);
  const { overdue } = judgeRemaining({ federated: object, entries, isDue: true, untilIso });
  const held = new Set(overdue);
  return entries.map(({ name, code, message = '' }) => ({
    ...subject,
    cluster: name,
    code,
    since,
    ...(held.has(name) ? { deadline: untilIso } : {}),
    message,
  }));
}

/** A status from before the deletion says where the object is, not how its removal goes. */
function remainingOf(object: JsonObject): ClusterEntry[] {
  const generation = valueAt(object, 'metadata', 'generation');
  const isCurrent = valueAt(object, 'status', 'observedGeneration') === generation;
  const entries = entriesOf(object);
  return isCurrent ? entries : entries.map(({ name }) => ({ name, code: 'WaitingForRemoval' }));
}

function entriesOf(object: JsonObject): ClusterEntry[] {
  return storedEntries(objectAt(object, 'status')).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function propagationOf(object: JsonObject) {
  const conditions = listAt(object, 'status', 'conditions');
  return conditions.find((one) => stringAt(one, 'type') === PROPAGATION_CONDITION);
}

function subjectOf(type: FederatedType, object: JsonObject): Subject {
  const namespace = stringAt(object, 'metadata', 'namespace');
  return {
    type: type.name,
    kind: type.federated.kind,
    ...(namespace === undefined ? {} : { namespace }),
    name: stringAt(object, 'metadata', 'name') ?? '',
  };
}

function isoSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
