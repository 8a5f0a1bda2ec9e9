import type { JsonObject, JsonValue } from '../model/json.ts';
import { isJsonObject } from '../model/json.ts';

export type JsonPath = readonly [string, ...string[]];

/**
 * Copies an object with another value at `path`; undefined takes the member away. Steps that are
 * missing or not objects become objects. What is not on the path is shared with the original.
 */
export function setAt(
  object: JsonObject,
  [key, next, ...rest]: JsonPath,
  value: JsonValue | undefined,
): JsonObject {
  if (next !== undefined) {
    const child = object[key];
    return { ...object, [key]: setAt(isJsonObject(child) ? child : {}, [next, ...rest], value) };
  }
  if (value !== undefined) return { ...object, [key]: value };
  const { [key]: _removed, ...kept } = object;
  return kept;
}
