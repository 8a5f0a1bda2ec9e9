import { describe, expect, it } from 'vitest';
import { grouped } from '../../lib/stages/verdict.ts';

describe('grouped', () => {
  it('groups by key in order of appearance, and knows the newest of each group', () => {
    const batch = ['a1', 'b1', 'a2', 'c1', 'b2'].map((message) => ({ message, attempt: 1 }));

    expect(grouped(batch, (message) => message.charAt(0))).toEqual([
      { indices: [0, 2], newest: { message: 'a2', attempt: 1 } },
      { indices: [1, 4], newest: { message: 'b2', attempt: 1 } },
      { indices: [3], newest: { message: 'c1', attempt: 1 } },
    ]);
    expect(grouped([], String)).toEqual([]);
  });
});
