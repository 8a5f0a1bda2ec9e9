import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../../lib/adapters/memory/clock.ts';
import { memoryCluster } from '../../../lib/adapters/memory/cluster.ts';
import { LEASES } from '../../../lib/model/resources.ts';
import { HostError } from '../../../lib/stages/unwrap.ts';
import { type LeaseHold, readLease, writeLease } from '../../../lib/stages/watch/lease.ts';

const NAMESPACE = 'federation';
const KEY = { namespace: NAMESPACE, name: 'kubefed-eks-watch' };

function setUp() {
  const clock = virtualClock();
  const host = memoryCluster({ clock });
  const read = () => readLease(host, NAMESPACE, clock);
  const hold = (holder: string, more: Partial<LeaseHold> = {}): LeaseHold => ({
    ...{ holder, checkpoint: { x: '1' }, handoverAfterMs: clock.nowMs() + 60_000 },
    ...more,
  });
  async function write(given: LeaseHold) {
    const { object } = await read();
    return writeLease(host, { namespace: NAMESPACE, object }, given, clock);
  }
  return { clock, host, read, hold, write };
}

describe('readLease', () => {
  it('is free where there is none', async () => {
    const { read } = setUp();

    expect(await read()).toEqual({ state: 'free', checkpoint: {}, object: undefined });
  });

  it('is held by who has renewed it within fifteen seconds', async () => {
    const { read, write, hold, clock } = setUp();
    await write(hold('one'));
    await clock.advance(14_999);
    expect(await read()).toMatchObject({ state: 'held', checkpoint: { x: '1' } });

    await clock.advance(1);
    expect((await read()).state).toBe('free');
  });

  it('is offered towards the end', async () => {
    const { read, write, hold, clock } = setUp();
    await write(hold('one', { handoverAfterMs: clock.nowMs() + 5_000 }));
    await clock.advance(4_999);
    expect((await read()).state).toBe('held');
    await clock.advance(1);
    expect((await read()).state).toBe('offered');
  });

  it('is free when it has been given up, with the last checkpoint', async () => {
    const { read, write, hold } = setUp();
    await write(hold('one', { release: true, checkpoint: { x: '2' } }));

    expect(await read()).toMatchObject({ state: 'free', checkpoint: { x: '2' } });
  });

  it.each([
    ['not JSON', {}],
    ['"text"', {}],
    ['{"x":"1","y":2}', { x: '1' }],
  ])('makes do with the checkpoint %s', async (text, checkpoint) => {
    const { host, read } = setUp();
    const annotations = { 'kubefed.io/checkpoint': text };
    host.seed(LEASES, { metadata: { ...KEY, annotations }, spec: {} });

    expect(await read()).toMatchObject({ state: 'free', checkpoint });
  });

  it('throws when the host cannot be read', async () => {
    const { host, read } = setUp();
    host.fail = () => ({ kind: 'Unreachable', message: 'no route' });

    await expect(read()).rejects.toThrow(HostError);
  });
});

describe('writeLease', () => {
  it('takes it, renews it, and hands it on', async () => {
    const { host, write, hold, clock } = setUp();
    const specOf = () => host.peek(LEASES, KEY)?.['spec'];
    await write(hold('one'));
    expect(specOf()).toEqual({
      holderIdentity: 'one',
      leaseDurationSeconds: 15,
      acquireTime: '2026-01-01T00:00:00.000000Z',
      renewTime: '2026-01-01T00:00:00.000000Z',
      leaseTransitions: 1,
    });

    await clock.advance(5_000);
    await write(hold('one'));
    expect(specOf()).toMatchObject({
      acquireTime: '2026-01-01T00:00:00.000000Z',
      renewTime: '2026-01-01T00:00:05.000000Z',
      leaseTransitions: 1,
    });

    await write(hold('two'));
    expect(specOf()).toMatchObject({
      holderIdentity: 'two',
      acquireTime: '2026-01-01T00:00:05.000000Z',
      leaseTransitions: 2,
    });
  });

  it('keeps what others wrote on it', async () => {
    const { host, write, hold } = setUp();
    await write(hold('one'));
    await host.patch(LEASES, KEY, { metadata: { annotations: { note: 'x' }, labels: { a: 'b' } } });
    await write(hold('one'));

    expect(host.peek(LEASES, KEY)).toMatchObject({
      metadata: { annotations: { note: 'x' }, labels: { a: 'b' } },
    });
  });

  it('has lost it when somebody else wrote since it was read', async () => {
    const { host, read, write, hold, clock } = setUp();
    const nobody = await read();
    await write(hold('one'));
    const stale = await read();
    await write(hold('two'));
    const late = (object: typeof stale.object) =>
      writeLease(host, { namespace: NAMESPACE, object }, hold('three'), clock);

    expect(await late(nobody.object)).toBeUndefined();
    expect(await late(stale.object)).toBeUndefined();
    expect(host.peek(LEASES, KEY)).toMatchObject({ spec: { holderIdentity: 'two' } });
  });

  it('throws when the host refuses', async () => {
    const { host, write, hold } = setUp();
    host.fail = ({ verb }) =>
      verb === 'create' ? { kind: 'Forbidden', message: 'no' } : undefined;

    await expect(write(hold('one'))).rejects.toThrow(HostError);
  });
});
