import { describe, expect, it } from 'vitest';
import { WATCH_HELD } from '../../lib/model/metric-names.ts';
import { LEASES } from '../../lib/model/resources.ts';
import { type WatchEnd, watch } from '../../lib/stages/watch.ts';
import { type TestFederation, testFederation } from './federation.ts';
import { CONFIG_MAP, KUBEFED_NAMESPACE } from './objects.ts';

const KEY = { namespace: KUBEFED_NAMESPACE, name: 'kubefed-eks-watch' };
const RED = { name: 'a', clusters: ['east'], template: { data: { color: 'red' } } };

/** An invocation that is under way. `end` is there when it is over. */
interface Invocation {
  end?: WatchEnd | Error;
}

function invoke(federation: TestFederation, holder: string, holdSeconds: number): Invocation {
  const invocation: Invocation = {};
  watch(federation.ports, { holder, holdMs: holdSeconds * 1000 }).then(
    (end) => {
      invocation.end = end;
    },
    (error) => {
      invocation.end = error;
    },
  );
  return invocation;
}

function leaseOf({ host }: TestFederation) {
  const lease = host.peek(LEASES, KEY);
  const { holderIdentity } = Object(lease?.['spec']);
  const annotations = Object(Object(lease?.['metadata']).annotations);
  return { holderIdentity, checkpoint: JSON.parse(annotations['kubefed.io/checkpoint'] ?? '{}') };
}

