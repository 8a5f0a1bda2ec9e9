import { describe, expect, it } from 'vitest';
import { type JsonObject, listAt, stringAt } from '../../lib/model/json.ts';
import type { ObjectKey, Resource } from '../../lib/model/resource.ts';
import { EVENTS, KUBEFED_CLUSTERS } from '../../lib/model/resources.ts';
import { A, GREEN, inSync } from './config-map-a.ts';
import { callsSince, SHOP, type TestFederation } from './federation.ts';
import { CONFIG_MAP, KUBEFED_NAMESPACE, NAMESPACE } from './objects.ts';

const OBJECT = { resource: CONFIG_MAP.federated, key: A };
const ITS_NAMESPACE = { resource: NAMESPACE.federated, key: { namespace: SHOP, name: SHOP } };
const EAST = { resource: KUBEFED_CLUSTERS, key: { namespace: KUBEFED_NAMESPACE, name: 'east' } };

interface Subject {
  readonly resource: Resource;
  readonly key: ObjectKey;
}

async function annotate(federation: TestFederation, { resource, key }: Subject, paused: boolean) {
  const annotations = { 'kubefed.io/paused': paused ? 'true' : null };
  await federation.host.patch(resource, key, { metadata: { annotations } });
}

/** As the watch would do for an edit of the object, its namespace or a cluster; time passes. */
async function settle(federation: TestFederation): Promise<void> {
  await federation.clock.advance(1_000);
  const nowMs = federation.clock.nowMs();
  await federation.settle([federation.change(CONFIG_MAP, 'a', { namespaceRevision: nowMs })]);
}

function entriesOf(federation: TestFederation): Record<string, string | undefined> {
  const clusters = listAt(federation.federatedObject(CONFIG_MAP, 'a'), 'status', 'clusters');
  return Object.fromEntries(
    clusters.map((entry) => [stringAt(entry, 'name') ?? '', stringAt(entry, 'status')]),
  );
}

const colorIn = (federation: TestFederation, cluster: string) =>
  stringAt(federation.target(cluster, CONFIG_MAP, 'a'), 'data', 'color');

const edit = (federation: TestFederation, patch: JsonObject = GREEN) =>
  federation.host.patch(CONFIG_MAP.federated, A, patch);

describe('the annotation kubefed.io/paused', () => {
  it.each([
    { where: 'on the object', subject: OBJECT, code: 'Paused' },
    { where: 'on its FederatedNamespace', subject: ITS_NAMESPACE, code: 'Paused' },
  ])('$where holds edits back in every member until it goes', async ({ subject, code }) => {
    const federation = await inSync();
    await annotate(federation, subject, true);
    await edit(federation);
    const before = { ...federation.member('east').calls };
    await settle(federation);

    expect(callsSince(federation.member('east'), before)).toEqual({ total: 0 });
    expect(entriesOf(federation)).toEqual({ east: code, west: code });
    expect(federation.federatedObject(CONFIG_MAP, 'a')).toMatchObject({
      status: { clusters: [{ message: /take it off to go on/ }, {}] },
    });
    expect(federation.host.peekAll(EVENTS)).toEqual([]);

    await annotate(federation, subject, false);
    await settle(federation);
    expect(entriesOf(federation)).toEqual({ east: undefined, west: undefined });
    expect(colorIn(federation, 'east')).toBe('green');
  });

  it('on a KubeFedCluster holds back what goes there, and nothing else', async () => {
    const federation = await inSync();
    await annotate(federation, EAST, true);
    await edit(federation);
    await settle(federation);

    expect(entriesOf(federation)).toEqual({ east: 'ClusterPaused', west: undefined });
    expect([colorIn(federation, 'east'), colorIn(federation, 'west')]).toEqual(['red', 'green']);
    await annotate(federation, EAST, false);
    await settle(federation);
    expect(colorIn(federation, 'east')).toBe('green');
  });

  it.each([
    { where: 'the object', subject: OBJECT, attempt: 1, code: 'Paused' },
    { where: 'the cluster', subject: EAST, attempt: 1, code: 'ClusterPaused' },
    { where: 'the namespace', subject: ITS_NAMESPACE, attempt: 2, code: 'Paused' },
  ])('stops a job that was planned before $where got it', async ({ subject, attempt, code }) => {
    const federation = await inSync({ clusters: ['east'] });
    await edit(federation);
    await federation.plan([federation.change(CONFIG_MAP, 'a')]);
    await annotate(federation, subject, true);
    await federation.clock.advance(6_000);
    const jobs = federation.jobs.take().map((job) => ({
      ...job,
      contextRevision: federation.clock.nowMs(),
    }));
    await federation.apply(jobs, attempt);

    expect(federation.outcomes.take()).toMatchObject([{ results: [{ cluster: 'east', code }] }]);
    expect(colorIn(federation, 'east')).toBe('red');
  });

  it('holds a removal back as well: from a cluster that left the placement, and of all', async () => {
    const federation = await inSync();
    await annotate(federation, OBJECT, true);
    await edit(federation, { spec: { placement: { clusters: [{ name: 'west' }] } } });
    await settle(federation);
    expect(entriesOf(federation)).toEqual({ east: 'Paused', west: 'Paused' });
    expect(colorIn(federation, 'east')).toBe('red');

    await federation.host.delete(CONFIG_MAP.federated, A);
    await settle(federation);
    // Longer than any deadline for members out of reach.
    await federation.clock.advance(3_600_000);
    await settle(federation);
    expect(entriesOf(federation)).toEqual({ east: 'Paused', west: 'Paused' });
    expect(colorIn(federation, 'west')).toBe('red');

    await annotate(federation, OBJECT, false);
    await settle(federation);
    expect(federation.federatedObject(CONFIG_MAP, 'a')).toBeUndefined();
    expect(colorIn(federation, 'east')).toBeUndefined();
    expect(colorIn(federation, 'west')).toBeUndefined();
  });

  it('on a KubeFedCluster does not hold up a deletion longer than the deadline', async () => {
    const federation = await inSync();
    await annotate(federation, EAST, true);
    await federation.host.delete(CONFIG_MAP.federated, A);
    await settle(federation);
    expect(entriesOf(federation)).toEqual({ east: 'ClusterPaused' });
    expect(colorIn(federation, 'west')).toBeUndefined();

    await federation.clock.advance(3_600_000);
    await settle(federation);
    expect(federation.federatedObject(CONFIG_MAP, 'a')).toBeUndefined();
    expect(colorIn(federation, 'east')).toBe('red');

    const replay = () => federation.change(CONFIG_MAP, 'a', { cluster: 'east', replay: true });
    await federation.settle([replay()]);
    expect(colorIn(federation, 'east')).toBe('red');
    await annotate(federation, EAST, false);
    await federation.clock.advance(1_000);
    await federation.settle([replay()]);
    expect(colorIn(federation, 'east')).toBeUndefined();
  });
});
