import { describe, expect, it } from 'vitest';
import { brokenByFlapping, runFlapping } from './flapping.ts';

describe('runFlapping', () => {
  it('costs members that are always there few writes, and replicas are never too few', async () => {
    const quiet = await runFlapping({ seed: 1, flaps: false, rebalance: false });
    const flapping = await runFlapping({ seed: 1, flaps: true, rebalance: false });

    expect(quiet.losses).toBe(0);
    expect(flapping.losses).toBeGreaterThan(20);
    expect(brokenByFlapping(quiet, flapping)).toEqual([]);
  }, 300_000);
});

describe('brokenByFlapping', () => {
  const run = { losses: 9, requestsToHealthy: 9, fewestInHealthy: 70, minimumSum: 100 };

  it('tells of writes and of replicas', () => {
    const quiet = { ...run, writesToHealthy: 100, fewestRunning: 100 };
    expect(brokenByFlapping(quiet, { ...quiet, writesToHealthy: 200 })).toEqual([]);
    expect(brokenByFlapping(quiet, { ...quiet, writesToHealthy: 201 })).toHaveLength(1);
    expect(brokenByFlapping(quiet, { ...quiet, fewestRunning: 99 })).toHaveLength(1);
  });
});
