import { describe, expect, it } from 'vitest';
import { inFull } from '../../lib/stages/in-full.ts';
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

describe('inFull', () => {
  it('gives all results', async () => {
    expect(await inFull([Promise.resolve(1), Promise.resolve(2)])).toEqual([1, 2]);
  });

  it('fails when a part fails, but not before the others have ended', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let ended = false;
    const slow = promise.then(() => {
      ended = true;
    });
    const all = inFull([Promise.reject(new Error('no')), slow]).catch(() => ended);
    setImmediate(resolve);

    expect(await all).toBe(true);
  });
});
