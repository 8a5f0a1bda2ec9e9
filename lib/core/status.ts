import type { JsonObject, JsonValue } from '../model/json.ts';
import { listAt, stringAt, valueAt } from '../model/json.ts';
import { PROPAGATION_CONDITION } from '../model/names.ts';
import type { PropagationReason } from '../model/propagation.ts';
import type { ClusterEntry } from './entries.ts';
import { goJson } from './hash.ts';

export interface StatusEntry extends ClusterEntry {
  /** `.status` of the target in this cluster, for types whose status is collected */
  readonly remoteStatus?: JsonValue;
}

export interface StatusInput {
  /** the status as it is stored; undefined when there is none */
  readonly current: JsonObject | undefined;
  /** `metadata.generation` of the federated object that was processed */
  readonly generation: number;
  /** one for each cluster concerned, in any order */
  readonly entries: readonly StatusEntry[];
  /** what is wrong with the object as a whole; entries that are not OK yield CheckClusters */
  readonly reason?: PropagationReason;
  /** what a person should know of the reason; left out when all is well */
  readonly message?: string;
  /** whether a member was written to in this pass */
  readonly changed: boolean;
  /** RFC 3339, UTC; fractions of a second are cut off */
  readonly nowIso: string;
}

export type NextStatus =
  | { readonly changed: false }
  | { readonly changed: true; readonly status: JsonObject };

/** API servers quote whole objects in their refusals; a status has to stay readable. */
const MESSAGE_LENGTH = 1024;

/**
 * Works out the status of a federated object after a pass, and whether it has to be written at all:
 * a pass that changes nothing must not write, or status and watch chase each other.
 *
 * | what is new                                    | write | update time | transition time |
 * |------------------------------------------------|-------|-------------|-----------------|
 * | status or reason of the condition              | yes   | now         | now             |
 * | an entry, a message, or a member was written   | yes   | now         | kept            |
 * | the generation alone                           | yes   | kept        | kept            |
 * | nothing                                        | no    |             |                 |
 *
 * @returns the whole status; `clusters` is sorted by name and maybe empty; an entry that is OK has
 * no `status`; conditions of other types are kept
 * Source: KubeFed v0.10.0, status of federated objects; the messages are ours
 */
export function nextStatus(input: StatusInput): NextStatus {
  const { current, generation, entries } = input;
  const clusters = entries.map(clusterStatus).sort(byName);
  const conditions = listAt(current, 'conditions');
  const previous = conditions.find((c) => stringAt(c, 'type') === PROPAGATION_CONDITION);
  const stored = listAt(current, 'clusters').toSorted(byName);
  const propagated = input.changed || goJson(stored) !== goJson(clusters);

  const { condition, updated } = nextCondition(input, previous, propagated);
  if (!updated && valueAt(current, 'observedGeneration') === generation) return { changed: false };
  const nextConditions =
    previous === undefined
      ? [...conditions, condition]
      : conditions.map((other) => (other === previous ? condition : other));
  const status = { observedGeneration: generation, conditions: nextConditions, clusters };
  return { changed: true, status };
}

function nextCondition(
  input: StatusInput,
  previous: JsonValue | undefined,
  propagated: boolean,
): { readonly condition: JsonObject; readonly updated: boolean } {
  const failing = input.entries.some((entry) => entry.code !== 'OK');
  const reason = input.reason ?? (failing ? 'CheckClusters' : undefined);
  const facts = {
    type: PROPAGATION_CONDITION,
    status: reason === undefined ? 'True' : 'False',
    ...(reason === undefined ? {} : { reason, ...messageOf(input) }),
  };
  const differs = (key: 'status' | 'reason' | 'message'): boolean =>
    valueAt(previous, key) !== valueAt(facts, key);
  const transitioned = differs('status') || differs('reason');
  const updated = transitioned || propagated || differs('message');

  const now = input.nowIso.replace(/\.\d+/, '');
  const timeOf = (moved: boolean, key: string): string =>
    (moved ? undefined : stringAt(previous, key)) ?? now;
  const condition = {
    ...facts,
    lastUpdateTime: timeOf(updated, 'lastUpdateTime'),
    lastTransitionTime: timeOf(transitioned, 'lastTransitionTime'),
  };
  return { condition, updated };
}

function clusterStatus(entry: StatusEntry): JsonObject {
  const { name, code, remoteStatus, refused } = entry;
  return {
    name,
    ...(code === 'OK' ? {} : { status: code, ...messageOf(entry) }),
    ...(code === 'OK' || refused === undefined ? {} : { refused }),
    ...(remoteStatus === undefined ? {} : { remoteStatus }),
  };
}

function messageOf({ message }: { readonly message?: string }): { message?: string } {
  if (!message) return {};
  if (message.length <= MESSAGE_LENGTH) return { message };
  return { message: `${message.slice(0, MESSAGE_LENGTH - 1)}…` };
}

function byName(a: JsonValue, b: JsonValue): number {
  return String(valueAt(a, 'name')) < String(valueAt(b, 'name')) ? -1 : 1;
}
