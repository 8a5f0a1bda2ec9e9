import { describe, expect, it } from 'vitest';
import { fnv1 } from '../../../lib/core/spread/fnv1.ts';

describe('fnv1', () => {
  it.each([
    ['', 2166136261],
    ['a', 84696446],
    ['eastdemo/web', 3096517376],
    ['westdemo/web', 2456741666],
    ['northdemo/web', 815974084],
  ])('hashes %j as KubeFed does', (text, hash) => {
    expect(fnv1(text)).toBe(hash);
  });
});
