import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** How many messages a queue holds; SQS calls its own counts approximate. */
export interface QueueDepth {
  readonly waiting: number;
  /** handed to a worker, or waiting for another try */
  readonly inFlight: number;
}

/**
 * Counts the messages of a queue without touching them. How old they are SQS tells CloudWatch alone:
 * lib/adapters/cloudwatch/oldest-messages.ts.
 *
 * @returns undefined when there is no such queue
 * @throws the SDK's error
 * Source: AWS, SQS API reference, GetQueueAttributes
 */
export async function queueDepth(client: SQSClient, url: string): Promise<QueueDepth | undefined> {
  const command = new GetQueueAttributesCommand({
    QueueUrl: url,
    AttributeNames: [
      'ApproximateNumberOfMessages',
      'ApproximateNumberOfMessagesDelayed',
      'ApproximateNumberOfMessagesNotVisible',
    ],
  });
  try {
    const { Attributes: counts = {} } = await client.send(command);
    const waiting = Number(counts.ApproximateNumberOfMessages ?? 0);
    const delayed = Number(counts.ApproximateNumberOfMessagesDelayed ?? 0);
    const inFlight = Number(counts.ApproximateNumberOfMessagesNotVisible ?? 0);
    return { waiting: waiting + delayed, inFlight };
  } catch (error) {
    if (error instanceof Error && NO_SUCH_QUEUE.has(error.name)) return undefined;
    throw error;
  }
}

const NO_SUCH_QUEUE = new Set(['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue']);
