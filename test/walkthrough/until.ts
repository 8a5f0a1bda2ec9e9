import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 25;

/**
 * Asks again and again until the answer is as expected.
 *
 * @param look what is seen now, and whether that is what we wait for
 * @throws when it is not so after `seconds`; the error says what was seen last
 */
export async function until<T>(
  what: string,
  seconds: number,
  look: () => Promise<{ readonly done: boolean; readonly seen: T }>,
): Promise<T> {
  const untilMs = performance.now() + seconds * 1000;
  for (;;) {
    const { done, seen } = await look();
    if (done) return seen;
    if (performance.now() > untilMs) {
      throw new Error(`${what}: not so after ${seconds} s; seen last: ${JSON.stringify(seen)}`);
    }
    await sleep(POLL_MS);
  }
}
