import type { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { memoryQueue } from '../../lib/adapters/memory/queue.ts';
import { jobGroup } from '../../lib/adapters/sqs/queues.ts';
import { listAt, stringAt } from '../../lib/model/json.ts';
import { Job } from '../../lib/model/messages.ts';
import { REDRIVE_ANNOTATION } from '../../lib/model/names.ts';
import { EVENTS } from '../../lib/model/resources.ts';
import { parseMessage } from '../../lib/runtime/parse-message.ts';
import { sqsBatch } from '../../lib/runtime/sqs-batch.ts';
import { apply } from '../../lib/stages/apply.ts';
import { RETRY } from '../../lib/stages/verdict.ts';
import { refusing } from './apply/jobs.ts';
import { A } from './config-map-a.ts';
import { keptQueue, type TestFederation, testFederation } from './federation.ts';
import { CONFIG_MAP } from './objects.ts';

const TRIES = 10;
const RED = { clusters: ['east', 'west'], template: { data: { color: 'red' } } };

/** Puts the jobs of `a` and `b` into a queue and has apply read it until nothing is left; the status follows. */
async function drain(federation: TestFederation) {
  const dead = keptQueue<Job>();
  const { clock } = federation;
  const queue = memoryQueue<Job>({
    ...{ clock, groupOf: jobGroup, maxReceiveCount: TRIES, deadLetterQueue: dead },
    visibilityTimeoutSeconds: 360,
  });
  const send = async ({ input }: { input: { ReceiptHandle: string; VisibilityTimeout: number } }) =>
    queue.changeVisibility(input.ReceiptHandle, input.VisibilityTimeout);
  const handle = sqsBatch<Job>({
    // The one call of the client that is made.
    client: { send } as unknown as SQSClient,
    queueUrl: '',
    ...federation.ports,
    parse: parseMessage(Job),
    handle: (batch) => apply(federation.ports, batch),
  });
  await queue.send(federation.jobs.take());
  while (queue.messages().length > 0) {
    const received = queue.receive(10);
    const { batchItemFailures } = await handle({
      Records: received.map(({ message, messageId, receiptHandle, receiveCount, group }) => ({
        ...{ messageId, receiptHandle, body: JSON.stringify(message) },
        attributes: { ApproximateReceiveCount: String(receiveCount), MessageGroupId: group },
      })),
    });
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    for (const { messageId, receiptHandle } of received) {
      if (!failed.has(messageId)) queue.delete(receiptHandle);
    }
    await federation.status(federation.outcomes.take());
    await clock.advance(1_000);
  }
  return dead.sent;
}

async function planned(): Promise<TestFederation> {
  const federation = testFederation();
  for (const name of ['a', 'b']) {
    await federation.plan([await federation.createFederated(CONFIG_MAP, { name, ...RED })]);
  }
  return federation;
}

function entries(federation: TestFederation, name: string) {
  return listAt(federation.federatedObject(CONFIG_MAP, name), 'status', 'clusters');
}

describe('a poison object', () => {
  it('ends as a dead letter with its reason on the object, and its siblings do not notice', async () => {
    const federation = await planned();
    federation.member('east').fail = (call) =>
      call.verb === 'create' && call.key.name === 'a'
        ? { kind: 'Forbidden', message: 'exceeded quota' }
        : undefined;

    expect(await drain(federation)).toMatchObject([{ cluster: 'east', name: 'a' }]);
    expect(entries(federation, 'a')).toEqual([
      { name: 'east', status: 'CreationFailed', message: 'exceeded quota' },
      { name: 'west' },
    ]);
    expect(entries(federation, 'b')).toEqual([{ name: 'east' }, { name: 'west' }]);
  });

  it('is tried again by the annotation redrive', async () => {
    const federation = await planned();
    federation.member('east').fail = refusing('create', { kind: 'Forbidden' });
    await drain(federation);
    federation.member('east').fail = undefined;
    const metadata = { annotations: { [REDRIVE_ANNOTATION]: 'now' } };
    await federation.host.patch(CONFIG_MAP.federated, A, { metadata });
    await federation.settle([federation.change(CONFIG_MAP, 'a')]);

    expect(entries(federation, 'a')).toEqual([{ name: 'east' }, { name: 'west' }]);
  });

  it('says so also when it trips the program over', async () => {
    const federation = await planned();
    federation.member('east').fail = (call) => {
      if (call.verb === 'create' && call.key.name === 'a') throw new TypeError('x is not iterable');
      return undefined;
    };

    expect(await drain(federation)).toMatchObject([{ cluster: 'east', name: 'a' }]);
    expect(entries(federation, 'a')).toMatchObject([
      {
        ...{ name: 'east', status: 'ComputeResourceFailed' },
        message: expect.stringMatching(/^not foreseen: TypeError: x is not iterable.*redrive/),
      },
      { name: 'west' },
    ]);
    expect(entries(federation, 'b')).toEqual([{ name: 'east' }, { name: 'west' }]);
  });

  it.each([
    [1, [], []],
    [2, [], []],
    [3, ['ComputePlacementFailed'], ['EnsureFinalizerError']],
  ])('that cannot be planned says so from the third try on: try %i', async (attempt, told, why) => {
    const federation = testFederation();
    const change = await federation.createFederated(CONFIG_MAP, { name: 'a', ...RED });
    const sibling = await federation.createFederated(CONFIG_MAP, { name: 'b', ...RED });
    federation.host.fail = (call) =>
      call.verb === 'patch' && call.subresource === undefined && call.key.name === 'a'
        ? { kind: 'Forbidden', message: 'denied by policy' }
        : undefined;

    const verdicts = await federation.plan([change, sibling], attempt);
    await federation.status(federation.outcomes.take());
    await federation.settle();

    expect(verdicts[0]).toEqual(RETRY);
    const conditions = listAt(federation.federatedObject(CONFIG_MAP, 'a'), 'status', 'conditions');
    expect(conditions.map((one) => stringAt(one, 'reason'))).toEqual(told);
    expect(federation.host.peekAll(EVENTS).map((event) => event['reason'])).toEqual(why);
    expect(entries(federation, 'b')).toEqual([{ name: 'east' }, { name: 'west' }]);
  });

  it('that cannot be planned any more keeps what was told of its members', async () => {
    const federation = testFederation();
    await federation.settle([await federation.createFederated(CONFIG_MAP, { name: 'a', ...RED })]);
    federation.host.fail = ({ resource }) =>
      resource?.kind === 'PropagatedVersion' ? { kind: 'Forbidden', message: 'denied' } : undefined;
    await federation.plan([federation.change(CONFIG_MAP, 'a')], 5);
    federation.host.fail = undefined;
    await federation.status(federation.outcomes.take());

    expect(entries(federation, 'a')).toEqual([{ name: 'east' }, { name: 'west' }]);
    expect(federation.federatedObject(CONFIG_MAP, 'a')).toMatchObject({
      status: {
        conditions: [{ status: 'False', message: 'cannot be planned: host cluster: denied' }],
      },
    });
    expect(federation.recorded(CONFIG_MAP, 'a')).toMatchObject({
      status: { clusterVersions: [{ clusterName: 'east' }, { clusterName: 'west' }] },
    });
  });

  it('that is being deleted keeps the entries of what is still to be removed', async () => {
    const federation = testFederation();
    await federation.settle([await federation.createFederated(CONFIG_MAP, { name: 'a', ...RED })]);
    await federation.host.delete(CONFIG_MAP.federated, A);
    federation.host.fail = ({ resource }) =>
      resource?.kind === 'PropagatedVersion' ? { kind: 'Forbidden', message: 'denied' } : undefined;

    expect(await federation.plan([federation.change(CONFIG_MAP, 'a')], 5)).toEqual([RETRY]);
    expect(federation.outcomes.sent).toEqual([]);
  });
});

describe('a member that is overloaded', () => {
  it('may ask for one second each time, for a minute: nothing ends as a dead letter', async () => {
    const federation = await planned();
    const { clock } = federation;
    const untilMs = clock.nowMs() + 60_000;
    let refusals = 0;
    federation.member('east').fail = ({ verb }) => {
      if (verb !== 'create' || clock.nowMs() > untilMs) return undefined;
      refusals += 1;
      return { kind: 'Throttled', message: 'too many requests', retryAfterSeconds: 1 };
    };

    expect(await drain(federation)).toEqual([]);
    expect(refusals).toBeLessThanOrEqual(2 * (TRIES - 2));
    for (const name of ['a', 'b']) {
      expect(entries(federation, name)).toEqual([{ name: 'east' }, { name: 'west' }]);
    }
  });
});
