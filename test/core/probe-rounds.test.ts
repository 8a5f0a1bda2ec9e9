import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { roundsOfMinute } from '../../lib/core/probe-rounds.ts';

describe('roundsOfMinute', () => {
  it.each([
    [10, { now: true, laterSeconds: [10, 20, 30, 40, 50, 60] }],
    [20, { now: true, laterSeconds: [20, 40, 60] }],
    [25, { now: true, laterSeconds: [25, 50, 75] }],
    [59, { now: true, laterSeconds: [59, 118] }],
    [60, { now: true, laterSeconds: [] }],
  ])('spreads rounds each %i seconds over the minute, and until a late tick', (period, rounds) => {
    expect(roundsOfMinute(period, 7)).toEqual(rounds);
  });

  it.each([
    [61, 2],
    [120, 2],
    [300, 5],
  ])('leaves ticks out for a period of %i seconds', (period, minutes) => {
    const probing = Array.from({ length: 10 }, (_, minute) => roundsOfMinute(period, minute).now);

    expect(probing.map((now, minute) => now === (minute % minutes === 0))).not.toContain(false);
  });

  it('never waits longer than the period, in whole seconds, nor less than one second', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 59, noNaN: true }), (period) => {
        const { laterSeconds } = roundsOfMinute(period, 0);
        const starts = [0, ...laterSeconds];
        const gaps = starts.slice(1).map((start, index) => start - (starts[index] ?? 0));

        expect(starts.at(-1)).toBeGreaterThanOrEqual(60);
        expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1);
        expect(Math.max(...gaps)).toBeLessThanOrEqual(Math.max(1, Math.ceil(period)));
      }),
    );
  });
});
