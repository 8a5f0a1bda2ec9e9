import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../../lib/adapters/memory/clock.ts';
import type { JsonObject } from '../../../lib/model/json.ts';
import type { FederatedType } from '../../../lib/model/type-config.ts';
import { driftDetector } from '../../../lib/stages/watch/drift.ts';
import { emptyMemory, objectId, rememberRecorded } from '../../../lib/stages/watch/memory.ts';
import { CONFIG_MAP, DEPLOYMENT, NAMESPACE } from '../objects.ts';

const A = { namespace: 'shop', name: 'a' };

function setUp() {
  const clock = virtualClock();
  const startMs = clock.nowMs();
  const memory = emptyMemory(startMs);
  const drifts: string[] = [];
  let echoes = 0;
  const detector = driftDetector(memory, clock, {
    onDrift: ({ type, cluster, federated }, seenAtMs) =>
      drifts.push(
        `${type.name} ${federated.namespace}/${federated.name} ${cluster} ${seenAtMs - startMs}`,
      ),
    onEcho: () => {
      echoes += 1;
    },
  });
  /** Puts versions on record; none: the record is there and lists nobody. */
  function record(versions: Record<string, string>, type: FederatedType = CONFIG_MAP): void {
    const clusterVersions = Object.entries(versions).map(([clusterName, version]) => ({
      ...{ clusterName, version },
    }));
    const name = `${type.target.kind.toLowerCase()}-a`;
    const object = { metadata: { namespace: 'shop', name }, status: { clusterVersions } };
    rememberRecorded(memory, object, false);
  }
  function know(deleting: boolean): void {
    const seen = { signature: '', hasFinalizer: true, deleting };
    memory.objects.set(objectId(CONFIG_MAP, A), seen);
  }
  const see = (metadata: JsonObject, { deleted = false, type = CONFIG_MAP } = {}) =>
    detector.observe(type, 'east', { metadata: { ...A, ...metadata } }, deleted);
  const settle = () => clock.advance(2_000);
  return { clock, memory, detector, drifts, echoes: () => echoes, record, know, see, settle };
}