describe('watch', () => {
  it('takes the Lease when the watches of the host run, and renews it every five seconds', async () => {
    const federation = testFederation();
    const invocation = invoke(federation, 'one', 300);
    await federation.clock.advance(100);
    expect(leaseOf(federation)).toEqual({ holderIdentity: 'one', checkpoint: {} });

    const before = federation.host.calls.replace;
    await federation.clock.advance(60_000);
    expect(federation.host.calls.replace - before).toBeGreaterThanOrEqual(11);
    expect(leaseOf(federation).checkpoint).toMatchObject({
      federation: expect.any(String),
      '@host/federatedconfigmaps.types.kubefed.io': expect.any(String),
      'east/configmaps.': expect.any(String),
    });
    expect(federation.metrics.total(WATCH_HELD)).toBeGreaterThanOrEqual(11);
    expect(federation.metrics.flushes).toBeGreaterThanOrEqual(11);
    expect(invocation.end).toBeUndefined();
  });

  it('stands by while another holds the Lease, without watching anything', async () => {
    const federation = testFederation();
    invoke(federation, 'one', 300);
    await federation.clock.advance(10_000);
    const watches = federation.host.calls.watch;
    const second = invoke(federation, 'two', 300);
    await federation.clock.advance(1_000);

    expect(second.end).toBe('standby');
    expect(federation.host.calls.watch).toBe(watches);
  });

  it('gives the Lease up when its time is over, with the newest checkpoint', async () => {
    const federation = testFederation();
    const invocation = invoke(federation, 'one', 20);
    await federation.clock.advance(19_000);
    await federation.createFederated(CONFIG_MAP, RED);
    await federation.clock.advance(5_000);

    expect(invocation.end).toBe('released');
    expect(leaseOf(federation).holderIdentity).toBe('');
    expect(federation.changes.take()).toContainEqual(expect.objectContaining({ name: 'a' }));
    invoke(federation, 'two', 20);
    await federation.clock.advance(3_000);
    expect(federation.changes.take()).toEqual([]);
  });

  it('hands over to a successor that watches before it takes the Lease', async () => {
    const federation = testFederation();
    const first = invoke(federation, 'one', 120);
    await federation.clock.advance(60_000);
    federation.changes.take();
    const second = invoke(federation, 'two', 300);
    await federation.clock.advance(100);
    await federation.createFederated(CONFIG_MAP, RED);
    await federation.clock.advance(100);
    // Both are watching: told twice, planned once.
    expect(federation.changes.take().filter((message) => message.kind === 'object')).toMatchObject([
      { name: 'a' },
      { name: 'a' },
    ]);

    await federation.clock.advance(10_000);
    expect(first.end).toBe('replaced');
    expect(second.end).toBeUndefined();
    expect(leaseOf(federation).holderIdentity).toBe('two');
  });

  it('takes an offered Lease though the holder renews it at that moment', async () => {
    const federation = testFederation();
    const first = invoke(federation, 'one', 120);
    await federation.clock.advance(60_000);
    const { fail } = federation.host;
    let raced = false;
    federation.host.fail = ({ verb, key }) => {
      if (verb !== 'replace' || key.name !== KEY.name || raced) return fail?.({ verb, key });
      raced = true;
      return { kind: 'Conflict', message: 'changed' };
    };
    const second = invoke(federation, 'two', 300);
    await federation.clock.advance(1_100);
    expect(raced).toBe(true);
    await federation.clock.advance(10_000);

    expect([first.end, second.end]).toEqual(['replaced', undefined]);
  });

  it('stops when another takes the Lease first', async () => {
    const federation = testFederation();
    const both = [invoke(federation, 'one', 300), invoke(federation, 'two', 300)];
    await federation.clock.advance(20_000);

    expect(both.map(({ end }) => end)).toEqual([undefined, 'standby']);
  });

  it('takes over from one that died', async () => {
    const federation = testFederation();
    const annotations = { 'kubefed.io/checkpoint': '{}' };
    const renewTime = new Date(federation.clock.nowMs() - 15_000).toISOString();
    const spec = { holderIdentity: 'dead', renewTime };
    federation.host.seed(LEASES, { metadata: { ...KEY, annotations }, spec });
    invoke(federation, 'one', 300);
    await federation.clock.advance(100);

    expect(leaseOf(federation).holderIdentity).toBe('one');
  });

  it('goes on through an outage of the host', async () => {
    const federation = testFederation();
    const invocation = invoke(federation, 'one', 300);
    await federation.clock.advance(10_000);
    federation.host.down = true;
    await federation.clock.advance(12_000);
    federation.host.down = false;
    await federation.createFederated(CONFIG_MAP, RED);
    await federation.clock.advance(10_000);

    expect(invocation.end).toBeUndefined();
    expect(federation.changes.take()).toContainEqual(expect.objectContaining({ name: 'a' }));
    expect(federation.log.entries).toContainEqual(
      expect.objectContaining({ message: 'lease not renewed' }),
    );
  });

  it('knows its own renewal when no more than the answer was lost', async () => {
    const federation = testFederation();
    const invocation = invoke(federation, 'one', 300);
    await federation.clock.advance(10_000);
    let lost = 0;
    federation.host.fail = ({ verb, key }) =>
      verb === 'replace' && key.name === KEY.name && lost++ === 0
        ? { kind: 'TimedOut', message: 'no answer', applied: true }
        : undefined;
    await federation.clock.advance(20_000);

    expect(lost).toBeGreaterThan(1);
    expect(invocation.end).toBeUndefined();
    expect(leaseOf(federation).holderIdentity).toBe('one');
  });

  it('keeps the older checkpoint while messages are on their way', async () => {
    const federation = testFederation();
    invoke(federation, 'one', 300);
    await federation.clock.advance(30_000);
    const { checkpoint } = leaseOf(federation);
    federation.changes.refusal = new Error('queue away');
    await federation.createFederated(CONFIG_MAP, RED);
    await federation.clock.advance(30_000);
    expect(leaseOf(federation).checkpoint).toEqual(checkpoint);

    federation.changes.refusal = undefined;
    await federation.clock.advance(20_000);
    expect(leaseOf(federation).checkpoint).not.toEqual(checkpoint);
    expect(leaseOf(federation).holderIdentity).toBe('one');
  });

  it.each(['get', 'create'] as const)(
    'fails when the Lease cannot be reached by a %s, and stops watching',
    async (verb) => {
      const federation = testFederation();
      federation.host.fail = (call) =>
        call.verb === verb && call.resource?.kind === 'Lease'
          ? { kind: 'Forbidden', message: 'no' }
          : undefined;
      const invocation = invoke(federation, 'one', 300);
      await federation.clock.advance(5_000);
      expect(invocation.end).toMatchObject({ message: 'host cluster: no' });

      federation.changes.take();
      await federation.createFederated(CONFIG_MAP, RED);
      await federation.clock.advance(5_000);
      expect(federation.changes.take()).toEqual([]);
    },
  );
});
