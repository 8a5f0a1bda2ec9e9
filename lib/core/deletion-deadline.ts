import { isJsonObject, type JsonObject, stringAt } from '../model/json.ts';
import { DELETE_OPTIONS_ANNOTATION, ORPHAN_ANNOTATION } from '../model/names.ts';
import type { PropagationCode } from '../model/propagation.ts';
import type { ClusterEntry } from './entries.ts';
import type { Tombstone } from './tombstones.ts';

/**
 * The member could not be asked, or did not let us, or is not to be touched for now. `WaitingForRemoval` is not one:
 * there the removal is under way; nor is `Paused`: that somebody wants this object left alone.
 */
const OUT_OF_REACH: ReadonlySet<PropagationCode> = new Set([
  'ClusterNotReady',
  'ClusterPaused',
  'ClientRetrievalFailed',
  'RetrievalFailed',
  'DeletionFailed',
  'DeletionTimedOut',
  'LabelRemovalFailed',
  'LabelRemovalTimedOut',
]);

export interface Remaining {
  /** what the deletion waits for, sorted by name; a member out of reach is told with the deadline */
  readonly held: readonly ClusterEntry[];
  /** members that the deletion does not wait for any longer, sorted */
  readonly overdue: readonly string[];
}

/**
 * A member that cannot be reached holds up a deletion until the deadline and no longer: then the host goes on without
 * it. A member in which the removal is under way is waited for, whatever holds it up there: that can be seen and
 * resolved. An annotation that cannot be understood is waited for too, lest the wrong thing be done.
 *
 * @param entries what is left in members, sorted by name
 */
export function judgeRemaining(input: {
  readonly federated: JsonObject;
  readonly entries: readonly ClusterEntry[];
  readonly isDue: boolean;
  /** when the deadline is, RFC 3339 */
  readonly untilIso: string;
}): Remaining {
  const { federated, entries, isDue, untilIso } = input;
  if (removalOf(federated) === undefined) return { held: entries, overdue: [] };
  const held: ClusterEntry[] = [];
  const overdue: string[] = [];
  for (const entry of entries) {
    if (!OUT_OF_REACH.has(entry.code)) held.push(entry);
    else if (isDue) overdue.push(entry.name);
    else held.push({ ...entry, message: waitingMessage(entry, untilIso) });
  }
  return { held, overdue };
}

const WAITS = 'the deletion waits for cluster';

function waitingMessage({ name, message }: ClusterEntry, until: string): string {
  const [cause = ''] = (message ?? '').split(`${WAITS} `);
  const why = cause === '' ? '' : `${cause.replace(/; $/, '')}; `;
  return `${why}${WAITS} ${name} until ${until}, then goes on without it and is made up for when it is back`;
}

/** @returns what a deletion does in members; undefined when the annotation with its options cannot be understood */
export function removalOf(
  federated: JsonObject,
): Pick<Tombstone, 'action' | 'deleteOptions'> | undefined {
  const annotation = (key: string) => stringAt(federated, 'metadata', 'annotations', key);
  if (annotation(ORPHAN_ANNOTATION) === 'true') return { action: 'release' };
  const deleteOptions = annotation(DELETE_OPTIONS_ANNOTATION);
  if (deleteOptions === undefined) return { action: 'remove' };
  return isDeleteOptions(deleteOptions) ? { action: 'remove', deleteOptions } : undefined;
}

function isDeleteOptions(text: string): boolean {
  try {
    return isJsonObject(JSON.parse(text));
  } catch {
    return false;
  }
}
