import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type JsonObject } from '../model/json.ts';

/**
 * What has to be merged into `live` so that it says all that `desired` says. Lists count as a whole; what `desired` does
 * not mention is left alone.
 *
 * @returns a JSON merge patch; undefined when `live` says it already
 */
export function patchTowards(desired: JsonObject, live: JsonObject): JsonObject | undefined {
  const patch: JsonObject = {};
  for (const [key, wanted] of Object.entries(desired)) {
    const present = live[key];
    if (isJsonObject(wanted) && isJsonObject(present)) {
      const inner = patchTowards(wanted, present);
      if (inner !== undefined) patch[key] = inner;
    } else if (!isDeepStrictEqual(wanted, present)) {
      patch[key] = wanted;
    }
  }
  return Object.keys(patch).length === 0 ? undefined : patch;
}

/** @returns the merge patch that takes `patch` back from an object that was `before` */
export function inversePatch(patch: JsonObject, before: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(patch).map(([key, wanted]) => {
      const present = before[key];
      if (present === undefined) return [key, null];
      if (isJsonObject(wanted) && isJsonObject(present))
        return [key, inversePatch(wanted, present)];
      return [key, present];
    }),
  );
}
