import {
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import { sqsQueue } from '../../../lib/adapters/sqs/queue.ts';

const URL = 'https://sqs.us-west-2.amazonaws.com/123456789012/jobs.fifo';

interface Note {
  readonly n: number;
}

const notes = (count: number): Note[] => Array.from({ length: count }, (_, n) => ({ n }));

/** @param refuses whether the entry fails in the given call, counted from 0 */
function setUp(
  refuses: (entry: SendMessageBatchRequestEntry, call: number) => boolean = () => false,
) {
  const client = new SQSClient({ region: 'us-west-2' });
  const mock = mockClient(client);
  const batches: SendMessageBatchRequestEntry[][] = [];
  mock.on(SendMessageBatchCommand).callsFake(({ QueueUrl, Entries }) => {
    expect(QueueUrl).toBe(URL);
    const call = batches.push(Entries) - 1;
    const failed = Entries.filter((entry: SendMessageBatchRequestEntry) => refuses(entry, call));
    return {
      Failed: failed.map(({ Id }: SendMessageBatchRequestEntry) => ({
        ...{ Id, Code: 'InternalError', Message: 'try later', SenderFault: false },
      })),
    };
  });
  const queue = sqsQueue<Note>(client, URL, {
    groupOf: ({ n }) => `group-${n % 3}`,
    deduplicationIdOf: ({ n }) => `id-${n}`,
  });
  return { queue, batches, mock };
}

describe('sqsQueue', () => {
  it('makes no call for no messages', async () => {
    const { queue, batches } = setUp();
    await queue.send([]);

    expect(batches).toEqual([]);
  });

  it('sends a message with its group and deduplication id', async () => {
    const { queue, batches } = setUp();
    await queue.send([{ n: 4 }]);

    expect(batches).toEqual([
      [
        {
          Id: '0',
          MessageBody: '{"n":4}',
          MessageGroupId: 'group-1',
          MessageDeduplicationId: 'id-4',
        },
      ],
    ]);
  });

  it.each([
    [0, []],
    [1, [1]],
    [10, [10]],
    [11, [10, 1]],
    [25, [10, 10, 5]],
    [173, [...Array.from({ length: 17 }, () => 10), 3]],
  ])('sends %i messages in batches of ten', async (count, sizes) => {
    const { queue, batches } = setUp();
    await queue.send(notes(count));

    expect(batches.map((batch) => batch.length)).toEqual(sizes);
    expect(batches.flat().map(({ MessageBody }) => MessageBody)).toEqual(
      notes(count).map((note) => JSON.stringify(note)),
    );
  });

  it('gives each entry of a batch an id of its own', async () => {
    const { queue, batches } = setUp();
    await queue.send(notes(20));

    for (const batch of batches) expect(new Set(batch.map(({ Id }) => Id)).size).toBe(10);
  });

  it('sends what was refused once more, as it was', async () => {
    const { queue, batches } = setUp((entry, call) => call === 0 && Number(entry.Id) > 7);
    await queue.send(notes(10));

    expect(batches).toHaveLength(2);
    expect(batches[1]).toEqual(batches[0]?.slice(8));
  });

  it('throws when a message is refused twice, and says what SQS said', async () => {
    const { queue, batches } = setUp((entry) => entry.Id === '3');

    await expect(queue.send(notes(10))).rejects.toThrow(
      `SQS refused 1 of 10 messages for ${URL}: InternalError try later`,
    );
    expect(batches.map((batch) => batch.length)).toEqual([10, 1]);
  });

  it('throws what the call throws', async () => {
    const { queue, mock } = setUp();
    mock.on(SendMessageBatchCommand).rejects(new Error('AccessDenied'));

    await expect(queue.send(notes(1))).rejects.toThrow('AccessDenied');
  });
});
