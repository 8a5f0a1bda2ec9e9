import { ChangeMessageVisibilityCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { virtualClock } from '../../lib/adapters/memory/clock.ts';
import { memoryLog, memoryMetrics } from '../../lib/adapters/memory/log.ts';
import { memoryQueue } from '../../lib/adapters/memory/queue.ts';
import { type BatchOptions, type SqsRecord, sqsBatch } from '../../lib/runtime/sqs-batch.ts';
import { DONE, RETRY, type Verdict } from '../../lib/stages/verdict.ts';

const QUEUE_URL = 'https://sqs.eu-west-1.amazonaws.com/123456789012/jobs.fifo';

function record(
  id: string,
  more: { group?: string; tries?: number; body?: string } = {},
): SqsRecord {
  const { group, tries = 1, body = id } = more;
  return {
    messageId: id,
    receiptHandle: `receipt-${id}`,
    body,
    attributes: {
      ApproximateReceiveCount: String(tries),
      ...(group === undefined ? {} : { MessageGroupId: group }),
    },
  };
}

function setUp(options: Partial<BatchOptions<string>> = {}) {
  const client = new SQSClient({ region: 'eu-west-1' });
  const mock = mockClient(client);
  mock.on(ChangeMessageVisibilityCommand).resolves({});
  const log = memoryLog();
  const metrics = memoryMetrics();
  const handle = sqsBatch<string>({
    ...{ client, log, metrics, queueUrl: QUEUE_URL },
    parse: (body) =>
      body === 'rubbish' ? { ok: false, problem: 'not JSON' } : { ok: true, message: body },
    handle: async (messages) => messages.map(() => DONE),
    ...options,
  });
  return {
    ...{ mock, log, metrics },
    /** @returns ids of what failed, and the pauses by receipt */
    async run(...records: SqsRecord[]) {
      const { batchItemFailures } = await handle({ Records: records });
      const calls = mock.commandCalls(ChangeMessageVisibilityCommand);
      const pauses = calls.map(({ args: [{ input }] }) => [
        input.ReceiptHandle,
        input.VisibilityTimeout,
      ]);
      return {
        failed: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier),
        pauses: Object.fromEntries(pauses),
      };
    },
  };
}

const answering = (verdicts: Record<string, Verdict>) => ({
  handle: async (messages: readonly { message: string }[]) =>
    messages.map(({ message }) => verdicts[message] ?? DONE),
});

afterEach(() => vi.restoreAllMocks());

