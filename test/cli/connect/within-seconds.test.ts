import { afterEach, describe, expect, it, vi } from 'vitest';
import { withinSeconds } from '../../../lib/cli/connect/within-seconds.ts';

afterEach(() => void vi.useRealTimers());

describe('withinSeconds', () => {
  it('hands on an answer, and a failure', async () => {
    expect(await withinSeconds(5, 'AWS', Promise.resolve(1))).toBe(1);
    await expect(withinSeconds(5, 'AWS', Promise.reject(new Error('denied')))).rejects.toThrow(
      'denied',
    );
  });

  it('gives up on what never answers, and says who did not', async () => {
    vi.useFakeTimers();
    const failed = expect(withinSeconds(5, 'AWS', new Promise(() => undefined))).rejects.toThrow(
      'no answer from AWS within 5 s',
    );
    await vi.advanceTimersByTimeAsync(5000);
    await failed;
  });
});
