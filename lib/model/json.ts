/** JSON as it comes from an API server. Fields we do not know are kept: objects are never parsed into closed types. */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;
export interface JsonObject {
  [key: string]: JsonValue | undefined;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Numbers kept as raw JSON text look like objects, but must stay what they are. */
export function isPlainObject(value: JsonValue | undefined): value is JsonObject {
  return isJsonObject(value) && !JSON.isRawJSON(value);
}

/**
 * Walks down nested objects.
 *
 * @returns the value at `path`, or undefined when any step is missing or not an object
 */
export function valueAt(value: JsonValue | undefined, ...path: string[]): JsonValue | undefined {
  let current = value;
  for (const key of path) {
    if (!isJsonObject(current)) return undefined;
    current = current[key];
  }
  return current;
}

/** @returns the string at `path`, or undefined when it is absent or of another type */
export function stringAt(value: JsonValue | undefined, ...path: string[]): string | undefined {
  const found = valueAt(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

/** @returns the object at `path`, or undefined when it is absent or of another type */
export function objectAt(value: JsonValue | undefined, ...path: string[]): JsonObject | undefined {
  const found = valueAt(value, ...path);
  return isJsonObject(found) ? found : undefined;
}

/** @returns the array at `path`; empty when it is absent or of another type */
export function listAt(value: JsonValue | undefined, ...path: string[]): JsonValue[] {
  const found = valueAt(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** @returns the entries at `path` whose values are strings, as a new map object; empty when absent */
export function stringMapAt(
  value: JsonValue | undefined,
  ...path: string[]
): Record<string, string> {
  const entries = Object.entries(objectAt(value, ...path) ?? {});
  return Object.fromEntries(entries.filter((e): e is [string, string] => typeof e[1] === 'string'));
}
