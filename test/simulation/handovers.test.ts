import { describe, expect, it } from 'vitest';
import { runHandovers } from './handovers.ts';

const HANDOVERS = 1000;

describe('watch', () => {
  it('loses no event in 1,000 hand-overs, with events and crashes at the worst moments', async () => {
    const { count, events, lost } = await runHandovers(1, HANDOVERS);

    expect(lost).toEqual([]);
    expect(count).toBeGreaterThanOrEqual(HANDOVERS);
    expect(events).toBeGreaterThan(HANDOVERS);
  }, 60_000);
});
