import type { Clock } from '../../ports.ts';

export interface VirtualClock extends Clock {
  /**
   * Lets time pass: everyone who sleeps is woken in the order of time, and what they do then, further sleep included, is
   * awaited before time goes on. Call it again only when it has returned.
   */
  advance(ms: number): Promise<void>;
  /** when the next sleeper wakes; undefined when nobody sleeps */
  nextWakeMs(): number | undefined;
}

interface Sleeper {
  readonly wakeAtMs: number;
  readonly wake: () => void;
}

/** A clock that stands still until it is told to advance. */
export function virtualClock(startMs = Date.UTC(2026, 0, 1)): VirtualClock {
  const sleepers = new Set<Sleeper>();
  let currentMs = startMs;

  /** Of several that wake at one time, the one that went to sleep first. */
  function nextSleeper(): Sleeper | undefined {
    let next: Sleeper | undefined;
    for (const sleeper of sleepers) {
      if (next === undefined || sleeper.wakeAtMs < next.wakeAtMs) next = sleeper;
    }
    return next;
  }

  return {
    nowMs: () => currentMs,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (ms <= 0 || signal?.aborted) return resolve();
        const wake = () => {
          sleepers.delete(sleeper);
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        const sleeper = { wakeAtMs: currentMs + ms, wake };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', wake);
      }),
    async advance(ms) {
      const untilMs = currentMs + ms;
      await untilIdle();
      for (let next = nextSleeper(); next && next.wakeAtMs <= untilMs; next = nextSleeper()) {
        currentMs = next.wakeAtMs;
        next.wake();
        await untilIdle();
      }
      currentMs = untilMs;
    },
    nextWakeMs: () => nextSleeper()?.wakeAtMs,
  };
}

/** All that can run without time passing or a real input has run after one turn of the event loop. */
function untilIdle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
