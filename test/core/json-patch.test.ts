import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyPatch, type PatchOperation } from '../../lib/core/json-patch.ts';
import type { JsonValue } from '../../lib/model/json.ts';

type Op = PatchOperation['op'];
const DOCUMENT = { a: { b: 1, none: null, 'x/y': 1, '~': 1 }, list: ['p', 'q'] };
const apply = (op: Op, path: string, value?: JsonValue, document: JsonValue = DOCUMENT) =>
  applyPatch(document, [value === undefined ? { op, path } : { op, path, value }]);

describe('applyPatch', () => {
  it.each<[string, PatchOperation, JsonValue]>([
    [
      'replace of the last key missing',
      { op: 'replace', path: '/a/new', value: 2 },
      { ...DOCUMENT.a, new: 2 },
    ],
    ['replace of a key', { op: 'replace', path: '/a/b', value: 2 }, { ...DOCUMENT.a, b: 2 }],
    ['add sets', { op: 'add', path: '/a/new', value: 2 }, { ...DOCUMENT.a, new: 2 }],
    ['add overwrites', { op: 'add', path: '/a/b', value: [2] }, { ...DOCUMENT.a, b: [2] }],
    ['remove of a key', { op: 'remove', path: '/a/b' }, { none: null, 'x/y': 1, '~': 1 }],
    ['remove of a null', { op: 'remove', path: '/a/none' }, { b: 1, 'x/y': 1, '~': 1 }],
    ['value absent with add', { op: 'add', path: '/a/b' }, { ...DOCUMENT.a, b: null }],
    ['value absent with replace', { op: 'replace', path: '/a/b' }, { ...DOCUMENT.a, b: null }],
    ['value null', { op: 'replace', path: '/a/b', value: null }, { ...DOCUMENT.a, b: null }],
    [
      'value with remove is ignored',
      { op: 'remove', path: '/a/b', value: 7 },
      { none: null, 'x/y': 1, '~': 1 },
    ],
    ['~1 in a segment', { op: 'add', path: '/a/x~1y', value: 2 }, { ...DOCUMENT.a, 'x/y': 2 }],
    ['~0 in a segment', { op: 'add', path: '/a/~0', value: 2 }, { ...DOCUMENT.a, '~': 2 }],
    ['~01 is ~1, not a slash', { op: 'add', path: '/a/~01', value: 2 }, { ...DOCUMENT.a, '~1': 2 }],
    ['empty segment', { op: 'add', path: '/a/', value: 2 }, { ...DOCUMENT.a, '': 2 }],
  ])('3.8 table, object: %s', (_, operation, a) => {
    expect(applyPatch(DOCUMENT, [operation])).toEqual({ ok: true, value: { ...DOCUMENT, a } });
  });

  it.each<[string, Op, string, JsonValue[]]>([
    ['add inserts at an index', 'add', '/list/1', ['p', 'new', 'q']],
    ['add at index = length', 'add', '/list/2', ['p', 'q', 'new']],
    ['add at -', 'add', '/list/-', ['p', 'q', 'new']],
    ['add at a negative index', 'add', '/list/-2', ['p', 'new', 'q']],
    ['replace at an index', 'replace', '/list/0', ['new', 'q']],
    ['replace at a negative index', 'replace', '/list/-1', ['p', 'new']],
    ['remove at an index', 'remove', '/list/0', ['q']],
    ['remove at a negative index', 'remove', '/list/-1', ['p']],
  ])('3.8 table, array: %s', (_, op, path, list) => {
    expect(apply(op, path, 'new')).toEqual({ ok: true, value: { ...DOCUMENT, list } });
  });

  it('3.8 table: descends through an array, from either end', () => {
    const document = { list: [{ image: 'a' }, { image: 'b' }] };

    const result = applyPatch(document, [
      { op: 'replace', path: '/list/0/image', value: 'c' },
      { op: 'replace', path: '/list/-1/image', value: 'd' },
    ]);

    expect(result).toEqual({ ok: true, value: { list: [{ image: 'c' }, { image: 'd' }] } });
  });

  const missingPath = (op: Op, path: string): string =>
    `${op} operation does not apply: doc is missing path: ${path}: missing value`;
  const invalidIndex = (op: Op, path: string, index: string): string =>
    `error in ${op} for path: '${path}': ` +
    `Unable to access invalid index: ${index}: invalid index referenced`;

  it.each<[string, Op, string, string]>([
    ['replace, parent missing', 'replace', '/no/b', missingPath('replace', '/no/b')],
    ['add, parent missing', 'add', '/no/b', missingPath('add', '"/no/b"')],
    ['remove, parent missing', 'remove', '/no/b', missingPath('remove', '"/no/b"')],
    ['grandparent missing', 'add', '/no/no/b', missingPath('add', '"/no/no/b"')],
    ['parent scalar', 'replace', '/a/b/c', missingPath('replace', '/a/b/c')],
    ['grandparent scalar', 'replace', '/a/b/c/d', missingPath('replace', '/a/b/c/d')],
    ['parent null', 'replace', '/a/none/c', missingPath('replace', '/a/none/c')],
    ['parent inherited', 'add', '/constructor/c', missingPath('add', '"/constructor/c"')],
    ['array parent out of range', 'add', '/list/2/c', missingPath('add', '"/list/2/c"')],
    ['array item is a scalar', 'add', '/list/0/c/d', missingPath('add', '"/list/0/c/d"')],
    ['add, index > length', 'add', '/list/3', invalidIndex('add', '/list/3', '3')],
    ['add, index < -length - 1', 'add', '/list/-4', invalidIndex('add', '/list/-4', '-4')],
    ['add, not a number', 'add', '/list/x', invalidIndex('add', '/list/x', 'x')],
    ['remove, index = length', 'remove', '/list/2', invalidIndex('remove', '/list/2', '2')],
    ['remove, not a number', 'remove', '/list/-', invalidIndex('remove', '/list/-', '-')],
    [
      'replace, index = length',
      'replace',
      '/list/2',
      'replace operation does not apply: doc is missing key: /list/2: missing value',
    ],
    [
      'replace, not a number',
      'replace',
      '/list/-',
      'replace operation does not apply: doc is missing key: /list/-: missing value',
    ],
    [
      'remove of a missing object key',
      'remove',
      '/a/c',
      "error in remove for path: '/a/c': Unable to remove nonexistent key: c: missing value",
    ],
    ['path without any /', 'replace', 'spec.replicas', missingPath('replace', 'spec.replicas')],
    ['path not starting with /', 'add', 'spec/replicas', missingPath('add', '"spec/replicas"')],
    ['path empty, add', 'add', '', missingPath('add', '""')],
    ['path empty, remove', 'remove', '', missingPath('remove', '""')],
    [
      'path empty, replace by a scalar',
      'replace',
      '',
      'replace operation value must be object or array',
    ],
  ])('3.8 table, refused: %s', (_, op, path, message) => {
    expect(apply(op, path)).toEqual({ ok: false, message });
  });

  it('3.8 table: replaces the whole document at the empty path', () => {
    expect(apply('replace', '', { c: 1 })).toEqual({ ok: true, value: { c: 1 } });
  });

  it('ends at the first operation that does not apply', () => {
    const result = applyPatch({}, [
      { op: 'add', path: '/a', value: 1 },
      { op: 'remove', path: '/b' },
      { op: 'remove', path: '/c' },
    ]);

    expect(result).toMatchObject({ ok: false, message: expect.stringContaining('key: b') });
  });

  it('refuses to descend into a scalar document', () => {
    expect(apply('add', '/a', 1, 'text')).toMatchObject({ ok: false });
  });

  it('sets a member called __proto__ like any other', () => {
    const result = apply('add', '/__proto__', 1, {});

    expect(JSON.stringify(result)).toBe('{"ok":true,"value":{"__proto__":1}}');
  });

  const key = fc.constantFrom('a', 'b', 'list', '0', '1', '-1', '-', 'c~0', '');
  const operation = fc.record({
    op: fc.constantFrom<Op>('add', 'remove', 'replace'),
    path: fc.array(key, { maxLength: 3 }).map((keys) => keys.map((k) => `/${k}`).join('')),
    value: fc.constantFrom<JsonValue>(1, {}, { b: [] }, [[2]]),
  });

  it('never changes its input', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 6 }), (operations) => {
        const document = { a: { b: [1, { list: [] }] }, list: [{ a: 1 }], b: {} };
        const before = structuredClone({ document, operations });

        applyPatch(document, operations);

        expect({ document, operations }).toEqual(before);
      }),
    );
  });

  it('undoes an add by removing at the same place', () => {
    const places = ['/a/new', '/list/0', '/list/1', '/list/2', '/new'];
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.jsonValue({ maxDepth: 2 }), (path, json) => {
        const value: JsonValue = JSON.parse(JSON.stringify(json));

        const result = applyPatch(DOCUMENT, [
          { op: 'add', path, value },
          { op: 'remove', path },
        ]);

        expect(result).toEqual({ ok: true, value: DOCUMENT });
      }),
    );
  });
});
