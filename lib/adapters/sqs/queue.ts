import {
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Queue } from '../../ports.ts';

const BATCH_LIMIT = 10;
const BATCHES_AT_ONCE = 8;

export interface FifoKeys<M> {
  /** messages of one group are handled one after the other, in order; at most 128 characters */
  readonly groupOf: (message: M) => string;
  /** SQS swallows a repeated id for five minutes: it has to differ for every message that may not be lost */
  readonly deduplicationIdOf: (message: M) => string;
}

export interface Delays<M> {
  /** whole seconds, 900 at most; only a standard queue takes them message by message */
  readonly delaySecondsOf: (message: M) => number;
}

/**
 * Sends to one queue in batches of ten, several batches at once. The order of one call's messages is kept within
 * a batch only; since messages carry keys and not states, that is enough.
 *
 * @param options keys for a FIFO queue, delays for one that is not; without them neither is sent
 * @throws when SQS refuses any message, after one more try of those: the caller must not acknowledge its own input
 * Source: AWS, Amazon SQS message quotas (10 entries, 1 MiB per batch)
 */
export function sqsQueue<M>(
  client: SQSClient,
  queueUrl: string,
  options?: FifoKeys<M> | Delays<M>,
): Queue<M> {
  async function sendBatch(messages: readonly M[]): Promise<void> {
    let entries = messages.map((message, index) => entryOf(message, index, options));
    for (let attempt = 0; entries.length > 0; attempt++) {
      const answer = await client.send(
        new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }),
      );
      const failed = new Map(answer.Failed?.map((entry) => [entry.Id, entry]));
      entries = entries.filter((entry) => failed.has(entry.Id));
      if (entries.length > 0 && attempt > 0) {
        const [first] = failed.values();
        throw new Error(
          `SQS refused ${entries.length} of ${messages.length} messages for ${queueUrl}: ${first?.Code} ${first?.Message ?? ''}`,
        );
      }
    }
  }

  return {
    async send(messages) {
      const wave = BATCH_LIMIT * BATCHES_AT_ONCE;
      for (let start = 0; start < messages.length; start += wave) {
        await Promise.all(chunks(messages.slice(start, start + wave)).map(sendBatch));
      }
    },
  };
}

function entryOf<M>(
  message: M,
  index: number,
  options: FifoKeys<M> | Delays<M> | undefined,
): SendMessageBatchRequestEntry {
  const entry = { Id: String(index), MessageBody: JSON.stringify(message) };
  if (options === undefined) return entry;
  if ('delaySecondsOf' in options) {
    return { ...entry, DelaySeconds: options.delaySecondsOf(message) };
  }
  return {
    ...entry,
    MessageGroupId: options.groupOf(message),
    MessageDeduplicationId: options.deduplicationIdOf(message),
  };
}

function chunks<M>(messages: readonly M[]): M[][] {
  const count = Math.ceil(messages.length / BATCH_LIMIT);
  return Array.from({ length: count }, (_, i) =>
    messages.slice(i * BATCH_LIMIT, (i + 1) * BATCH_LIMIT),
  );
}
