import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from '../../../lib/adapters/kube/json-text.ts';

describe('parseJson', () => {
  it.each([
    ['an integer beyond 2^53', '{"a":9007199254740993}'],
    ['a negative one', '{"a":-12345678901234567890}'],
    ['one in a list', '{"a":[1,18446744073709551615]}'],
    ['one beside a string of digits', '{"a":"12345678901234567890","b":12345678901234567890}'],
  ])('writes back %s as it was read', (_, text) => {
    expect(JSON.stringify(parseJson(text))).toBe(text);
  });

  it('leaves numbers alone that a double holds', () => {
    const text = '{"a":1,"b":9007199254740991,"c":0.1234567890123456789,"d":1e30}';

    expect(parseJson(text)).toEqual({
      a: 1,
      b: 9007199254740991,
      c: 0.12345678901234568,
      d: 1e30,
    });
  });

  it('reads what JSON.parse reads, when no integer is too large', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
        const text = JSON.stringify(object);
        expect(JSON.stringify(parseJson(text))).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  it.each(['', '{"a":', '{"a":12345678901234567890', '<html>'])('throws on %j', (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });
});
