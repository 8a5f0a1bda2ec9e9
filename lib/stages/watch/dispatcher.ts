import type { Change, Sweep } from '../../model/messages.ts';
import { WATCH_LAG_MS } from '../../model/metric-names.ts';
import type { ChangeQueue, Clock, Log, Metrics } from '../../ports.ts';

export interface Dispatcher {
  /**
   * A message for the same object that has not left yet is replaced: only the newest state counts. Drifts in different
   * members are different messages.
   */
  enqueue(message: Change | Sweep): void;
  /** resolves when everything enqueued up to now has been taken by the queue */
  flushed(): Promise<void>;
}

const AT_ONCE = 80;
const PAUSE_MS = 200;

/**
 * Sends what the watch finds. The first message goes out at once; whatever comes in while a send is under way leaves
 * together in the next. A refused send is repeated until it succeeds: the checkpoint waits for it.
 */
export function dispatcher(ports: {
  readonly changes: ChangeQueue;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}): Dispatcher {
  const waiting = new Map<string, Change | Sweep>();
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

  async function sendUntilTaken(messages: (Change | Sweep)[]): Promise<void> {
    for (;;) {
      try {
        await ports.changes.send(messages);
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
