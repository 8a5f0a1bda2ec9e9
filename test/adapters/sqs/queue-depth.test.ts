import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import { queueDepth } from '../../../lib/adapters/sqs/queue-depth.ts';

const URL = 'https://sqs.us-west-2.amazonaws.com/123456789012/jobs.fifo';

function setUp() {
  const client = new SQSClient({ region: 'us-west-2' });
  return { client, mock: mockClient(client) };
}

function named(name: string): Error {
  return Object.assign(new Error(`${name}: no`), { name });
}

describe('queueDepth', () => {
  it('counts what waits, is delayed, and is in flight, in one call', async () => {
    const { client, mock } = setUp();
    mock.on(GetQueueAttributesCommand, { QueueUrl: URL }).resolves({
      Attributes: {
        ApproximateNumberOfMessages: '3',
        ApproximateNumberOfMessagesDelayed: '2',
        ApproximateNumberOfMessagesNotVisible: '4',
      },
    });

    expect(await queueDepth(client, URL)).toEqual({ waiting: 5, inFlight: 4 });
    expect(mock.calls()).toHaveLength(1);
  });

  it.each(['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue'])(
    'finds no queue: %s',
    async (name) => {
      const { client, mock } = setUp();
      mock.on(GetQueueAttributesCommand).rejects(named(name));

      expect(await queueDepth(client, URL)).toBeUndefined();
    },
  );

  it('throws what else SQS refuses with', async () => {
    const { client, mock } = setUp();
    mock.on(GetQueueAttributesCommand).rejects(named('AccessDenied'));

    await expect(queueDepth(client, URL)).rejects.toThrow('AccessDenied');
  });
});
