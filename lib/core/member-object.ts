import { type JsonObject, objectAt } from '../model/json.ts';
import { objectVersion } from './version.ts';

/** What the watch remembers of one target in one member. */
export interface SeenTarget {
  /** `gen:…` or `rv:…`; undefined once it is gone, or no longer labelled as ours */
  readonly version: string | undefined;
  readonly metadata: string;
}

/** @param object undefined when the member has told of its deletion */
export function observeTarget(object: JsonObject | undefined): SeenTarget {
  if (object === undefined) return { version: undefined, metadata: '' };
  const { labels, annotations } = objectAt(object, 'metadata') ?? {};
  return {
    version: objectVersion(object),
    // Not goJson: API servers send their keys sorted, and this runs for every event.
    metadata: JSON.stringify([labels, annotations]),
  };
}

/**
 * Tells our own write from a drift: what the member shows is ours if it is the version on record and labels and
 * annotations are those we saw with that version.
 *
 * @param recorded version in the PropagatedVersion for this cluster; undefined when it lists none
 * @param settled what was last found to be ours; undefined when nothing was yet
 */
export function isOwnWrite(
  now: SeenTarget,
  recorded: string | undefined,
  settled: SeenTarget | undefined,
): boolean {
  if (now.version !== recorded) return false;
  return settled === undefined || settled.version !== now.version
    ? true
    : settled.metadata === now.metadata;
}
