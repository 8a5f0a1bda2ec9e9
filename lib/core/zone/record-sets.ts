import type { RecordSet } from '../../model/record-set.ts';
import { goJson, textHash } from '../hash.ts';

/** @returns what Route 53 tells one set of a zone from another by */
export function setKey({ name, type, setIdentifier = '' }: RecordSet): string {
  return [name, type, setIdentifier].join('\n');
}

/** @returns whether Route 53 would keep both as the same */
export function isSameSet(a: RecordSet, b: RecordSet): boolean {
  return setText(a) === setText(b);
}

/** @returns a text that is the same for the same sets in the same order */
export function setsHash(sets: readonly RecordSet[]): string {
  return textHash(sets.map(setText).join('\n'));
}

/**
 * An UPSERT changes a set in place. Where what picks the set changes (or the TTL, which all sets of a name share), the
 * old one has to go first: Route 53 judges each change of a batch by what is there, and takes no mixture.
 *
 * @param siblings whether the name has other sets of that type
 */
export function canUpsert(from: RecordSet, to: RecordSet, siblings: boolean): boolean {
  const weightless = (set: RecordSet) =>
    set.routing?.kind === 'weighted' ? 'weighted' : goJson({ ...set.routing });
  if (weightless(from) !== weightless(to)) return false;
  return !siblings || from.ttlSeconds === to.ttlSeconds;
}

export function bySet(a: RecordSet, b: RecordSet): number {
  return setKey(a) < setKey(b) ? -1 : 1;
}

function setText(set: RecordSet): string {
  const { values, routing, alias, ...rest } = set;
  return goJson({
    ...rest,
    values: [...values].sort(),
    ...(routing === undefined ? {} : { routing: { ...routing } }),
    ...(alias === undefined ? {} : { alias: { ...alias } }),
  });
}
