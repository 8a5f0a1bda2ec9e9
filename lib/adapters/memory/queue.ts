import type { Clock, Queue } from '../../ports.ts';

export interface MemoryQueueOptions<M> {
  readonly clock: Clock;
  /** messages of one group are handled one after the other, in order */
  readonly groupOf: (message: M) => string;
  /** absent: every message has an id of its own */
  readonly deduplicationIdOf?: (message: M) => string;
  readonly visibilityTimeoutSeconds: number;
  /** with `deadLetterQueue`: a message received so often goes there instead of being received again */
  readonly maxReceiveCount?: number;
  readonly deadLetterQueue?: Queue<M>;
}

export interface ReceivedMessage<M> {
  readonly message: M;
  readonly messageId: string;
  readonly group: string;
  /** good until the visibility timeout ends */
  readonly receiptHandle: string;
  /** 1 at the first time */
  readonly receiveCount: number;
  readonly sentAtMs: number;
}

export interface MemoryQueue<M> extends Queue<M> {
  /** @returns at most `max` messages, and never more than ten; empty when nothing can be received now */
  receive(max: number): ReceivedMessage<M>[];
  /** @returns false when the receipt handle is unknown or has expired: the message will come again */
  delete(receiptHandle: string): boolean;
  /** @returns false when the receipt handle is unknown or has expired */
  changeVisibility(receiptHandle: string, timeoutSeconds: number): boolean;
  /** messages that can be received (or wait for their group), and messages that are being handled */
  depth(): { visible: number; inFlight: number };
  /** when the next message in flight comes back; undefined when none is */
  nextVisibleAtMs(): number | undefined;
  /** all messages not yet deleted, in order */
  messages(): M[];
}

interface Stored {
  readonly body: string;
  readonly messageId: string;
  readonly group: string;
  readonly sentAtMs: number;
  receiveCount: number;
  receiptHandle: string;
  visibleAtMs: number;
}

const DEDUPLICATION_MS = 5 * 60_000;
const RECEIVE_LIMIT = 10;

/**
 * A FIFO queue. A group is locked while one of its messages is in flight; a message whose timeout ends is received again
 * in its old place, before later ones of its group.
 *
 * Source: AWS, Amazon SQS FIFO queues: message groups, exactly-once processing, dead-letter queues
 */
export function memoryQueue<M>(options: MemoryQueueOptions<M>): MemoryQueue<M> {
  const { clock, visibilityTimeoutSeconds, deadLetterQueue } = options;
  const maxReceiveCount = deadLetterQueue && options.maxReceiveCount;
  const isDuplicate = deduplicator(clock);
  let stored: Stored[] = [];
  let counter = 0;

  const isInFlight = (message: Stored) => message.visibleAtMs > clock.nowMs();
  const inFlight = (receiptHandle: string) =>
    stored.find((message) => message.receiptHandle === receiptHandle && isInFlight(message));

  function accept(message: M): void {
    if (isDuplicate(options.deduplicationIdOf?.(message))) return;
    const body = JSON.stringify(message);
    const group = options.groupOf(message);
    const sentAtMs = clock.nowMs();
    const messageId = `message-${++counter}`;
    stored.push({
      ...{ body, messageId, group, sentAtMs },
      ...{ receiveCount: 0, receiptHandle: '', visibleAtMs: 0 },
    });
  }

  function take(message: Stored): ReceivedMessage<M> {
    message.receiveCount += 1;
    message.receiptHandle = `receipt-${++counter}`;
    message.visibleAtMs = clock.nowMs() + visibilityTimeoutSeconds * 1000;
    const { messageId, group, receiptHandle, receiveCount, sentAtMs } = message;
    return {
      message: JSON.parse(message.body),
      ...{ messageId, group, receiptHandle, receiveCount, sentAtMs },
    };
  }

  return {
    async send(messages) {
      for (const message of messages) accept(message);
    },
    receive(max) {
      if (stored.length === 0) return [];
      const locked = new Set(stored.filter(isInFlight).map(({ group }) => group));
      const candidates = stored.filter(({ group }) => !locked.has(group));
      const dead = candidates.filter(
        ({ receiveCount }) => maxReceiveCount !== undefined && receiveCount >= maxReceiveCount,
      );
      stored = stored.filter((message) => !dead.includes(message));
      void deadLetterQueue?.send(dead.map(({ body }) => JSON.parse(body)));
      return candidates
        .filter((message) => !dead.includes(message))
        .slice(0, Math.min(max, RECEIVE_LIMIT))
        .map(take);
    },
    delete(receiptHandle) {
      const found = inFlight(receiptHandle);
      stored = stored.filter((message) => message !== found);
      return found !== undefined;
    },
    changeVisibility(receiptHandle, timeoutSeconds) {
      const found = inFlight(receiptHandle);
      if (found !== undefined) found.visibleAtMs = clock.nowMs() + timeoutSeconds * 1000;
      return found !== undefined;
    },
    depth() {
      const handled = stored.filter(isInFlight).length;
      return { visible: stored.length - handled, inFlight: handled };
    },
    nextVisibleAtMs() {
      const times = stored.filter(isInFlight).map(({ visibleAtMs }) => visibleAtMs);
      return times.length === 0 ? undefined : Math.min(...times);
    },
    messages: () => stored.map(({ body }) => JSON.parse(body)),
  };
}

/** @returns a function that says whether an id was accepted within the last five minutes, and accepts it if not */
function deduplicator(clock: Clock): (id: string | undefined) => boolean {
  const acceptedAtMs = new Map<string, number>();
  return (id) => {
    if (id === undefined) return false;
    for (const [known, atMs] of acceptedAtMs) {
      if (clock.nowMs() - atMs >= DEDUPLICATION_MS) acceptedAtMs.delete(known);
    }
    if (acceptedAtMs.has(id)) return true;
    acceptedAtMs.set(id, clock.nowMs());
    return false;
  };
}
