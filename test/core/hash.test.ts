import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goJson, overridesVersion, templateVersion, textHash } from '../../lib/core/hash.ts';
import type { JsonObject, JsonValue } from '../../lib/model/json.ts';

const raw = (text: string): JsonValue => JSON.rawJSON(text);

describe('goJson', () => {
  it.each<[string, JsonValue, string]>([
    ['3.10 no spaces, nested', { a: [1, { b: null }], c: true }, '{"a":[1,{"b":null}],"c":true}'],
    ['3.10 empty object and array', { a: {}, b: [] }, '{"a":{},"b":[]}'],
    ['3.10 keys sorted at every depth', { b: 1, a: { d: 1, c: 2 } }, '{"a":{"c":2,"d":1},"b":1}'],
    ['3.10 upper case before lower case', { a: 1, B: 2, _: 3 }, '{"B":2,"_":3,"a":1}'],
    [
      '3.10 keys by UTF-8 bytes, not UTF-16 units',
      { '\u{1f600}': 1, '\uffee': 2, é: 3 },
      '{"é":3,"\uffee":2,"\u{1f600}":1}',
    ],
    ['3.10 numeric keys as text', { 10: 'a', 9: 'b' }, '{"10":"a","9":"b"}'],
    ['undefined member left out', { a: undefined, b: 1 }, '{"b":1}'],
    ['3.10 quote and backslash', 'a"b\\c', '"a\\"b\\\\c"'],
    ['3.10 LF, CR and TAB short', '\n\r\t', '"\\n\\r\\t"'],
    ['3.10 backspace and form feed long', '\b\f', '"\\u0008\\u000c"'],
    ['an escaped backslash before b', '\\b', '"\\\\b"'],
    ['3.10 other control characters', '\u0000\u001f', '"\\u0000\\u001f"'],
    ['3.10 DEL raw', '\u007f', '"\u007f"'],
    ['3.10 HTML characters', '<a & b>', '"\\u003ca \\u0026 b\\u003e"'],
    ['3.10 line and paragraph separators', '\u2028\u2029', '"\\u2028\\u2029"'],
    ['3.10 other Unicode raw', 'ü\u{1f600}/', '"ü\u{1f600}/"'],
    ['3.10 lone surrogates', 'a\ud800b\udc00', '"a\ufffdb\ufffd"'],
    ['3.10 escapes in keys too', { '<k>': 1 }, '{"\\u003ck\\u003e":1}'],
    ['3.10 integer', 3, '3'],
    ['3.10 negative integer', -5, '-5'],
    ['3.10 minus zero as int64', -0, '0'],
    ['3.10 int64 beyond 2^53', 2 ** 60, '1152921504606846976'],
    ['3.10 least int64', -(2 ** 63), '-9223372036854775808'],
    ['3.10 beyond int64', 2 ** 63, '9223372036854776000'],
    ['3.10 from 1e21', 1e21, '1e+21'],
    ['3.10 fraction', 0.1, '0.1'],
    ['3.10 not yet exponent', 0.000001, '0.000001'],
    ['3.10 below 1e-6', 1.5e-7, '1.5e-7'],
    ['3.10 three-digit exponent', 1e-300, '1e-300'],
    ['raw integer', raw('9007199254740993'), '9007199254740993'],
    ['raw greatest int64', raw('9223372036854775807'), '9223372036854775807'],
    ['raw minus zero', raw('-0'), '0'],
    ['raw beyond int64', raw('9223372036854775808'), '9223372036854776000'],
    ['raw exponent', raw('1e21'), '1e+21'],
    ['raw nested', { a: [raw('-9007199254740993')] }, '{"a":[-9007199254740993]}'],
  ])('writes %s', (_, value, text) => {
    expect(goJson(value)).toBe(text);
  });

  it.each<[string, JsonValue, string]>([
    ['integer', 3, '3'],
    ['beyond 2^53', 2 ** 60, '1152921504606847000'],
    ['below 1e21', 1e20, '100000000000000000000'],
    ['from 1e21', 1e21, '1e+21'],
    ['below 1e-6', 1e-7, '1e-7'],
    ['minus zero', -0, '-0'],
    ['raw integer', raw('9007199254740993'), '9007199254740992'],
    ['nested', [{ a: 2 ** 60 }], '[{"a":1152921504606847000}]'],
  ])('writes %s as float64 when told to', (_, value, text) => {
    expect(goJson(value, 'float64')).toBe(text);
  });

  it('writes JSON that reads back as the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        const json: JsonValue = JSON.parse(JSON.stringify(value));
        expect(JSON.parse(goJson(json))).toEqual(json);
      }),
    );
  });

  it('does not depend on the order of keys', () => {
    const unit = fc.constantFrom('a', 'B', '<', 'é', '\uffee', '\u{1f600}', '\ud800');
    const key = fc.array(unit, { maxLength: 3 }).map((units) => units.join(''));
    fc.assert(
      fc.property(fc.dictionary(key, fc.integer()), (map) => {
        const reversed = Object.fromEntries(Object.entries(map).reverse());
        expect(goJson(reversed)).toBe(goJson(map));
      }),
    );
  });
});

