/** Processes that can die at any moment: what they would have done next is never done. */
import type { Clock, Cluster, Queue } from '../../lib/ports.ts';

export interface Life {
  readonly alive: boolean;
  /** fires when it ends */
  readonly signal: AbortSignal;
  end(): void;
  /** Runs one step. Who dies before it never starts it, who dies during it never hears of its result. */
  step<T>(work: () => Promise<T>): Promise<T>;
}

const NEVER = new Promise<never>(() => {});

export function newLife(): Life {
  const ending = new AbortController();
  return {
    get alive() {
      return !ending.signal.aborted;
    },
    signal: ending.signal,
    end: () => ending.abort(),
    async step(work) {
      if (ending.signal.aborted) return NEVER;
      try {
        const result = await work();
        return ending.signal.aborted ? NEVER : result;
      } catch (error) {
        if (ending.signal.aborted) return NEVER;
        throw error;
      }
    },
  };
}

export function mortalClock(life: Life, clock: Clock): Clock {
  return { nowMs: clock.nowMs, sleep: (ms, signal) => life.step(() => clock.sleep(ms, signal)) };
}

export function mortalQueue<M>(life: Life, queue: Queue<M>): Queue<M> {
  return { send: (messages) => life.step(() => queue.send(messages)) };
}

export function mortalCluster(life: Life, cluster: Cluster): Cluster {
  return {
    get: (...args) => life.step(() => cluster.get(...args)),
    list: (...args) => life.step(() => cluster.list(...args)),
    create: (...args) => life.step(() => cluster.create(...args)),
    replace: (...args) => life.step(() => cluster.replace(...args)),
    patch: (...args) => life.step(() => cluster.patch(...args)),
    delete: (...args) => life.step(() => cluster.delete(...args)),
    raw: (...args) => life.step(() => cluster.raw(...args)),
    async *watch(resource, options) {
      // The stream itself ends with the process; only its reader hears nothing of it.
      const signal = AbortSignal.any([options.signal, life.signal]);
      const events = cluster.watch(resource, { ...options, signal });
      for (;;) {
        const next = await life.step(() => events.next());
        if (next.done) return next.value;
        yield next.value;
      }
    },
  };
}
