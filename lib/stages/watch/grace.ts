import type { Clock } from '../../ports.ts';

/** Things that are given some time before they are judged. */
export interface Grace<T> {
  /** Gives a thing its time; one of the same id is forgotten, but not how long it has been waiting. */
  put(id: string, item: T): void;
  /** @returns what is waiting under the id */
  get(id: string): T | undefined;
  drop(id: string): void;
  /** Judges everything that is waiting, at once. */
  judgeNow(): void;
  /** resolves when everything put up to now has been judged, dropped or put again */
  settled(): Promise<void>;
}

interface Waiting<T> {
  readonly item: T;
  readonly atMs: number;
  readonly dueMs: number;
  /** what is put again and again is judged by then all the same */
  readonly latestMs: number;
}

/** How a thing comes to be judged: when it was put last, and whether its time was up. */
export interface Judging {
  readonly atMs: number;
  readonly early: boolean;
}

/** @param judge is called once for each thing whose time is up, or for which there is no time any more */
export function grace<T>(
  clock: Clock,
  { graceMs, longestMs }: { readonly graceMs: number; readonly longestMs: number },
  judge: (id: string, item: T, how: Judging) => void,
): Grace<T> {
  const waiting = new Map<string, Waiting<T>>();
  let running = false;
  let round: Promise<void> = Promise.resolve();
  let wake = new AbortController();

  function judgeUntil(untilMs: number): void {
    const nowMs = clock.nowMs();
    for (const [id, { item, atMs, dueMs }] of waiting) {
      if (dueMs > untilMs) continue;
      waiting.delete(id);
      judge(id, item, { atMs, early: dueMs > nowMs });
    }
  }

  async function judgeNext(): Promise<void> {
    const nextMs = Math.min(...[...waiting.values()].map(({ dueMs }) => dueMs));
    await clock.sleep(Math.max(0, nextMs - clock.nowMs()), wake.signal);
    judgeUntil(clock.nowMs());
  }

  async function run(): Promise<void> {
    running = true;
    while (waiting.size > 0) {
      round = judgeNext();
      await round;
    }
    running = false;
  }

  return {
    put(id, item) {
      const nowMs = clock.nowMs();
      const latestMs = waiting.get(id)?.latestMs ?? nowMs + longestMs;
      waiting.set(id, { item, atMs: nowMs, dueMs: Math.min(nowMs + graceMs, latestMs), latestMs });
      if (!running) void run();
    },
    get: (id) => waiting.get(id)?.item,
    drop: (id) => void waiting.delete(id),
    judgeNow() {
      judgeUntil(Number.POSITIVE_INFINITY);
      wake.abort();
      wake = new AbortController();
    },
    async settled() {
      const untilMs = clock.nowMs();
      while ([...waiting.values()].some(({ atMs }) => atMs <= untilMs)) await round;
    },
  };
}
