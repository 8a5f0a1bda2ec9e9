import { describe, expect, it } from 'vitest';
import { systemClock } from '../../lib/cli/invocation.ts';

const HOUR_MS = 3_600_000;

describe('systemClock', () => {
  it('wakes up when the signal fires', async () => {
    const stop = new AbortController();
    const asleep = systemClock.sleep(HOUR_MS, stop.signal);

    stop.abort();

    expect(await asleep).toBeUndefined();
  });

  it('does not fall asleep after the signal, and wakes up by itself', async () => {
    await systemClock.sleep(HOUR_MS, AbortSignal.abort());

    expect(await systemClock.sleep(1)).toBeUndefined();
  });
});
