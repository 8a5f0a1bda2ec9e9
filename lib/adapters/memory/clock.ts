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
  /** sorted by time; of several that wake at one time, the one that went to sleep first comes first */
  const sleepers: Sleeper[] = [];
  let currentMs = startMs;

  function insert(sleeper: Sleeper): void {
    let [from, to] = [0, sleepers.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((sleepers[middle]?.wakeAtMs ?? 0) <= sleeper.wakeAtMs) from = middle + 1;
      else to = middle;
    }
    sleepers.splice(from, 0, sleeper);
  }

  return {
    nowMs: () => currentMs,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (ms <= 0 || signal?.aborted) return resolve();
        const wake = () => {
          sleepers.splice(sleepers.indexOf(sleeper), 1);
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        const sleeper: Sleeper = { wakeAtMs: currentMs + ms, wake };
        insert(sleeper);
        signal?.addEventListener('abort', wake);
      }),
    async advance(ms) {
      const untilMs = currentMs + ms;
      await untilIdle();
      for (let next = sleepers[0]; next && next.wakeAtMs <= untilMs; next = sleepers[0]) {
        currentMs = next.wakeAtMs;
        next.wake();
        await untilIdle();
      }
      currentMs = untilMs;
    },
    nextWakeMs: () => sleepers[0]?.wakeAtMs,
  };
}

/** All that can run without time passing or a real input has run after one turn of the event loop. */
function untilIdle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
