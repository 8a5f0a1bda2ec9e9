import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Runtime, startRuntime } from './runtime/runtime.ts';
import { synthesizeSampleApp } from './runtime/sample-app/app.ts';

interface Order {
  readonly id: string;
  readonly act: string;
  readonly group: string;
}

let directory: string;
let assembly: string;
let runtime: Runtime;
let sqs: SQSClient;
const lines: string[] = [];

const start = (more: object = {}) =>
  startRuntime({
    assembly,
    eksClusters: [],
    environment: { EXTRA: 'given' },
    holdSchedules: ['Held'],
    onLog: (name, line) => lines.push(`${name}: ${line}`),
    ...more,
  });

async function send(...orders: Order[]): Promise<void> {
  const Entries = orders.map((order, index) => ({
    Id: String(index),
    MessageBody: JSON.stringify(order),
    MessageGroupId: order.group,
    MessageDeduplicationId: randomUUID(),
  }));
  const QueueUrl = runtime.queues['Events']?.url;
  await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
}

const order = (id: string, act = 'forward', group = id): Order => ({ id, act, group });
const heard = (text: string) => lines.filter((line) => line.endsWith(text)).length;
const arrived = (ids: string[]) =>
  lines
    .flatMap((line) => /^Second: second (.+)$/.exec(line)?.[1] ?? [])
    .filter((id) => ids.includes(id));
const until = (check: () => void) => vi.waitFor(check, { timeout: 60_000, interval: 10 });

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'runtime-test-'));
  assembly = synthesizeSampleApp(directory);
  runtime = await start();
  const credentials = runtime.credentials('arn:aws:iam::000000000000:role/test');
  sqs = new SQSClient({ region: runtime.region, endpoint: runtime.sqsEndpoint, credentials });
});

afterAll(async () => {
  sqs.destroy();
  await runtime.stop();
  await rm(directory, { recursive: true });
});

describe('startRuntime: queues', () => {
  it('carries messages through both functions in the order of their group', async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `ordered-${index}`);

    await send(...ids.slice(0, 6).map((id) => order(id, 'forward', 'same')));
    await send(...ids.slice(6).map((id) => order(id, 'forward', 'same')));
    await runtime.idle();

    expect(arrived(ids)).toEqual(ids);
    expect(await runtime.queues['Events']?.depth()).toBe(0);
  });

  it('redelivers only what failed, and holds back the rest of its group meanwhile', async () => {
    await send(order('p1', 'fail-once', 'p'), order('p2', 'forward', 'p'), order('q1'));
    await runtime.idle();

    expect(arrived(['p1', 'p2', 'q1'])).toEqual(['q1', 'p1', 'p2']);
    expect([heard('first p1 2'), heard('first p2 1'), heard('first q1 1')]).toEqual([1, 1, 1]);
    expect(heard('first q1 2')).toBe(0);
  });

  it.each(['bad-id-once', 'throw-once'])('redelivers the whole batch after %s', async (act) => {
    const [bad, good] = [`${act}-bad`, `${act}-good`];

    await send(order(bad, act), order(good));
    await runtime.idle();

    expect([heard(`first ${bad} 2`), heard(`first ${good} 2`)]).toEqual([1, 1]);
  });

  it('ends a function at its timeout, and its messages come again', async () => {
    const before = runtime.counts()['First'];

    await send(order('slow', 'hang-once'));
    await runtime.idle();

    const after = runtime.counts()['First'];
    expect(after?.timeouts).toBe((before?.timeouts ?? 0) + 1);
    expect(arrived(['slow'])).toEqual(['slow']);
    expect(heard('timed out after 1 seconds')).toBe(1);
  });

  it('loses nothing when a function crashes in the middle', async () => {
    await send(order('cut', 'hang-once'));
    await until(() => expect(heard('first cut 1')).toBe(1));
    runtime.crash('First');
    await runtime.idle();

    expect(arrived(['cut'])).toEqual(['cut']);
    expect(heard('first cut 2')).toBe(1);
  });

  it('puts a message aside after maxReceiveCount, and no disabled mapping reads it', async () => {
    await send(order('bitter', 'poison'));
    await runtime.idle();

    expect([heard('first bitter 2'), heard('first bitter 3')]).toEqual([1, 0]);
    expect(await runtime.queues['Dead']?.depth()).toBe(1);
  });

  it('deduplicates within the group when the queue says so', async () => {
    const entries = ['one', 'two', 'one'].map((group, index) => ({
      Id: String(index),
      MessageBody: JSON.stringify(order(`twin-${index}`)),
      MessageGroupId: group,
      MessageDeduplicationId: 'twin',
    }));
    const QueueUrl = runtime.queues['Events']?.url;

    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: entries }));
    await runtime.idle();

    expect(arrived(['twin-0', 'twin-1', 'twin-2']).sort()).toEqual(['twin-0', 'twin-1']);
  });
});

