import { describe, expect, it } from 'vitest';
import { inFull } from '../../lib/stages/in-full.ts';

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
