import { goJson, textHash } from '../../core/hash.ts';
import type { JsonValue } from '../../model/json.ts';

/** A print of what matters of each object, by an id. */
export interface Prints {
  readonly size: number;
  has(id: string): boolean;
  /** Remembers that it exists, not how it is: whatever comes next is a change. */
  know(id: string): void;
  /** @param facts undefined when it is gone; @returns the id if that is news */
  take(id: string, facts: JsonValue | undefined): string[];
  /** Takes in the complete state. @returns the ids of those that changed, came or went */
  takeAll(all: readonly (readonly [id: string, facts: JsonValue | undefined])[]): string[];
}

export function prints(): Prints {
  const known = new Map<string, string>();

  function take(id: string, facts: JsonValue | undefined): string[] {
    const before = known.get(id);
    // That something is gone is news even to who has not known it.
    if (facts === undefined) {
      known.delete(id);
      return [id];
    }
    const print = textHash(goJson(facts));
    known.set(id, print);
    return print === before ? [] : [id];
  }

  return {
    get size() {
      return known.size;
    },
    has: (id) => known.has(id),
    know(id) {
      if (!known.has(id)) known.set(id, '');
    },
    take,
    takeAll(all) {
      const ids = new Set(all.map(([id]) => id));
      const gone = [...known.keys()].filter((id) => !ids.has(id));
      return [...gone.flatMap((id) => take(id, undefined)), ...all.flatMap((one) => take(...one))];
    },
  };
}
