import type { ZoneChange } from '../../model/record-set.ts';

/**
 * Most that one request may hold: record values, and characters in them. An UPSERT counts twice.
 * Source: AWS, Route 53 developer guide, Quotas, "Quotas on ChangeResourceRecordSets API requests"
 */
export const MOST_RECORDS = 1_000;
export const MOST_CHARACTERS = 32_000;

export interface Weight {
  readonly records: number;
  readonly characters: number;
}

/** An alias has no value; it is counted as one all the same. */
export function weightOf(changes: readonly ZoneChange[]): Weight {
  let records = 0;
  let characters = 0;
  for (const { action, set } of changes) {
    const times = action === 'UPSERT' ? 2 : 1;
    records += times * Math.max(1, set.values.length);
    characters += times * set.values.join('').length;
  }
  return { records, characters };
}

/**
 * Packs units into as few requests as their order allows.
 *
 * @returns each within the limits, unless a single unit is above them; no empty ones
 */
export function batchesOf<U extends { readonly changes: readonly ZoneChange[] }>(
  units: readonly U[],
): U[][] {
  const batches: U[][] = [];
  let filled: Weight = { records: MOST_RECORDS, characters: MOST_CHARACTERS };
  for (const unit of units) {
    const weight = weightOf(unit.changes);
    const together = {
      records: filled.records + weight.records,
      characters: filled.characters + weight.characters,
    };
    const fits = together.records <= MOST_RECORDS && together.characters <= MOST_CHARACTERS;
    const current = batches.at(-1);
    if (fits && current !== undefined) {
      current.push(unit);
      filled = together;
    } else {
      batches.push([unit]);
      filled = weight;
    }
  }
  return batches;
}
