import { describe, expect, it } from 'vitest';
import { parseJson } from '../../../lib/adapters/kube/json-text.ts';
import { copyObject, equalJson } from '../../../lib/adapters/memory/json-copy.ts';

describe('copyObject', () => {
  it('shares nothing with the original', () => {
    const original = { a: { b: [{ c: 1 }] } };
    const copy = copyObject(original);

    original.a.b.push({ c: 2 });
    expect(copy).toEqual({ a: { b: [{ c: 1 }] } });
  });

  it('leaves out what is undefined', () => {
    expect(Object.keys(copyObject({ a: undefined, b: null }))).toEqual(['b']);
  });

  it('keeps the digits of large integers', () => {
    const text = '{"a":[12345678901234567890]}';

    expect(JSON.stringify(copyObject(parseJson(text)))).toBe(text);
  });
});

describe('equalJson', () => {
  it.each([
    [1, 1, true],
    [1, '1', false],
    [null, undefined, false],
    [null, {}, false],
    [[], {}, false],
    [[1, 2], [1, 2], true],
    [[1, 2], [2, 1], false],
    [[1], [1, 2], false],
    [{ a: 1, b: { c: 2 } }, { b: { c: 2 }, a: 1 }, true],
    [{ a: 1 }, { a: 1, b: undefined }, true],
    [{ a: 1 }, { a: 1, b: 2 }, false],
    [{ a: 1 }, { b: 1 }, false],
  ])('compares %j and %j: %s', (left, right, isEqual) => {
    expect(equalJson(left, right)).toBe(isEqual);
    expect(equalJson(right, left)).toBe(isEqual);
  });

  it('compares large integers by their digits', () => {
    const [one, same, other] = [
      '12345678901234567890',
      '12345678901234567890',
      '12345678901234567891',
    ].map((digits) => parseJson(`{"a":${digits}}`));

    expect(equalJson(one, same)).toBe(true);
    expect(equalJson(one, other)).toBe(false);
  });
});
