import { describe, expect, it } from 'vitest';
import { systemClock } from '../../lib/runtime/clock.ts';

describe('systemClock', () => {
  it('tells the time since the epoch', () => {
    expect(systemClock.nowMs()).toBeGreaterThan(Date.UTC(2026, 0, 1));
  });

  it('ends a sleep when the signal fires, without an error', async () => {
    const waking = new AbortController();
    const asleep = systemClock.sleep(3_600_000, waking.signal);
    waking.abort();

    await expect(asleep).resolves.toBeUndefined();
    await expect(systemClock.sleep(3_600_000, AbortSignal.abort())).resolves.toBeUndefined();
  });

  it('sleeps without a signal', async () => {
    await expect(systemClock.sleep(0)).resolves.toBeUndefined();
  });
});