describe('templateVersion', () => {
  it.each<[string, JsonValue | undefined, string]>([
    ['{}', {}, '8a80554c91d9fca8acb82f023de02f11'],
    [
      'data and label',
      { metadata: { labels: { app: 'demo' } }, data: { color: 'teal' } },
      'fed82d4056d39734ede8245e2f74ebaf',
    ],
    ['HTML characters', { data: { q: 'a<b & c>d' } }, 'cd2ba5dfc173e6c98c2bcb3781dc451b'],
    ['no template', undefined, ''],
  ])('A.1 hashes template: %s', (_, template, md5) => {
    expect(templateVersion(template)).toBe(md5);
  });
});

describe('overridesVersion', () => {
  const cluster = (clusterName: string, ...clusterOverrides: JsonObject[]): JsonObject => ({
    clusterName,
    clusterOverrides,
  });
  const version = (...overrides: JsonValue[]): string => overridesVersion({ overrides }, () => []);

  it.each<[string, JsonObject | undefined, string]>([
    ['overrides absent', {}, '2979b7538b527abe06492021841caf47'],
    ['overrides null', { overrides: null }, '2979b7538b527abe06492021841caf47'],
    ['overrides empty', { overrides: [] }, 'fd97e6d9a670c7dcdc2477764f78b459'],
    ['spec absent', undefined, ''],
    [
      'replicas without op',
      { overrides: [cluster('east', { path: '/spec/replicas', value: 3 })] },
      '8d5792ab113cc38da2230a3993ce61fa',
    ],
    [
      'add and remove, and an empty list',
      {
        overrides: [
          cluster(
            'east',
            { value: { a: 'b' }, op: 'add', path: '/metadata/annotations' },
            { op: 'remove', path: '/data/color' },
          ),
          cluster('west'),
        ],
      },
      '2d147655e6ccb08f7d7896e2ed9d7380',
    ],
  ])('A.1 hashes %s', (_, spec, md5) => {
    expect(overridesVersion(spec, () => [])).toBe(md5);
  });

  it.each<[string, JsonValue, JsonValue]>([
    ['clusterOverrides absent and empty', { clusterName: 'a' }, cluster('a')],
    ['op absent and empty', cluster('a', { path: '/x' }), cluster('a', { path: '/x', op: '' })],
    [
      'value absent and null',
      cluster('a', { path: '/x' }),
      cluster('a', { path: '/x', value: null }),
    ],
    ['path absent and empty', cluster('a', {}), cluster('a', { path: '' })],
    ['clusterName absent and empty', {}, { clusterName: '' }],
    [
      'integers that are one float64',
      cluster('a', { path: '/x', value: raw('9007199254740993') }),
      cluster('a', { path: '/x', value: 9007199254740992 }),
    ],
  ])('3.10 takes for equal: %s', (_, one, other) => {
    expect(version(one)).toBe(version(other));
  });

  it.each<[string, JsonValue, JsonValue]>([
    ['default op', cluster('a', { path: '/x' }), cluster('a', { path: '/x', op: 'replace' })],
    ['value 0', cluster('a', { path: '/x' }), cluster('a', { path: '/x', value: 0 })],
    ['value ""', cluster('a', { path: '/x' }), cluster('a', { path: '/x', value: '' })],
    ['value false', cluster('a', { path: '/x' }), cluster('a', { path: '/x', value: false })],
    ['cluster name', cluster('a'), cluster('b')],
  ])('3.10 tells apart: %s', (_, one, other) => {
    expect(version(one)).not.toBe(version(other));
  });
});

describe('textHash', () => {
  it('is the MD5 of the UTF-8 text', () => {
    expect(textHash('')).toBe('d41d8cd98f00b204e9800998ecf8427e');
    expect(textHash('é')).toBe('66ddcd97cfdeabb2f6fb8a999b4bc76f');
  });
});
