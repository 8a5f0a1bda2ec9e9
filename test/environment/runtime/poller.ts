import { batchFailures } from './batch-failures.ts';
import type { Message, Queues } from './queues.ts';
import type { MappingSpec, QueueSpec } from './specs.ts';
import type { Invocation } from './worker-pool.ts';

export interface PollerOptions {
  readonly queues: Queues;
  readonly queue: QueueSpec;
  readonly mapping: MappingSpec;
  readonly region: string;
  /** batches in flight at most */
  readonly concurrency: number;
  readonly invoke: (event: { Records: object[] }) => Promise<Invocation>;
  /** gets what went wrong beside the function: SQS refused a call */
  readonly onError: (error: unknown) => void;
}

export interface Poller {
  /** Takes no more messages; resolves when the batches in flight are done. Stop the queues to end a long poll. */
  stop(): Promise<void>;
}

const LONG_POLL_SECONDS = 20;
const RECEIVE_LIMIT = 10;

function toRecord(message: Message, eventSourceARN: string, awsRegion: string): object {
  const attributes = Object.entries(message.MessageAttributes).map(([name, value]) => [
    name,
    {
      dataType: value.DataType,
      stringValue: value.StringValue,
      binaryValue: value.BinaryValue,
      stringListValues: [],
      binaryListValues: [],
    },
  ]);
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes,
    messageAttributes: Object.fromEntries(attributes),
    md5OfBody: message.MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN,
    awsRegion,
  };
}

/** More than one receive makes a batch only when the first one came back full. */
async function receiveBatch({ queues, queue, mapping }: PollerOptions): Promise<Message[]> {
  const { batchSize } = mapping;
  const first = Math.min(batchSize, RECEIVE_LIMIT);
  const batch = await queues.receive(queue.name, first, LONG_POLL_SECONDS);
  while (batch.length > 0 && batch.length % RECEIVE_LIMIT === 0 && batch.length < batchSize) {
    const rest = Math.min(batchSize - batch.length, RECEIVE_LIMIT);
    const more = await queues.receive(queue.name, rest, 0);
    if (more.length === 0) break;
    batch.push(...more);
  }
  return batch;
}

async function handleBatch(batch: readonly Message[], options: PollerOptions): Promise<void> {
  const { queues, queue, mapping, region } = options;
  const invocation = await options.invoke({
    Records: batch.map((message) => toRecord(message, queue.arn, region)),
  });
  if (!invocation.ok) return;
  const ids = batch.map((message) => message.MessageId);
  const failed = mapping.reportsBatchItemFailures
    ? batchFailures(invocation.payload, ids)
    : new Set<string>();
  const done = batch.filter((message) => !failed.has(message.MessageId));
  await queues.remove(
    queue.name,
    done.map((message) => message.ReceiptHandle),
  );
}

/**
 * Carries messages from a queue to a function, as an event source mapping does: batches without a batching window,
 * deletes what was handled, leaves what failed to the visibility timeout (or to what the handler did about it). While
 * messages wait it never sleeps; an empty queue is polled long.
 *
 * Source: AWS Lambda developer guide, "Using Lambda with Amazon SQS"
 */
export function startPoller(options: PollerOptions): Poller {
  const inFlight = new Set<Promise<void>>();
  let isStopped = false;

  const poll = async (): Promise<void> => {
    while (!isStopped) {
      if (inFlight.size >= options.concurrency) {
        await Promise.race(inFlight);
        continue;
      }
      const batch = await receiveBatch(options);
      if (batch.length === 0) continue;
      const handled = handleBatch(batch, options)
        .catch(options.onError)
        .finally(() => inFlight.delete(handled));
      inFlight.add(handled);
    }
  };
  const polling = poll().catch((error) => {
    if (!isStopped) options.onError(error);
  });

  return {
    stop: async () => {
      isStopped = true;
      await polling;
      await Promise.all(inFlight);
    },
  };
}
