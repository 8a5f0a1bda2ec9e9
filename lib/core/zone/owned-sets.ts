import type { RecordSet } from '../../model/record-set.ts';
import { namesOfOwner, ownersOf, readOwner } from './ownership.ts';
import { isSameSet, setKey } from './record-sets.ts';
import type { OwnedSet } from './zone-state.ts';

export interface ListedSets {
  readonly owned: readonly OwnedSet[];
  /** sets of others, and their TXTs */
  readonly foreign: readonly RecordSet[];
}

const RECORD_TYPES: ReadonlySet<string> = new Set(['A', 'AAAA', 'CNAME']);

/**
 * Tells whose the sets are that were found in a zone.
 *
 * @param sets all of the zone, or all of some names and of the names of their owners
 * @param about what is known or wanted: to which name a TXT belongs whose record set is missing
 */
export function ownedSets(
  sets: readonly RecordSet[],
  { zoneName, ownerId }: { readonly zoneName: string; readonly ownerId: string },
  about: ReadonlyMap<string, string>,
): ListedSets {
  const texts = Map.groupBy(
    sets.filter(({ type }) => type === 'TXT'),
    ({ name }) => name,
  );
  const owned = new Map<string, OwnedSet>();
  for (const set of sets) {
    if (!RECORD_TYPES.has(set.type)) continue;
    const near = namesOfOwner(set, zoneName).flatMap((name) => texts.get(name) ?? []);
    const mine = ownersOf(set, zoneName, near).filter((txt) => readOwner(txt)?.owner === ownerId);
    const [first] = mine;
    if (first === undefined) continue;
    const by = resourceOf(first);
    for (const each of [set, ...mine]) owned.set(setKey(each), { of: set.name, by, set: each });
  }
  for (const txt of [...texts.values()].flat()) {
    if (owned.has(setKey(txt)) || readOwner(txt)?.owner !== ownerId) continue;
    const of = about.get(setKey(txt)) ?? txt.name;
    owned.set(setKey(txt), { of, by: resourceOf(txt), set: txt });
  }
  return {
    owned: [...owned.values()],
    foreign: sets.filter((set) => !owned.has(setKey(set))),
  };
}

/** @returns to which name each known or wanted set belongs */
export function belonging(all: Iterable<OwnedSet>): Map<string, string> {
  return new Map([...all].map(({ of, set }) => [setKey(set), of]));
}

export interface ForeignEdit {
  readonly name: string;
  readonly what: string;
}

/** @returns what others have done to names of ours since we last wrote: changed, deleted, or put something beside */
export function foreignEdits(known: readonly OwnedSet[], listed: ListedSets): ForeignEdit[] {
  const found = new Map(listed.owned.map((each) => [setKey(each.set), each.set]));
  const ours = new Set(known.map(({ set }) => `${set.name} ${set.type}`));
  const edits = known.flatMap(({ of, set }): ForeignEdit[] => {
    const now = found.get(setKey(set));
    const what = `${set.type} ${set.name}`;
    if (now === undefined) return [{ name: of, what: `${what} was deleted or disowned` }];
    return isSameSet(now, set) ? [] : [{ name: of, what: `${what} was changed` }];
  });
  const beside = listed.foreign
    .filter(({ name, type }) => ours.has(`${name} ${type}`))
    .map(({ name, type }) => ({ name, what: `${type} ${name} of somebody else is beside ours` }));
  return [...edits, ...beside];
}

function resourceOf(txt: RecordSet): string {
  return (readOwner(txt)?.resource ?? '').replace(/^crd\//, '');
}
