import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inversePatch, patchTowards } from '../../lib/cli/merge-patch.ts';
import { mergePatch } from '../../lib/core/merge-patch.ts';
import type { JsonObject, JsonValue } from '../../lib/model/json.ts';

const keys = fc.constantFrom('a', 'b', 'c');
// No null: in a merge patch it means "not there".
const { object } = fc.letrec<{ object: JsonObject; value: JsonValue }>((tie) => ({
  object: fc.dictionary(keys, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  value: fc.oneof(
    { depthSize: 'small' },
    fc.integer(),
    fc.constantFrom('x', 'y'),
    fc.array(fc.integer(), { maxLength: 2 }),
    tie('object'),
  ),
}));

describe('patchTowards', () => {
  it.each([
    ['the same', { a: 1 }, { a: 1 }, undefined],
    ['more than wanted', { a: 1 }, { a: 1, b: 2 }, undefined],
    ['a missing field', { a: 1, b: { c: 2 } }, { b: { d: 3 } }, { a: 1, b: { c: 2 } }],
    ['a list of another order', { a: [1, 2] }, { a: [2, 1] }, { a: [1, 2] }],
    ['another type', { a: { b: 1 } }, { a: 1 }, { a: { b: 1 } }],
    ['an empty object that is missing', { a: {} }, {}, { a: {} }],
  ])('%s', (_, desired, live, expected) => {
    expect(patchTowards(desired, live)).toEqual(expected);
  });

  it('leaves nothing to do once it is merged', () => {
    fc.assert(
      fc.property(object, object, (desired, live) => {
        const merged = mergePatch(live, patchTowards(desired, live) ?? {});

        expect(patchTowards(desired, merged)).toBeUndefined();
      }),
    );
  });
});

describe('inversePatch', () => {
  it('takes a patch back', () => {
    fc.assert(
      fc.property(object, object, (desired, live) => {
        const patch = patchTowards(desired, live) ?? {};

        expect(mergePatch(mergePatch(live, patch), inversePatch(patch, live))).toEqual(live);
      }),
    );
  });
});
