import { isPlainObject, type JsonObject, type JsonValue } from '../model/json.ts';

/**
 * @returns `target` with `patch` merged in: null removes, objects merge, anything else replaces. Neither is changed.
 * Source: RFC 7386, JSON merge patch; but API servers remove nulls in the objects of a list as well (Kubernetes 1.34)
 */
export function mergePatch(target: JsonObject, patch: JsonObject): JsonObject {
  const merged = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else if (isPlainObject(value)) {
      const below = merged[key];
      merged[key] = mergePatch(isPlainObject(below) ? below : {}, value);
    } else if (value !== undefined) merged[key] = withoutNulls(value);
  }
  return merged;
}

function withoutNulls(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withoutNulls);
  return isPlainObject(value) ? mergePatch({}, value) : value;
}
