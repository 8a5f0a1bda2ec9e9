import { type JsonObject, listAt, objectAt, stringAt, valueAt } from '../model/json.ts';
import { SYNC_FINALIZER } from '../model/names.ts';

/** What the watch remembers of a federated object: enough to tell an edit from the echo of our own writes. */
export interface SeenObject {
  /** generation, deletion, labels and annotations as one text */
  readonly signature: string;
  readonly hasFinalizer: boolean;
  readonly deleting: boolean;
  /** when it was deleted, RFC 3339 */
  readonly deletedAt?: string;
}

/**
 * Judges one event about a federated object.
 *
 * @param before what was remembered; undefined for an object not seen yet by this watch
 * @returns `wake` false when nothing but status, versions or our own finalizer changed: these are our own writes
 */
export function judgeHostObject(
  before: SeenObject | undefined,
  object: JsonObject,
): { seen: SeenObject; wake: boolean } {
  const seen = observe(object);
  const same = before !== undefined && before.signature === seen.signature;
  const lostFinalizer = before?.hasFinalizer === true && !seen.hasFinalizer;
  return { seen, wake: !same || lostFinalizer };
}

/** @returns the resourceVersion to patch our finalizer onto without reading; undefined unless the object is bare */
export function bareResourceVersion(object: JsonObject): string | undefined {
  const bare =
    listAt(object, 'metadata', 'finalizers').length === 0 &&
    valueAt(object, 'metadata', 'deletionTimestamp') === undefined;
  return bare ? stringAt(object, 'metadata', 'resourceVersion') : undefined;
}

function observe(object: JsonObject): SeenObject {
  const metadata = objectAt(object, 'metadata') ?? {};
  const deletedAt = stringAt(metadata, 'deletionTimestamp');
  const deleting = deletedAt !== undefined;
  const { uid, generation, labels, annotations } = metadata;
  return {
    // Not goJson: API servers send their keys sorted, and this runs for every event.
    signature: JSON.stringify([uid, generation, deleting, labels, annotations]),
    hasFinalizer: listAt(metadata, 'finalizers').includes(SYNC_FINALIZER),
    deleting,
    ...(deletedAt === undefined ? {} : { deletedAt }),
  };
}
