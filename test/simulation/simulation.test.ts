import { describe, expect, it } from 'vitest';
import { DEFAULT_FAULT_RATE, simulate } from './simulation.ts';

const SEEDS = 60;

describe('simulate', () => {
  it(`holds what must hold after each of ${SEEDS} storms`, async () => {
    const failed = [];
    for (let seed = 1; seed <= SEEDS; seed++) {
      const run = await simulate({ seed, faultRate: DEFAULT_FAULT_RATE });
      if (run !== undefined) failed.push(`${run.replay}: ${run.invariant}`);
    }

    expect(failed).toEqual([]);
  }, 60_000);
});
