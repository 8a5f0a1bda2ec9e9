import { describe, expect, it } from 'vitest';
import { type JsonPath, setAt } from '../../lib/core/set-at.ts';
import type { JsonObject, JsonValue } from '../../lib/model/json.ts';

describe('setAt', () => {
  it.each<[string, JsonObject, JsonPath, JsonValue | undefined, JsonObject]>([
    ['sets a member', { a: 1, b: 2 }, ['a'], 3, { a: 3, b: 2 }],
    ['sets a nested member', { a: { b: 1, c: 2 } }, ['a', 'b'], 3, { a: { b: 3, c: 2 } }],
    ['creates missing objects', {}, ['a', 'b', 'c'], 3, { a: { b: { c: 3 } } }],
    ['replaces a scalar on the way', { a: 1 }, ['a', 'b'], 3, { a: { b: 3 } }],
    ['takes a member away', { a: { b: 1, c: 2 } }, ['a', 'b'], undefined, { a: { c: 2 } }],
    ['does not mind a missing member', { a: {} }, ['a', 'b'], undefined, { a: {} }],
  ])('%s', (...row) => {
    const [, object, path, value, expected] = row;
    const before = structuredClone(object);

    expect(setAt(object, path, value)).toStrictEqual(expected);
    expect(object).toStrictEqual(before);
  });

  it('shares what is not on the path', () => {
    const object = { a: { b: 1 }, c: { d: 2 } };

    expect(setAt(object, ['a', 'b'], 3)['c']).toBe(object.c);
  });
});
