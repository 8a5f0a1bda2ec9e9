import { ChangeMessageVisibilityCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Log, Metrics } from '../ports.ts';
import type { Received, Verdict } from '../stages/verdict.ts';

/** The part of Lambda's SQS event that we use. */
export interface SqsRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: {
    readonly ApproximateReceiveCount: string;
    readonly MessageGroupId?: string;
  };
}

export interface SqsBatchResponse {
  readonly batchItemFailures: { readonly itemIdentifier: string }[];
}

export interface BatchOptions<M> {
  readonly client: SQSClient;
  readonly queueUrl: string;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'flush'>;
  /** @returns the message, or what is wrong with the body */
  readonly parse: (body: string) => { ok: true; message: M } | { ok: false; problem: string };
  /** Handles the messages of a batch, oldest first; one verdict each, in the same order. */
  readonly handle: (messages: readonly Received<M>[]) => Promise<readonly Verdict[]>;
}

const LONGEST_PAUSE_SECONDS = 60;
/** Meanwhile nothing else of its group is handled, no newer edit either: who asks for longer is asked again. */
const LONGEST_ASKED_SECONDS = 300;

/**
 * Turns a Lambda invocation by an SQS event source into one call of a stage. What is not done goes back to the queue,
 * for a pause that doubles with each try; its group waits, all other groups go on. A body that cannot be read is never
 * acknowledged: it ends in the dead-letter queue, with the log line that says why.
 *
 * Source: AWS Lambda, partial batch responses for Amazon SQS (FIFO: what follows a failure in its group fails too)
 */
export function sqsBatch<M>(options: BatchOptions<M>) {
  return async (event: { readonly Records: readonly SqsRecord[] }): Promise<SqsBatchResponse> => {
    const failed = new Map<SqsRecord, number>();
    const readable: (Received<M> & { record: SqsRecord })[] = [];
    for (const record of event.Records) {
      const parsed = options.parse(record.body);
      if (parsed.ok) {
        readable.push({ record, message: parsed.message, attempt: attemptOf(record) });
      } else {
        const { messageId, body } = record;
        options.log.error('message not understood; it goes to the dead-letter queue', {
          messageId,
          problem: parsed.problem,
          body: body.slice(0, 500),
        });
        failed.set(record, 0);
      }
    }
    const verdicts = await handleAll(options, readable);
    readable.forEach(({ record }, index) => {
      const verdict = verdicts[index] ?? { retryAfterSeconds: 0 };
      if ('retryAfterSeconds' in verdict) failed.set(record, verdict.retryAfterSeconds);
    });
    const back = withFollowers(event.Records, failed);
    await postpone(options, back);
    options.metrics.flush();
    const identifiers = [...back.keys()].map(({ messageId }) => ({ itemIdentifier: messageId }));
    return { batchItemFailures: identifiers };
  };
}

async function handleAll<M>(
  options: BatchOptions<M>,
  messages: readonly Received<M>[],
): Promise<readonly Verdict[]> {
  if (messages.length === 0) return [];
  try {
    return await options.handle(messages);
  } catch (error) {
    options.log.error('batch failed; all of it is tried again', { error });
    return messages.map(() => ({ retryAfterSeconds: 0 }));
  }
}

async function postpone<M>(options: BatchOptions<M>, failed: ReadonlyMap<SqsRecord, number>) {
  const { client, queueUrl: QueueUrl, log } = options;
  const changes = [...failed].map(async ([record, seconds]) => {
    const VisibilityTimeout = pauseSeconds(record, seconds);
    const command = { QueueUrl, ReceiptHandle: record.receiptHandle, VisibilityTimeout };
    try {
      await client.send(new ChangeMessageVisibilityCommand(command));
    } catch (error) {
      // The queue's own visibility timeout brings it back, later than we wished.
      log.warn('visibility not changed', { messageId: record.messageId, error });
    }
  });
  await Promise.all(changes);
}

/**
 * 1, 2, 4 … 60 seconds, up to a quarter less so that retries do not come in step; or what Retry-After asked for, up to a
 * quarter more, if that is longer. An API server that is overloaded asks for one second each time: left at that, all
 * tries would be over before it has recovered.
 *
 * Source: Kubernetes 1.34, API Priority and Fairness: 429 with `Retry-After: 1`; RFC 9110, 10.2.3: a minimum
 */
function pauseSeconds(record: SqsRecord, askedSeconds: number): number {
  const full = Math.min(2 ** (attemptOf(record) - 1), LONGEST_PAUSE_SECONDS);
  const own = Math.round(full * (1 - Math.random() / 4));
  const asked = Math.ceil(Math.min(askedSeconds, LONGEST_ASKED_SECONDS) * (1 + Math.random() / 4));
  return Math.max(1, own, asked);
}

function attemptOf(record: SqsRecord): number {
  return Number(record.attributes.ApproximateReceiveCount) || 1;
}

/**
 * What follows a failure in its group goes back as well, and for as long: a message that stayed in flight would lock its
 * group for the queue's whole visibility timeout.
 *
 * @returns seconds by record, in the order of the batch
 */
function withFollowers(
  records: readonly SqsRecord[],
  failed: ReadonlyMap<SqsRecord, number>,
): ReadonlyMap<SqsRecord, number> {
  const blocked = new Map<string, number>();
  const back = new Map<SqsRecord, number>();
  for (const record of records) {
    const group = record.attributes.MessageGroupId ?? record.messageId;
    const seconds = failed.get(record) ?? blocked.get(group);
    if (seconds === undefined) continue;
    back.set(record, seconds);
    blocked.set(group, seconds);
  }
  return back;
}
