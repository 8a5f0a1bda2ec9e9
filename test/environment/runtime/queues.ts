import { createHash } from 'node:crypto';
import { buildApp } from 'fauxqs';
import * as z from 'zod';
import type { QueueSpec } from './specs.ts';

const MessageAttribute = z.object({
  DataType: z.string(),
  StringValue: z.string().optional(),
  BinaryValue: z.string().optional(),
});
const Message = z.object({
  MessageId: z.string(),
  ReceiptHandle: z.string(),
  Body: z.string(),
  MD5OfBody: z.string(),
  Attributes: z.record(z.string(), z.string()).default({}),
  MessageAttributes: z.record(z.string(), MessageAttribute).default({}),
});
export type Message = z.infer<typeof Message>;

const Received = z.object({ Messages: z.array(Message).default([]) });
const Depth = z.object({
  name: z.string(),
  approximateMessageCount: z.number(),
  approximateInflightCount: z.number(),
  approximateDelayedCount: z.number(),
});
const Depths = z.array(Depth);

/** SQS on a loopback port, and the short way to it that the pollers take. */
export interface Queues {
  readonly endpoint: string;
  create(queue: QueueSpec): Promise<void>;
  /** Long poll. @returns at most 10 messages, one per message group; empty after `waitSeconds` or when stopped */
  receive(queueName: string, maximum: number, waitSeconds: number): Promise<Message[]>;
  /** Deletes; handles that have expired are ignored. */
  remove(queueName: string, receiptHandles: readonly string[]): Promise<void>;
  /** Messages of each queue, by name: waiting, delayed and in flight, all as of one moment. */
  depths(): Promise<Map<string, number>>;
  /** those of them that were sent with a delay and are not due yet, by queue */
  delayed(): Promise<Map<string, number>>;
  stop(): Promise<void>;
}

/** fauxqs knows no other account, and finds a dead-letter queue by ARN. */
const EMULATOR_ACCOUNT = '000000000000';
const GROUP_END = '\n';

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * fauxqs ignores DeduplicationScope=messageGroup and would swallow one id sent to two groups, so the group becomes part
 * of the id on the way in (here) and leaves it on the way out (`receive`).
 *
 * @param scoped the queues with that scope, by name: do they deduplicate by content?
 */
function scopeDeduplication(body: unknown, scoped: ReadonlyMap<string, boolean>): void {
  if (!isRecord(body)) return;
  const queueName = String(body['QueueUrl']).split('/').at(-1) ?? '';
  const byContent = scoped.get(queueName);
  if (byContent === undefined) return;
  const entries = Array.isArray(body['Entries']) ? body['Entries'] : [body];
  for (const entry of entries.filter(isRecord)) {
    const { MessageGroupId: group, MessageBody: content, MessageDeduplicationId: given } = entry;
    if (typeof group !== 'string' || (given === undefined && !byContent)) continue;
    const id = given ?? createHash('sha256').update(String(content)).digest('hex');
    entry['MessageDeduplicationId'] = `${group}${GROUP_END}${id}`;
  }
}

function withoutGroup(message: Message): Message {
  const id = message.Attributes['MessageDeduplicationId'] ?? '';
  const bare = id.slice(id.indexOf(GROUP_END) + 1);
  return { ...message, Attributes: { ...message.Attributes, MessageDeduplicationId: bare } };
}

function inEmulatorAccount(attributes: QueueSpec['attributes']): Record<string, string> {
  const policy = attributes['RedrivePolicy'];
  if (policy === undefined) return { ...attributes };
  const parts = z.looseObject({ deadLetterTargetArn: z.string() }).parse(JSON.parse(policy));
  const arn = parts.deadLetterTargetArn.split(':').with(4, EMULATOR_ACCOUNT).join(':');
  return { ...attributes, RedrivePolicy: JSON.stringify({ ...parts, deadLetterTargetArn: arn }) };
}

/**
 * Starts an SQS emulator in this process, without queues, on a free loopback port.
 *
 * The pollers reach it without a socket: at a thousand messages a second the HTTP of the pollers alone would cost more
 * than the queues do. Functions reach it at `endpoint` with the SDK.
 *
 * Source: Amazon SQS API reference; fauxqs 2.4.1
 */
export async function startQueues(region: string): Promise<Queues> {
  const app = buildApp({ logger: false, defaultRegion: region });
  const scoped = new Map<string, boolean>();
  app.addHook('preHandler', (request, _reply, done) => {
    scopeDeduplication(request.body, scoped);
    done();
  });
  const endpoint = await app.listen({ host: '127.0.0.1', port: 0 });
  const urlOf = (queueName: string) => `${endpoint}/${EMULATOR_ACCOUNT}/${queueName}`;
  const call = async (action: string, body: object): Promise<unknown> => {
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AmazonSQS.${action}`,
    };
    const answer = await app.inject({ method: 'POST', url: '/', headers, payload: body });
    if (answer.statusCode !== 200) throw new Error(`SQS ${action} failed: ${answer.body}`);
    return answer.body === '' ? {} : answer.json();
  };

  const counted = async (
    count: (queue: z.infer<typeof Depth>) => number,
  ): Promise<Map<string, number>> => {
    const answer = await app.inject({ method: 'GET', url: '/_fauxqs/queues' });
    return new Map(Depths.parse(answer.json()).map((queue) => [queue.name, count(queue)]));
  };

  return {
    endpoint,
    create: async ({ name, attributes }) => {
      await call('CreateQueue', { QueueName: name, Attributes: inEmulatorAccount(attributes) });
      if (attributes['DeduplicationScope'] === 'messageGroup') {
        scoped.set(name, attributes['ContentBasedDeduplication'] === 'true');
      }
    },
    receive: async (queueName, maximum, waitSeconds) => {
      const answer = await call('ReceiveMessage', {
        QueueUrl: urlOf(queueName),
        MaxNumberOfMessages: maximum,
        WaitTimeSeconds: waitSeconds,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      });
      const { Messages } = Received.parse(answer);
      return scoped.has(queueName) ? Messages.map(withoutGroup) : Messages;
    },
    remove: async (queueName, receiptHandles) => {
      for (let start = 0; start < receiptHandles.length; start += 10) {
        const Entries = receiptHandles
          .slice(start, start + 10)
          .map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }));
        await call('DeleteMessageBatch', { QueueUrl: urlOf(queueName), Entries });
      }
    },
    depths: () =>
      counted((queue) => {
        const visible = queue.approximateMessageCount + queue.approximateDelayedCount;
        return visible + queue.approximateInflightCount;
      }),
    delayed: () => counted((queue) => queue.approximateDelayedCount),
    stop: () => app.close(),
  };
}