describe('startRuntime: functions', () => {
  it('gives a function its environment and context', async () => {
    const answer = await runtime.invoke('Tick', { ask: 'context' });

    expect(answer).toMatchObject({
      ok: true,
      payload: { functionName: expect.stringMatching(/^Sample-Tick/), extra: 'given' },
    });
    expect(answer).toMatchObject({ payload: { region: 'eu-west-1' } });
  });

  it.each([
    ['throw', 'error', 'no ticking today'],
    ['exit', 'crash', 'the execution environment ended before it answered'],
  ])('answers a value when a function ends with %s, and goes on', async (ask, reason, message) => {
    const answer = await runtime.invoke('Tick', { ask });

    expect(answer).toMatchObject({ ok: false, reason, error: { message } });
    expect(await runtime.invoke('Tick', {})).toEqual({ ok: true, payload: null });
  });

  it('kills a function in the middle of an invocation', async () => {
    const hanging = runtime.invoke('Tick', { ask: 'hang' });
    await until(() => expect(heard('{"ask":"hang"}')).toBe(1));

    runtime.crash('tick');

    expect(await hanging).toMatchObject({ ok: false, reason: 'crash' });
    expect(await runtime.invoke('Tick', {})).toEqual({ ok: true, payload: null });
  });

  it('names the functions it has when none or several fit', async () => {
    await expect(runtime.invoke('Third', {})).rejects.toThrow('Third fits 0 of: First, Second');
    await expect(runtime.invoke('i', {})).rejects.toThrow(/^i fits \d of/);
  });
});

describe('startRuntime: schedules', () => {
  it('fires each schedule at the start, with the event that its service makes', async () => {
    lines.length = 0;
    const sources = () => lines.flatMap((line) => /"source":"([^"]+)"/.exec(line)?.[1] ?? []);

    const other = await start();
    await until(() => expect(sources().length).toBeGreaterThan(1));
    await other.stop();

    expect(sources().sort()).toEqual(['aws.events', 'aws.scheduler']);
  });

  it('fires again and again, faster when told, and never a schedule that is held', async () => {
    lines.length = 0;

    const fast = await start({ scheduleSpeedup: 6000, fireAtStart: false });
    const fired = (what: string) => lines.filter((line) => line.includes(what)).length;
    await until(() => expect(fired('aws.events')).toBeGreaterThan(2));
    await fast.stop();

    expect(fired('held')).toBe(0);
  });
});

describe('startRuntime: custom resources', () => {
  it('creates them in order before anything fires, and removes them in reverse', async () => {
    lines.length = 0;

    const other = await start();
    await other.destroy();

    expect(lines.filter((line) => /^(Install|Provide): /.test(line))).toEqual([
      expect.stringMatching(
        /^Install: install Create .*"count":"3","refuse":"false","list":\["true"\]/,
      ),
      'Provide: provide Create sample-install',
      'Provide: provide Delete sample-install',
      expect.stringMatching(/^Install: install Delete/),
    ]);
    expect(other.outputs).toEqual({ Answer: '42', Where: 'eu-west-1' });
  });

  it('does not start when one is refused', async () => {
    const refused = start({ parameters: { Refuse: 'true' } });

    await expect(refused).rejects.toThrow('Create of custom resource Installed failed: refused');
  });
});
