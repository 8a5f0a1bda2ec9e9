import { goJson, textHash } from '../../core/hash.ts';
import { type JsonObject, type JsonValue, stringAt } from '../../model/json.ts';

/** The objects of one kind, by name, and a print of what matters of each. */
export interface Tracked {
  readonly objects: ReadonlyMap<string, JsonObject>;
  /** @returns the name, if anything that matters has changed */
  take(object: JsonObject, deleted: boolean): string[];
  /** Takes in the complete state. @returns the names of those that changed, came or went */
  takeAll(items: readonly JsonObject[]): string[];
  /** names and prints, sorted by name */
  prints(): JsonValue;
}

/** @param facts what matters of an object; a change in anything else goes unnoticed */
export function tracked(facts: (object: JsonObject) => JsonValue): Tracked {
  const objects = new Map<string, JsonObject>();
  const prints = new Map<string, string>();

  function take(object: JsonObject, deleted: boolean): string[] {
    const name = stringAt(object, 'metadata', 'name') ?? '';
    const before = prints.get(name);
    if (deleted) {
      objects.delete(name);
      prints.delete(name);
    } else {
      objects.set(name, object);
      prints.set(name, textHash(goJson(facts(object))));
    }
    return prints.get(name) === before ? [] : [name];
  }

  return {
    objects,
    take,
    takeAll(items) {
      const names = new Set(items.map((item) => stringAt(item, 'metadata', 'name')));
      const missing = [...objects].filter(([name]) => !names.has(name));
      const gone = missing.flatMap(([, object]) => take(object, true));
      return [...gone, ...items.flatMap((item) => take(item, false))];
    },
    prints: () => [...prints].sort(([a], [b]) => (a < b ? -1 : 1)),
  };
}
