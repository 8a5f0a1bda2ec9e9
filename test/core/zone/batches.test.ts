import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  batchesOf,
  MOST_CHARACTERS,
  MOST_RECORDS,
  weightOf,
} from '../../../lib/core/zone/batches.ts';
import type { ZoneChange } from '../../../lib/model/record-set.ts';

const set = { name: 'a.example.com', type: 'A', ttlSeconds: 60, values: ['192.0.2.1'] };

describe('weightOf', () => {
  it('counts an UPSERT twice, and an alias as one', () => {
    const alias = { hostedZoneId: 'Z', name: 'lb', evaluateTargetHealth: true };
    expect(weightOf([{ action: 'CREATE', set }])).toEqual({ records: 1, characters: 9 });
    expect(weightOf([{ action: 'UPSERT', set }])).toEqual({ records: 2, characters: 18 });
    const values: string[] = [];
    expect(weightOf([{ action: 'CREATE', set: { name: 'a', type: 'A', values, alias } }])).toEqual({
      records: 1,
      characters: 0,
    });
  });
});

const unit = fc
  .array(fc.tuple(fc.constantFrom('CREATE', 'UPSERT', 'DELETE'), fc.nat(600)), {
    minLength: 1,
    maxLength: 12,
  })
  .map((parts) => ({
    changes: parts.map(
      ([action, length]): ZoneChange => ({ action, set: { ...set, values: ['x'.repeat(length)] } }),
    ),
  }));

describe('batchesOf', () => {
  it('keeps the order and every limit, and makes no more batches than it has to', () => {
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 400 }), (units) => {
        const batches = batchesOf(units);
        expect(batches.flat()).toEqual(units);
        const weights = batches.map((batch) => weightOf(batch.flatMap(({ changes }) => changes)));
        for (const { records, characters } of weights) {
          expect(records).toBeLessThanOrEqual(MOST_RECORDS);
          expect(characters).toBeLessThanOrEqual(MOST_CHARACTERS);
        }
        weights.slice(1).forEach((weight, index) => {
          const before = weights[index] ?? weight;
          const first = weightOf(batches[index + 1]?.[0]?.changes ?? []);
          const isFull =
            before.records + first.records > MOST_RECORDS ||
            before.characters + first.characters > MOST_CHARACTERS;
          expect(isFull).toBe(true);
        });
      }),
      { numRuns: 50 },
    );
  });
});
