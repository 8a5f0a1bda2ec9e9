import type { Change, Sweep } from '../../model/messages.ts';
import { WATCH_LAG_MS } from '../../model/metric-names.ts';
import type { ChangeQueue, Clock, Log, Metrics, Queue } from '../../ports.ts';

/** Anything that says when its cause was seen, in ms since the epoch. */
interface Seen {
  readonly seenAtMs: number;
}

export interface Coalescing<M> {
  /**
   * A message for the same object that has not left yet is replaced: only the newest state counts. Drifts in different
   * members are different messages.
   */
  enqueue(message: M): void;
  /** resolves when everything enqueued up to now has been taken by the queue */
  flushed(): Promise<void>;
}
export type Dispatcher = Coalescing<Change | Sweep>;

const AT_ONCE = 80;
const PAUSE_MS = 200;

/**
 * Sends what the watch finds. The first message goes out at once; whatever comes in while a send is under way leaves
 * together in the next. A refused send is repeated until it succeeds: the checkpoint waits for it.
 */
export function dispatcher(ports: DispatcherPorts & { readonly changes: ChangeQueue }): Dispatcher {
  return coalescing(ports, ports.changes, keyOf);
}

export interface DispatcherPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** @param keyOf what a later message replaces an earlier one by */
export function coalescing<M extends Seen>(
  ports: DispatcherPorts,
  queue: Queue<M>,
  keyOf: (message: M) => string,
): Coalescing<M> {
  const waiting = new Map<string, M>();
  let draining = false;
  let sending: Promise<void> | undefined;

  async function drain(): Promise<void> {
    while (waiting.size > 0) {
      const batch = [...waiting].slice(0, AT_ONCE);
      for (const [key] of batch) waiting.delete(key);
      sending = sendUntilTaken(batch.map(([, message]) => message));
      await sending;
    }
    draining = false;
  }

  function drainSoon(): void {
    if (draining) return;
    draining = true;
    void Promise.resolve().then(drain);
  }

  async function sendUntilTaken(messages: M[]): Promise<void> {
    for (;;) {
      try {
        await queue.send(messages);
        const oldest = Math.min(...messages.map((message) => message.seenAtMs));
        ports.metrics.milliseconds(WATCH_LAG_MS, ports.clock.nowMs() - oldest);
        return;
      } catch (error) {
        ports.log.warn('changes not taken, trying again', { messages: messages.length, error });
        await ports.clock.sleep(PAUSE_MS);
      }
    }
  }

  return {
    enqueue(message) {
      const key = keyOf(message);
      // Deleted first, so that the message moves to the end and a steady stream starves nobody.
      waiting.delete(key);
      waiting.set(key, message);
      drainSoon();
    },
    async flushed() {
      const mine = new Set(waiting.values());
      await sending;
      while ([...waiting.values()].some((message) => mine.has(message))) await sending;
      await sending;
    },
  };
}

function keyOf(message: Change | Sweep): string {
  const about =
    message.kind === 'object'
      ? [message.name, message.cluster ?? '']
      : [String(message.terminating === true)];
  return [message.kind, message.type, message.namespace ?? '', ...about].join('\n');
}
