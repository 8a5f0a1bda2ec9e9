import { isDeepStrictEqual } from 'node:util';
import { mergePatch } from '../../core/merge-patch.ts';
import { isJsonObject, type JsonObject, objectAt, stringAt, valueAt } from '../../model/json.ts';
import { patchTowards } from '../merge-patch.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * What `kubectl apply` sends for an object that exists: all that the file says and the live object does not, and null
 * for what the file said when it was last applied and says no more.
 *
 * @returns a JSON merge patch; undefined when the live object says it already
 * Source: kubectl 1.34, three-way merge of custom resources
 */
export function applyPatchOf(file: JsonObject, live: JsonObject): JsonObject | undefined {
  const removals = removed(lastApplied(live), file, live);
  const { status: _status, ...wanted } = file;
  const patch = mergeInto(removals, patchTowards(wanted, live) ?? {});
  return Object.keys(patch).length === 0 ? undefined : patch;
}

/**
 * The object as it would be after `kubectl apply`, as far as can be said without asking the server: uid, generation and
 * resourceVersion are those of the live object, the generation one more when the spec changes.
 */
export function appliedObject(file: JsonObject, live: JsonObject | undefined): JsonObject {
  if (live === undefined) {
    const { status: _status, ...rest } = file;
    const metadata = { ...objectAt(file, 'metadata'), uid: 'planned', generation: 1 };
    return { ...rest, metadata: { ...metadata, resourceVersion: '0' } };
  }
  const merged = mergePatch(live, applyPatchOf(file, live) ?? {});
  if (isDeepStrictEqual(merged['spec'], live['spec'])) return merged;
  const generation = Number(valueAt(live, 'metadata', 'generation') ?? 0) + 1;
  return { ...merged, metadata: { ...objectAt(merged, 'metadata'), generation } };
}

function lastApplied(live: JsonObject): JsonObject {
  try {
    const parsed: unknown = JSON.parse(
      stringAt(live, 'metadata', 'annotations', LAST_APPLIED) ?? '{}',
    );
    return isJsonObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

function removed(last: JsonObject, file: JsonObject, live: JsonObject): JsonObject {
  const patch: JsonObject = {};
  for (const [key, before] of Object.entries(last)) {
    const [now, present] = [file[key], live[key]];
    if (present === undefined) continue;
    if (now === undefined) patch[key] = null;
    else if (isJsonObject(before) && isJsonObject(now) && isJsonObject(present)) {
      const inner = removed(before, now, present);
      if (Object.keys(inner).length > 0) patch[key] = inner;
    }
  }
  return patch;
}

/** Both are patches: nulls of the first must survive, which merging them as values would not let them. */
function mergeInto(one: JsonObject, other: JsonObject): JsonObject {
  const merged = { ...one };
  for (const [key, value] of Object.entries(other)) {
    const below = merged[key];
    merged[key] = isJsonObject(below) && isJsonObject(value) ? mergeInto(below, value) : value;
  }
  return merged;
}
