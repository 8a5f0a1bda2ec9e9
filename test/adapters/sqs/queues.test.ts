import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import {
  changeQueue,
  jobGroup,
  objectGroup,
  preferenceQueue,
  probeQueue,
} from '../../../lib/adapters/sqs/queues.ts';
import type { Change, PreferenceMessage, Sweep } from '../../../lib/model/messages.ts';

const long = 'x'.repeat(253);

describe('objectGroup', () => {
  it('is the same for one object, and another for any other', () => {
    const subject = { type: 'deployments.apps', namespace: 'shop', name: 'web' };
    const others = [
      { ...subject, type: 'services' },
      { ...subject, namespace: 'web', name: 'shop' },
      { ...subject, name: 'api' },
      { type: subject.type, name: subject.name },
    ];

    expect(objectGroup({ ...subject })).toBe(objectGroup(subject));
    expect(new Set([subject, ...others].map(objectGroup)).size).toBe(5);
  });

  it('stays within what a group id may be, however long the names are', () => {
    const group = objectGroup({ type: `${long}.${long}`, namespace: long, name: long });

    expect(group).toMatch(/^[\w-]{1,128}$/);
  });
});

describe('jobGroup', () => {
  it('keeps the members of one object apart', () => {
    const job = { type: 'services', namespace: 'shop', name: 'web' };

    expect(jobGroup({ ...job, cluster: 'west' })).not.toBe(jobGroup({ ...job, cluster: 'east' }));
    expect(jobGroup({ ...job, cluster: 'west' })).toBe(jobGroup({ ...job, cluster: 'west' }));
  });
});

describe('changeQueue', () => {
  const change: Change = {
    ...{ v: 1, kind: 'object', type: 'services', namespace: 'shop', name: 'web' },
    ...{ cause: 'edit', seenAtMs: 1 },
  };
  const sweep: Sweep = { v: 1, kind: 'sweep', type: 'services', cause: 'sweep', seenAtMs: 1 };

  it('never lets SQS take one edit for a copy of another', async () => {
    const client = new SQSClient({ region: 'us-west-2' });
    const sent = mockClient(client).on(SendMessageBatchCommand).resolves({});
    await changeQueue(client, 'https://q').send([change, change]);
    await changeQueue(client, 'https://q').send([change, sweep]);

    const entries = sent
      .commandCalls(SendMessageBatchCommand)
      .flatMap((call) => call.args[0].input.Entries ?? []);
    expect(new Set(entries.map((entry) => entry.MessageDeduplicationId)).size).toBe(4);
    expect(new Set(entries.map((entry) => entry.MessageGroupId)).size).toBe(2);
  });
});

describe('probeQueue', () => {
  it('keeps a round back until it is due, and nothing else; a standard queue has no groups', async () => {
    const client = new SQSClient({ region: 'us-west-2' });
    const sent = mockClient(client).on(SendMessageBatchCommand).resolves({});
    await probeQueue(client, 'https://q').send([
      { v: 1, kind: 'round', afterSeconds: 20, dueAtMs: 1 },
      { v: 1, kind: 'probe', cluster: 'east' },
    ]);

    const [call] = sent.commandCalls(SendMessageBatchCommand);
    expect(call?.args[0].input.Entries).toEqual([
      { Id: '0', DelaySeconds: 20, MessageBody: expect.stringContaining('round') },
      { Id: '1', DelaySeconds: 0, MessageBody: expect.stringContaining('east') },
    ]);
  });
});

describe('preferenceQueue', () => {
  it('keeps the preferences apart, and each in order', async () => {
    const client = new SQSClient({ region: 'us-west-2' });
    const sent = mockClient(client).on(SendMessageBatchCommand).resolves({});
    const web = { v: 1, kind: 'preference', namespace: 'shop', name: 'web', seenAtMs: 1 } as const;
    const messages: PreferenceMessage[] = [web, { ...web, seenAtMs: 2 }, { ...web, name: 'api' }];
    await preferenceQueue(client, 'https://q').send([
      ...messages,
      { v: 1, kind: 'all', seenAtMs: 1 },
    ]);

    const entries = sent
      .commandCalls(SendMessageBatchCommand)
      .flatMap((call) => call.args[0].input.Entries ?? []);
    const groups = entries.map((entry) => entry.MessageGroupId);
    expect(groups[0]).toBe(groups[1]);
    expect(new Set(groups).size).toBe(3);
    expect(new Set(entries.map((entry) => entry.MessageDeduplicationId)).size).toBe(4);
  });
});
