import { describe, expect, it } from 'vitest';
import {
  isJsonObject,
  listAt,
  objectAt,
  stringAt,
  stringMapAt,
  valueAt,
} from '../../lib/model/json.ts';

const VALUE = { a: { b: { text: 'x', none: null, list: [1, 2], map: { p: 'q', n: 1 } } } };

describe('isJsonObject', () => {
  it.each([
    [{}, true],
    [{ a: 1 }, true],
    [[], false],
    [null, false],
    [undefined, false],
    ['text', false],
    [1, false],
  ])('of %j is %s', (value, expected) => {
    expect(isJsonObject(value)).toBe(expected);
  });
});

describe('valueAt', () => {
  it('walks down', () => {
    expect(valueAt(VALUE)).toBe(VALUE);
    expect(valueAt(VALUE, 'a', 'b', 'text')).toBe('x');
    expect(valueAt(VALUE, 'a', 'b', 'none')).toBeNull();
  });

  it.each([
    [['c']],
    [['a', 'c', 'text']],
    [['a', 'b', 'text', 'length']],
    [['a', 'b', 'none', 'c']],
    [['a', 'b', 'list', '0']],
  ])('is undefined at %j', (path) => {
    expect(valueAt(VALUE, ...path)).toBeUndefined();
  });
});

describe('stringAt', () => {
  it('gives strings alone', () => {
    expect(stringAt(VALUE, 'a', 'b', 'text')).toBe('x');
    expect(stringAt(VALUE, 'a', 'b', 'list')).toBeUndefined();
    expect(stringAt(undefined, 'a')).toBeUndefined();
  });
});

describe('objectAt', () => {
  it('gives objects alone', () => {
    expect(objectAt(VALUE, 'a')).toBe(VALUE.a);
    expect(objectAt(VALUE, 'a', 'b', 'list')).toBeUndefined();
    expect(objectAt(VALUE, 'a', 'b', 'none')).toBeUndefined();
  });
});

describe('listAt', () => {
  it('gives an empty list where there is none', () => {
    expect(listAt(VALUE, 'a', 'b', 'list')).toEqual([1, 2]);
    expect(listAt(VALUE, 'a', 'b')).toEqual([]);
    expect(listAt(undefined, 'a')).toEqual([]);
  });
});

describe('stringMapAt', () => {
  it('leaves out what is not a string', () => {
    expect(stringMapAt(VALUE, 'a', 'b', 'map')).toEqual({ p: 'q' });
    expect(stringMapAt(VALUE, 'c')).toEqual({});
  });

  it('gives a map of its own', () => {
    expect(stringMapAt(VALUE, 'a', 'b', 'map')).not.toBe(VALUE.a.b.map);
  });
});
