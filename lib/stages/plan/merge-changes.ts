import type { Change, ChangeMessage } from '../../model/messages.ts';

/** What several changes of one object come to. */
export interface MergedChange extends Omit<Change, 'cluster'> {
  /** every member in which a drift was seen, without duplicates */
  readonly driftClusters: readonly string[];
}

/**
 * One pass serves all changes of an object that lie in one batch. Drifts were seen in different members, and a sweep
 * that does not say how recent the reader's knowledge has to be must not hide an edit that does.
 *
 * @param all the changes of the object, `newest` included; sweeps are ignored
 * @returns the newest, with the most recent revisions of all and the members of all drifts
 */
export function mergeChanges(newest: Change, all: readonly ChangeMessage[]): MergedChange {
  const { cluster: _, ...change } = newest;
  const changes = all.filter((message) => message.kind === 'object');
  const contextRevision = latest(changes.map((one) => one.contextRevision));
  const namespaceRevision = latest(changes.map((one) => one.namespaceRevision));
  const clusters = changes.map(({ cluster }) => cluster).filter((name) => name !== undefined);
  return {
    ...change,
    ...(contextRevision === undefined ? {} : { contextRevision }),
    ...(namespaceRevision === undefined ? {} : { namespaceRevision }),
    ...terminationOf(changes.findLast((one) => one.terminating)),
    driftClusters: [...new Set(clusters)],
    ...(changes.some((one) => one.replay) ? { replay: true } : {}),
  };
}

function terminationOf(
  change: Change | undefined,
): Pick<Change, 'terminating' | 'leaving' | 'uid'> {
  if (change === undefined) return {};
  const { leaving = [], uid } = change;
  return { terminating: true, leaving, ...(uid === undefined ? {} : { uid }) };
}

function latest(revisions: readonly (number | undefined)[]): number | undefined {
  const known = revisions.filter((revision) => revision !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
