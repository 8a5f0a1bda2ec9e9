import { describe, expect, it } from 'vitest';
import { zonesOf } from '../../../lib/core/zone/zones.ts';

const ZONES = [
  { id: 'Z1', name: 'example.com' },
  { id: 'Z2', name: 'eu.example.com' },
  { id: 'Z3', name: 'eu.example.com' },
  { id: 'Z4', name: 'example.org' },
];

describe('zonesOf', () => {
  it.each([
    ['web.example.com', [], ['Z1']],
    ['example.com', [], ['Z1']],
    ['web.eu.example.com', [], ['Z2', 'Z3']],
    ['web.neu.example.com', [], ['Z1']],
    ['webexample.com', [], []],
    ['web.example.net', [], []],
    ['web.eu.example.com', ['Z1'], ['Z1']],
    ['web.eu.example.com', ['Z3'], ['Z3']],
    ['web.example.com', ['Z4'], []],
    ['web.example.com', ['Z9'], []],
  ])('%s with %j is in %j', (name, ids, expected) => {
    expect(zonesOf(name, ZONES, ids)).toEqual(expected);
  });
});
