import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../../lib/adapters/memory/clock.ts';
import type { JsonObject } from '../../../lib/model/json.ts';
import { emptyMemory, objectId } from '../../../lib/stages/watch/memory.ts';
import { statusChanges, statusKey } from '../../../lib/stages/watch/status-changes.ts';
import { DEPLOYMENT, NAMESPACE } from '../objects.ts';

function setUp() {
  const clock = virtualClock();
  const startMs = clock.nowMs();
  const memory = emptyMemory(startMs);
  const told: string[] = [];
  const changes = statusChanges(memory, clock, ({ namespace, name, clusters, seenAtMs }) =>
    told.push(`${namespace}/${name} ${clusters.join()} ${seenAtMs - startMs}`),
  );
  const see = (cluster: string, status: JsonObject | undefined, { deleted = false } = {}) => {
    const metadata = { namespace: 'shop', name: 'a', labels: { 'kubefed.io/managed': 'true' } };
    const target = { metadata, ...(status === undefined ? {} : { status }) };
    changes.observe({ type: DEPLOYMENT, cluster, target, deleted });
  };
  return { clock, memory, changes, told, see };
}

describe('statusChanges', () => {
  it('tells a new status after a second, for all members together', async () => {
    const { clock, see, told } = setUp();
    see('west', { replicas: 1 });
    await clock.advance(400);
    see('east', { replicas: 1 });
    await clock.advance(599);
    expect(told).toEqual([]);
    await clock.advance(1);

    expect(told).toEqual(['shop/a east,west 400']);
  });

  it('makes one message a second of a storm, and tells the last state', async () => {
    const { clock, see, told } = setUp();
    for (let replicas = 1; replicas <= 500; replicas++) {
      see('east', { replicas });
      await clock.advance(10);
    }
    await clock.advance(1_000);

    // Five seconds of storm, and what came after the last message.
    expect(told).toHaveLength(5);
    expect(told.at(-1)).toBe('shop/a east 4990');
  });

  it.each<[string, JsonObject | undefined]>([
    ['has no status', undefined],
    ['has a status that says nothing', { loadBalancer: {} }],
  ])('costs nothing for a target that %s', async (_, status) => {
    const { clock, see, told } = setUp();
    see('east', status);
    await clock.advance(2_000);

    expect(told).toEqual([]);
  });

  it('drops what is known already, and tells when it goes back to nothing', async () => {
    const { clock, see, told } = setUp();
    see('east', { replicas: 1 });
    await clock.advance(1_000);
    see('east', { replicas: 1 });
    await clock.advance(1_000);
    expect(told).toHaveLength(1);
    see('east', {});
    await clock.advance(1_000);

    expect(told).toHaveLength(2);
  });

  it('leaves a target that goes to whoever sees to that, and tells one that is made anew', async () => {
    const { clock, see, told } = setUp();
    see('east', { replicas: 1 });
    await clock.advance(1_000);
    see('east', { replicas: 1 }, { deleted: true });
    await clock.advance(1_000);
    expect(told).toHaveLength(1);
    see('east', { replicas: 1 });
    await clock.advance(1_000);

    expect(told).toHaveLength(2);
  });

  it('is silent about objects that are being deleted, and in namespaces that are', async () => {
    const { clock, memory, see, told } = setUp();
    const seen = { signature: '', hasFinalizer: true, deleting: true };
    memory.objects.set(objectId(DEPLOYMENT, { namespace: 'shop', name: 'a' }), seen);
    see('east', { replicas: 1 });
    memory.objects.clear();
    memory.terminating.add('shop');
    see('east', { replicas: 2 });
    await clock.advance(2_000);

    expect(told).toEqual([]);
  });

  it('tells what is waiting at once when the watch stops', async () => {
    const { changes, see, told } = setUp();
    see('east', { replicas: 1 });
    changes.settleNow();
    await changes.settled();

    expect(told).toEqual(['shop/a east 0']);
  });

  it('names the FederatedNamespace of a Namespace', async () => {
    const { clock, changes, told } = setUp();
    const target = {
      metadata: { name: 'till', labels: { 'kubefed.io/managed': 'true' } },
      status: { phase: 'Active' },
    };
    changes.observe({ type: NAMESPACE, cluster: 'east', target, deleted: false });
    await clock.advance(1_000);

    expect(told).toEqual(['till/till east 0']);
  });
});

describe('statusKey', () => {
  it('tells changes in different members apart: none may replace the other', () => {
    const change = { v: 1, kind: 'status', type: 't', name: 'a', seenAtMs: 0 } as const;

    expect(statusKey({ ...change, clusters: ['east'] })).not.toBe(
      statusKey({ ...change, clusters: ['west'] }),
    );
    expect(statusKey({ ...change, clusters: ['east'], seenAtMs: 1 })).toBe(
      statusKey({ ...change, clusters: ['east'] }),
    );
  });
});