describe('driftDetector', () => {
  it('drops an event whose version is on record', async () => {
    const { record, see, settle, drifts, echoes } = setUp();
    record({ east: 'rv:5' });
    see({ resourceVersion: '5' });
    expect(echoes()).toBe(1);
    await settle();

    expect(drifts).toEqual([]);
  });

  it('gives our own write time to be put on record', async () => {
    const { record, see, settle, clock, drifts, echoes } = setUp();
    see({ resourceVersion: '5' });
    await clock.advance(1_500);
    record({ east: 'rv:5' });
    await settle();

    expect(drifts).toEqual([]);
    expect(echoes()).toBe(1);
  });

  it.each<[string, Record<string, string> | undefined]>([
    ['nothing', undefined],
    ['another version', { east: 'rv:4' }],
    ['another cluster', { west: 'rv:5' }],
  ])('tells a drift when %s is on record by then', async (_, versions) => {
    const { record, see, settle, drifts } = setUp();
    if (versions !== undefined) record(versions);
    see({ resourceVersion: '5' });
    expect(drifts).toEqual([]);
    await settle();

    expect(drifts).toEqual(['configmaps shop/a east 0']);
  });

  it('tells it once for many events, with the time of the last', async () => {
    const { see, settle, clock, drifts } = setUp();
    see({ resourceVersion: '5' });
    await clock.advance(100);
    see({ resourceVersion: '6' });
    await settle();

    expect(drifts).toEqual(['configmaps shop/a east 100']);
  });

  it('tells labels and annotations that changed under the version on record', async () => {
    const { record, see, settle, drifts } = setUp();
    const deployment = { type: DEPLOYMENT };
    record({ east: 'gen:1' }, DEPLOYMENT);
    see({ generation: 1 }, deployment);
    see({ generation: 1, resourceVersion: '9' }, deployment);
    await settle();
    expect(drifts).toEqual([]);

    see({ generation: 1, labels: { drifted: 'yes' } }, deployment);
    await settle();
    expect(drifts).toHaveLength(1);
  });

  it('tells them also while our own write is still being judged', async () => {
    const { record, see, settle, drifts } = setUp();
    const deployment = { type: DEPLOYMENT };
    see({ generation: 1 }, deployment);
    record({ east: 'gen:1' }, DEPLOYMENT);
    see({ generation: 1, labels: { drifted: 'yes' } }, deployment);
    await settle();

    expect(drifts).toHaveLength(1);
  });

  it('tells them also after a drift that came to nothing', async () => {
    const { record, see, settle, drifts } = setUp();
    const deployment = { type: DEPLOYMENT };
    record({ east: 'gen:1' }, DEPLOYMENT);
    see({ generation: 1 }, deployment);
    see({ generation: 1, annotations: { 'deployment.kubernetes.io/revision': '1' } }, deployment);
    await settle();
    see({ generation: 1, labels: { drifted: 'yes' } }, deployment);
    await settle();

    expect(drifts).toHaveLength(2);
  });

  it('tells of a target that is gone, or not labelled any more, though on record', async () => {
    const { record, see, settle, drifts } = setUp();
    record({ east: 'rv:5' });
    see({ resourceVersion: '6' }, { deleted: true });
    await settle();

    expect(drifts).toEqual(['configmaps shop/a east 0']);
  });

  it('drops the end of a target that has been taken off the record', async () => {
    const { record, see, settle, clock, drifts, echoes } = setUp();
    record({ east: 'rv:5' });
    see({ resourceVersion: '6' }, { deleted: true });
    await clock.advance(100);
    record({ west: 'rv:1' });
    await settle();

    expect(drifts).toEqual([]);
    expect(echoes()).toBe(1);
  });

  it('tells the end of a target whose last update was refused, so that nothing is on record', async () => {
    const { record, see, settle, drifts } = setUp();
    record({ west: 'rv:1' });
    see({ resourceVersion: '6' }, { deleted: true });
    await settle();

    expect(drifts).toEqual(['configmaps shop/a east 0']);
  });

  it('does not take for unplaced what is not on record yet', async () => {
    const { record, see, settle, drifts } = setUp();
    record({});
    see({ resourceVersion: '6' }, { deleted: true });
    record({ east: 'rv:5' });
    await settle();

    expect(drifts).toHaveLength(1);
  });

  it('has somebody look where it has seen no record', async () => {
    const { know, see, settle, drifts } = setUp();
    know(false);
    see({ resourceVersion: '6' }, { deleted: true });
    await settle();

    expect(drifts).toHaveLength(1);
  });

  it('leaves the targets of an object that is being deleted to its remove jobs', async () => {
    const { know, record, see, settle, drifts, echoes } = setUp();
    know(true);
    record({ east: 'rv:5' });
    see({ resourceVersion: '6' }, { deleted: true });
    await settle();

    expect(drifts).toEqual([]);
    expect(echoes()).toBe(1);
  });

  it('leaves those of a namespace that is being deleted to the namespace', async () => {
    const { memory, record, see, settle, drifts } = setUp();
    memory.terminating.add('shop');
    record({ east: 'rv:5' });
    see({ resourceVersion: '6' }, { deleted: true });
    await settle();

    expect(drifts).toEqual([]);
  });

  it('tells the end of a removal that took longer than its jobs wait', async () => {
    const { know, see, settle, clock, drifts } = setUp();
    know(true);
    const deletionTimestamp = new Date(clock.nowMs()).toISOString();
    await clock.advance(60_000);
    see({ resourceVersion: '6', deletionTimestamp }, { deleted: true });
    await settle();

    expect(drifts).toHaveLength(1);
  });

  it('takes a Namespace for the target of the FederatedNamespace in it', async () => {
    const { detector, settle, drifts } = setUp();
    const object = { metadata: { name: 'shop', resourceVersion: '5' } };
    detector.observe(NAMESPACE, 'east', object, false);
    await settle();

    expect(drifts).toEqual(['namespaces shop/shop east 0']);
  });

  it('judges a target that changes all the time after ten seconds', async () => {
    const { see, clock, drifts } = setUp();
    for (let second = 0; second < 11; second++) {
      see({ resourceVersion: String(second) });
      await clock.advance(1_000);
    }

    expect(drifts).toHaveLength(1);
  });

  it('does not wait when the watch stops, and rather tells too much than too little', async () => {
    const { record, see, detector, drifts, echoes } = setUp();
    see({ resourceVersion: '5' });
    record({ east: 'rv:5' });
    detector.settleNow();
    expect([drifts.length, echoes()]).toEqual([0, 1]);

    record({});
    see({ resourceVersion: '6' }, { deleted: true });
    detector.settleNow();
    expect(drifts).toHaveLength(1);
    await detector.settled();
  });
});
