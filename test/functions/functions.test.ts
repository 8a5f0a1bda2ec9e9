import { DescribeClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import {
  ChangeMessageVisibilityCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { STAGE_ENVS, type Stage } from '../../lib/model/env.ts';
import { captureOutput } from '../runtime/captured-output.ts';

const QUEUES = 'https://sqs.eu-west-1.amazonaws.com/123456789012/';
const ENV: Readonly<Record<string, string>> = {
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'AKIATEST',
  AWS_SECRET_ACCESS_KEY: 'test',
  KUBEFED_NAMESPACE: 'kube-federation-system',
  HOST_CLUSTER_NAME: 'host',
  HOST_CLUSTER_REGION: 'eu-west-1',
  POWERTOOLS_SERVICE_NAME: 'federation-stage',
  POWERTOOLS_METRICS_NAMESPACE: 'KubefedEks',
  CHANGES_QUEUE_URL: `${QUEUES}changes.fifo`,
  JOBS_QUEUE_URL: `${QUEUES}jobs.fifo`,
  OUTCOMES_QUEUE_URL: `${QUEUES}outcomes.fifo`,
  PROBES_QUEUE_URL: `${QUEUES}probes`,
  RECORDS_QUEUE_URL: `${QUEUES}records.fifo`,
  ZONES_QUEUE_URL: `${QUEUES}zones.fifo`,
  HOSTED_ZONES: '[{"id":"Z1"},{"id":"Z2","roleArn":"arn:aws:iam::222222222222:role/zones"}]',
  DNS_OWNER_ID: 'us',
  PREFERENCES_QUEUE_URL: `${QUEUES}preferences.fifo`,
  STAGE_ROLE_ARNS: '{}',
  DEPLOYMENT:
    '{"stackName":"s","region":"r","queueUrls":{},"host":{"clusterName":"h","region":"r"}}',
  WATCH_FUNCTION_NAME: 'watch',
};

const eks = mockClient(EKSClient);
const sqs = mockClient(SQSClient);

beforeEach(() => {
  for (const [name, value] of Object.entries(ENV)) vi.stubEnv(name, value);
  vi.resetModules();
  eks.reset();
  sqs.reset();
  eks.on(DescribeClusterCommand).resolves({
    cluster: { endpoint: 'https://host.example', certificateAuthority: { data: '' } },
  });
  sqs.on(ChangeMessageVisibilityCommand).resolves({});
  sqs.on(SendMessageBatchCommand).resolves({ Successful: [], Failed: [] });
});
afterAll(() => {
  eks.restore();
  sqs.restore();
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const load = (stage: string): Promise<{ handler: (event?: unknown) => Promise<unknown> }> =>
  import(`../../functions/${stage}.ts`);

describe('functions', () => {
  it.each(Object.keys(STAGE_ENVS))('%s starts with the environment it is given', async (stage) => {
    expect((await load(stage)).handler).toBeTypeOf('function');
  });

  it.each(Object.keys(STAGE_ENVS) as Stage[])('%s does not start without it', async (stage) => {
    vi.stubEnv('KUBEFED_NAMESPACE', '');

    await expect(load(stage)).rejects.toThrow('missing KUBEFED_NAMESPACE');
  });

  it('look the host up once', async () => {
    await load('plan');

    expect(eks.commandCalls(DescribeClusterCommand)).toMatchObject([
      { args: [{ input: { name: 'host' } }] },
    ]);
  });

  it.each([
    ['plan', 'changes.fifo'],
    ['apply', 'jobs.fifo'],
    ['status', 'outcomes.fifo'],
    ['health', 'probes'],
    ['dns', 'records.fifo'],
    ['zone', 'zones.fifo'],
    ['spread', 'preferences.fifo'],
  ])(
    '%s leaves a message that it does not understand to the dead-letter queue',
    async (stage, queue) => {
      captureOutput();
      const { handler } = await load(stage);
      const record = {
        messageId: 'a',
        receiptHandle: 'receipt',
        body: '{"v":2}',
        attributes: { ApproximateReceiveCount: '1', MessageGroupId: 'x' },
      };

      expect(await handler({ Records: [record] })).toEqual({
        batchItemFailures: [{ itemIdentifier: 'a' }],
      });
      expect(sqs.commandCalls(ChangeMessageVisibilityCommand)).toMatchObject([
        { args: [{ input: { QueueUrl: `${QUEUES}${queue}`, VisibilityTimeout: 1 } }] },
      ]);
    },
  );

  it('zone has every zone audited on its schedule', async () => {
    const { handler } = await load('zone');
    await handler({});

    const [call] = sqs.commandCalls(SendMessageBatchCommand);
    const { QueueUrl, Entries } = call?.args[0].input ?? {};
    expect(QueueUrl).toBe(`${QUEUES}zones.fifo`);
    expect(Entries?.map(({ MessageBody }) => JSON.parse(MessageBody ?? ''))).toMatchObject([
      { kind: 'zone', zone: 'Z1', audit: true },
      { kind: 'zone', zone: 'Z2', audit: true },
    ]);
  });

  it('sweep asks for every key again', async () => {
    const { handler } = await load('sweep');
    await handler();

    const [call, records, preferences] = sqs.commandCalls(SendMessageBatchCommand);
    const { QueueUrl, Entries } = call?.args[0].input ?? {};
    expect(QueueUrl).toBe(`${QUEUES}changes.fifo`);
    expect(Entries?.map(({ MessageBody }) => JSON.parse(MessageBody ?? ''))).toMatchObject([
      { kind: 'sweep', type: '*', cause: 'sweep' },
    ]);
    expect(records?.args[0].input).toMatchObject({
      QueueUrl: `${QUEUES}records.fifo`,
      Entries: [{ MessageBody: expect.stringContaining('"kind":"all"') }],
    });
    expect(preferences?.args[0].input).toMatchObject({
      QueueUrl: `${QUEUES}preferences.fifo`,
      Entries: [{ MessageBody: expect.stringContaining('"kind":"all"') }],
    });
  });
});