describe('sqsBatch', () => {
  it('hands all messages over at once, with the number of tries, and acknowledges them', async () => {
    const handle = vi.fn(async () => [DONE, DONE]);
    const { run, metrics } = setUp({ handle });

    expect(await run(record('a'), record('b', { tries: 3 }))).toEqual({ failed: [], pauses: {} });
    expect(handle.mock.calls).toEqual([
      [
        [
          expect.objectContaining({ message: 'a', attempt: 1 }),
          expect.objectContaining({ message: 'b', attempt: 3 }),
        ],
      ],
    ]);
    expect(metrics.flushes).toBe(1);
  });

  it('takes a count that is no number for the first try', async () => {
    const handle = vi.fn(async () => [DONE]);
    await setUp({ handle }).run(record('a', { tries: Number.NaN }));

    expect(handle).toHaveBeenCalledWith([expect.objectContaining({ attempt: 1 })]);
  });

  it.each([
    [1, 1, 1],
    [2, 2, 2],
    [3, 4, 3],
    [4, 8, 6],
    [5, 16, 12],
    [6, 32, 24],
    [7, 60, 45],
    [30, 60, 45],
  ])('pauses after try %i for %i seconds, or %i at least', async (tries, longest, shortest) => {
    const { run } = setUp(answering({ a: RETRY }));
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const most = await run(record('a', { tries }));
    vi.spyOn(Math, 'random').mockReturnValue(0.9999);
    const least = await run(record('a', { tries }));

    expect(most).toEqual({ failed: ['a'], pauses: { 'receipt-a': longest } });
    expect(least.pauses).toEqual({ 'receipt-a': shortest });
  });

  it.each([
    ['is longer than its own pause', 8, 1, 0, 8],
    ['is spread, but never shortened', 8, 1, 0.8, 10],
    ['is shorter than its own pause, which goes on growing', 1, 5, 0, 16],
    ['is broken', 7.2, 1, 0, 8],
    ['is far too long', 86_400, 1, 0, 300],
  ])('pauses at least as long as it was asked to, when that %s', async (...given) => {
    const [, retryAfterSeconds, tries, random, pause] = given;
    vi.spyOn(Math, 'random').mockReturnValue(random);
    const { run } = setUp(answering({ a: { retryAfterSeconds } }));

    expect(await run(record('a', { tries }))).toMatchObject({ pauses: { 'receipt-a': pause } });
  });

  it('takes a missing verdict for a failure', async () => {
    const { run } = setUp({ handle: async () => [DONE] });

    expect((await run(record('a'), record('b'))).failed).toEqual(['b']);
  });

  it('never acknowledges a body that cannot be read, and says why', async () => {
    const { run, log } = setUp();

    expect((await run(record('a', { body: 'rubbish' }), record('b'))).failed).toEqual(['a']);
    expect(log.entries).toEqual([
      {
        level: 'error',
        message: 'message not understood; it goes to the dead-letter queue',
        fields: { messageId: 'a', problem: 'not JSON', body: 'rubbish' },
      },
    ]);
  });

  it('does not call the stage when no message can be read', async () => {
    const handle = vi.fn(async () => []);
    await setUp({ handle }).run(record('a', { body: 'rubbish' }));

    expect(handle).not.toHaveBeenCalled();
  });

  it('sends back what follows a failure in its group, for as long; other groups go on', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const { run } = setUp(answering({ b: { retryAfterSeconds: 5 } }));

    const result = await run(
      record('a', { group: 'x' }),
      record('b', { group: 'x' }),
      record('c', { group: 'y' }),
      record('d', { group: 'x' }),
    );

    expect(result).toEqual({ failed: ['b', 'd'], pauses: { 'receipt-b': 5, 'receipt-d': 5 } });
  });

  it('lets nothing follow where there are no groups', async () => {
    const { run } = setUp(answering({ a: RETRY }));

    expect((await run(record('a'), record('b'))).failed).toEqual(['a']);
  });

  it('tries the whole batch again when the stage throws', async () => {
    const { run, log, metrics } = setUp({
      handle: async () => {
        throw new Error('queue away');
      },
    });

    expect((await run(record('a'), record('b'))).failed).toEqual(['a', 'b']);
    expect(log.entries).toMatchObject([{ level: 'error', message: /all of it is tried again/ }]);
    expect(metrics.flushes).toBe(1);
  });

  it('reports a failure even if the pause cannot be set', async () => {
    const { run, mock, log } = setUp(answering({ a: RETRY }));
    mock.on(ChangeMessageVisibilityCommand).rejects(new Error('throttled'));

    expect((await run(record('a'))).failed).toEqual(['a']);
    expect(log.entries).toMatchObject([{ level: 'warn', message: 'visibility not changed' }]);
  });

  it('lets a group go on as soon as its message has failed for good', async () => {
    const clock = virtualClock();
    const dead: string[] = [];
    const queue = memoryQueue<string>({
      ...{ clock, groupOf: () => 'x', visibilityTimeoutSeconds: 180, maxReceiveCount: 3 },
      deadLetterQueue: { send: async (messages) => void dead.push(...messages) },
    });
    const client = new SQSClient({ region: 'eu-west-1' });
    mockClient(client)
      .on(ChangeMessageVisibilityCommand)
      .callsFake(({ ReceiptHandle, VisibilityTimeout }) =>
        queue.changeVisibility(ReceiptHandle, VisibilityTimeout),
      );
    const done: string[] = [];
    const handle = sqsBatch<string>({
      ...{ client, log: memoryLog(), metrics: memoryMetrics(), queueUrl: QUEUE_URL },
      parse: (body) =>
        body === 'rubbish' ? { ok: false, problem: 'not JSON' } : { ok: true, message: body },
      async handle(messages) {
        done.push(...messages.map(({ message }) => message));
        return messages.map(() => DONE);
      },
    });
    await queue.send(['rubbish', 'good']);
    for (let seconds = 0; seconds < 15; seconds++) {
      const batch = queue.receive(10);
      const { batchItemFailures } = await handle({
        Records: batch.map(({ message, messageId, receiptHandle, receiveCount, group }) => ({
          ...record(messageId, { group, tries: receiveCount, body: message }),
          receiptHandle,
        })),
      });
      const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      for (const { messageId, receiptHandle } of batch) {
        if (!failed.has(messageId)) queue.delete(receiptHandle);
      }
      await clock.advance(1_000);
    }

    expect(dead).toContain('rubbish');
    expect(done).toContain('good');
    expect(queue.messages()).toEqual([]);
  });
});
