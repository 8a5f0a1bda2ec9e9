import { describe, expect, it } from 'vitest';
import { type JsonObject, listAt, stringAt } from '../../lib/model/json.ts';
import type { ClusterResult, Outcome } from '../../lib/model/messages.ts';
import { EVENTS, KUBEFED_CLUSTERS, PROPAGATED_VERSIONS } from '../../lib/model/resources.ts';
import type { ApiError } from '../../lib/ports.ts';
import { DONE, RETRY } from '../../lib/stages/verdict.ts';
import { callsSince, SHOP, type TestFederation, testFederation } from './federation.ts';
import {
  CONFIG_MAP,
  type FederatedParts,
  KUBEFED_NAMESPACE,
  kubeFedCluster,
  NAMESPACE,
  placedIn,
} from './objects.ts';

const A = { namespace: SHOP, name: 'a' };
const RECORD = { namespace: SHOP, name: 'configmap-a' };
const RED = { name: 'a', clusters: ['east', 'west'], template: { data: { color: 'red' } } };
const GREEN = { spec: { template: { data: { color: 'green' } } } };
const FINALIZER = 'kubefed.io/sync-controller';

/** A federation with the FederatedConfigMap `a` and the outcomes of its first plan, one for each member. */
async function applied(parts: Partial<FederatedParts> = {}) {
  const federation = testFederation();
  await federation.plan([await federation.createFederated(CONFIG_MAP, { ...RED, ...parts })]);
  return { ...federation, ...(await outcomesOf(federation)) };
}

async function outcomesOf(federation: TestFederation) {
  for (const job of federation.jobs.take()) await federation.apply([job]);
  const outcomes = federation.outcomes.take();
  const only = (cluster: string): Outcome => {
    const found = outcomes.find(({ results }) => results.some((r) => r.cluster === cluster));
    if (found === undefined) throw new Error(`no outcome of ${cluster}`);
    return found;
  };
  return { given: outcomes, only, whole: merged(outcomes) };
}

/** One outcome with all results, as a batch with all jobs would have yielded. */
function merged(outcomes: readonly Outcome[]): Outcome[] {
  const [first] = outcomes;
  const results = outcomes.flatMap((outcome) => outcome.results);
  return first === undefined ? [] : [{ ...first, results }];
}

async function inSync(parts: Partial<FederatedParts> = {}): Promise<TestFederation> {
  const federation = testFederation();
  await federation.settle([await federation.createFederated(CONFIG_MAP, { ...RED, ...parts })]);
  return federation;
}

/** @returns the outcomes of the pass that follows an edit of `a` */
async function afterEdit(federation: TestFederation, patch: JsonObject) {
  await federation.host.patch(CONFIG_MAP.federated, A, patch);
  await federation.plan([federation.change(CONFIG_MAP, 'a')]);
  return outcomesOf(federation);
}

async function afterDeletion(federation: TestFederation) {
  await federation.host.delete(CONFIG_MAP.federated, A);
  await federation.plan([federation.change(CONFIG_MAP, 'a')]);
  return outcomesOf(federation);
}

const statusOf = (federation: TestFederation) =>
  federation.federatedObject(CONFIG_MAP, 'a')?.['status'];
const recordedClusters = (federation: TestFederation) =>
  listAt(federation.recorded(CONFIG_MAP, 'a'), 'status', 'clusterVersions').map((entry) =>
    stringAt(entry, 'clusterName'),
  );
const eventsOf = (federation: TestFederation) =>
  federation.host.peekAll(EVENTS).map(({ reason, message }) => ({ reason, message }));

function withResult(outcome: Outcome | undefined, result: Partial<ClusterResult>): Outcome[] {
  if (outcome === undefined) throw new Error('no outcome');
  const results = outcome.results.map((one): ClusterResult => ({ ...one, ...result }));
  return [{ ...outcome, results }];
}

describe('status of an object that stays', () => {
  it('records and reports a first pass with three calls', async () => {
    const federation = await applied();
    const before = { ...federation.host.calls };

    expect(await federation.status(federation.whole)).toEqual([DONE]);

    expect(callsSince(federation.host, before)).toEqual({ create: 1, patch: 2, total: 3 });
    expect(statusOf(federation)).toMatchObject({
      observedGeneration: 1,
      conditions: [{ type: 'Propagation', status: 'True' }],
      clusters: [{ name: 'east' }, { name: 'west' }],
    });
    expect(recordedClusters(federation)).toEqual(['east', 'west']);
  });

  it('records what members report one by one, and tells when the last has reported', async () => {
    const federation = await applied();

    await federation.status([federation.only('east')]);
    expect(recordedClusters(federation)).toEqual(['east']);
    expect(statusOf(federation)).toBeUndefined();

    await federation.status([federation.only('west')]);
    expect(recordedClusters(federation)).toEqual(['east', 'west']);
    expect(statusOf(federation)).toMatchObject({ clusters: [{ name: 'east' }, { name: 'west' }] });
  });

  it('tells a failure at once, and what becomes of it', async () => {
    const federation = await applied();
    const failure = { code: 'CreationFailed', message: 'quota' } as const;
    await federation.status(withResult(federation.only('east'), failure));

    expect(statusOf(federation)).toMatchObject({
      conditions: [{ status: 'False', reason: 'CheckClusters' }],
      clusters: [{ name: 'east', status: 'CreationFailed', message: 'quota' }],
    });
    expect(eventsOf(federation)).toEqual([
      {
        reason: 'CreateInClusterFailed',
        message: 'Failed to create ConfigMap "shop/a" in cluster "east": quota',
      },
    ]);

    const later = federation.only('east');
    const retried = { ...later, plan: { ...later.plan, fresh: false } };
    await federation.status([federation.only('west'), retried]);
    expect(statusOf(federation)).toMatchObject({
      conditions: [{ status: 'True' }],
      clusters: [{ name: 'east' }, { name: 'west' }],
    });
    expect(federation.host.peekAll(EVENTS)).toHaveLength(1);
  });

  it('writes nothing when a pass has changed nothing', async () => {
    const federation = await inSync();
    const { whole } = await afterEdit(federation, {});
    const before = { ...federation.host.calls };
    await federation.status(whole);

    expect(callsSince(federation.host, before)).toEqual({ get: 2, total: 2 });
  });

  it('writes nothing when an outcome is delivered again', async () => {
    const federation = await applied();
    await federation.status(federation.whole);
    await federation.clock.advance(60_000);
    const before = { ...federation.host.calls };
    await federation.status(federation.whole, 2);

    expect(callsSince(federation.host, before)).toEqual({ get: 2, total: 2 });
  });

  it('tells of clusters that were not asked', async () => {
    const federation = testFederation();
    federation.host.seed(KUBEFED_CLUSTERS, kubeFedCluster('east', { ready: false }));
    await federation.settle([await federation.createFederated(CONFIG_MAP, RED)]);

    expect(statusOf(federation)).toMatchObject({
      clusters: [{ name: 'east', status: 'ClusterNotReady' }, { name: 'west' }],
    });
    expect(eventsOf(federation)).toEqual([
      { reason: 'ClusterNotReady', message: 'Cluster not ready: east' },
    ]);
  });

  it('tells what is wrong with the object as a whole, and warns of it', async () => {
    const federation = testFederation();
    const spec = { placement: { clusters: 'everywhere' } };
    await federation.settle([await federation.createFederated(CONFIG_MAP, { ...RED, spec })]);

    const message =
      'Failed to compute placement: spec.placement.clusters must be a list of {name: <cluster>}';
    expect(statusOf(federation)).toMatchObject({
      conditions: [{ status: 'False', reason: 'ComputePlacementFailed', message }],
    });
    expect(eventsOf(federation)).toEqual([{ reason: 'ComputePlacementFailed', message }]);
    expect(federation.recorded(CONFIG_MAP, 'a')).toBeUndefined();
  });

  it('keeps the record of an object whose placement cannot be read any more', async () => {
    const federation = await inSync();
    const { whole } = await afterEdit(federation, { spec: { placement: { clusters: 'all' } } });
    await federation.status([...whole, ...federation.outcomes.take()]);

    expect(recordedClusters(federation)).toEqual(['east', 'west']);
  });

  it('warns of an unknown cluster without calling the object wrong', async () => {
    const federation = await inSync({ clusters: ['east', 'nowhere'] });

    expect(statusOf(federation)).toMatchObject({ conditions: [{ status: 'True' }] });
    expect(eventsOf(federation)).toMatchObject([{ reason: 'UnknownCluster' }]);
  });

  it('says that a namespace is not federated', async () => {
    const federation = testFederation();
    await federation.host.delete(NAMESPACE.federated, { namespace: SHOP, name: SHOP });
    await federation.settle([await federation.createFederated(CONFIG_MAP, RED)]);

    expect(statusOf(federation)).toMatchObject({
      conditions: [{ status: 'False', reason: 'NamespaceNotFederated' }],
      clusters: [],
    });
  });

  it('goes on when an event is refused', async () => {
    const federation = await applied({ clusters: ['east'] });
    federation.host.fail = ({ resource }) =>
      resource?.kind === 'Event' ? { kind: 'Forbidden', message: 'no' } : undefined;
    const failure = { code: 'CreationFailed', message: 'quota' } as const;

    expect(await federation.status(withResult(federation.given[0], failure))).toEqual([DONE]);
    expect(federation.log.entries.at(-1)).toMatchObject({ message: 'event not written' });
    expect(statusOf(federation)).toMatchObject({ clusters: [{ status: 'CreationFailed' }] });
  });

  it('drops from the status at once where nothing is left, though others are outstanding', async () => {
    const federation = await inSync();
    const patch = { spec: { ...GREEN.spec, placement: placedIn('west') } };
    const { only } = await afterEdit(federation, patch);

    await federation.status([only('east')]);
    expect(statusOf(federation)).toMatchObject({
      observedGeneration: 1,
      clusters: [{ name: 'west' }],
    });

    await federation.status([only('west')]);
    expect(statusOf(federation)).toMatchObject({
      observedGeneration: 2,
      clusters: [{ name: 'west' }],
    });
  });

  it('waits with the status for a member that has still to be emptied', async () => {
    const federation = await inSync();
    const patch = { spec: { ...GREEN.spec, placement: placedIn('west') } };
    const { only } = await afterEdit(federation, patch);

    await federation.status([only('west')]);
    expect(statusOf(federation)).toMatchObject({ observedGeneration: 1 });

    await federation.status([only('east')]);
    expect(statusOf(federation)).toMatchObject({
      observedGeneration: 2,
      clusters: [{ name: 'west' }],
    });
  });

  it('ignores what was made of an older generation', async () => {
    const federation = await inSync();
    const older = await afterEdit(federation, GREEN);
    const newer = await afterEdit(federation, { spec: { template: { data: { color: 'blue' } } } });
    await federation.status(newer.whole);
    const recorded = federation.recorded(CONFIG_MAP, 'a');
    await federation.status([older.only('east')]);

    expect(federation.recorded(CONFIG_MAP, 'a')).toEqual(recorded);
    expect(statusOf(federation)).toMatchObject({ observedGeneration: 3 });
    expect(federation.changes.sent).toEqual([]);
  });

  it('does not record an older result under the newest hashes', async () => {
    const federation = await inSync();
    const older = await afterEdit(federation, GREEN);
    const newer = await afterEdit(federation, { spec: { template: { data: { color: 'blue' } } } });
    await federation.status([older.only('east'), newer.only('west'), older.only('west')]);

    expect(recordedClusters(federation)).toEqual(['west']);
  });

  it('has an object planned again that lies where its plan does not know of', async () => {
    const federation = await applied();
    await federation.host.patch(CONFIG_MAP.federated, A, { spec: { placement: placedIn('west') } });
    await federation.status([federation.only('east')]);

    expect(federation.changes.sent).toMatchObject([
      { kind: 'object', ...A, cause: 'retry', cluster: 'east' },
    ]);
    expect(federation.recorded(CONFIG_MAP, 'a')).toBeUndefined();
    await federation.settle(federation.changes.take());
    expect(federation.target('east', CONFIG_MAP, 'a')).toBeUndefined();
  });

  it('does not let a plan that knew less make it forget a member', async () => {
    const federation = await applied();
    const [first] = federation.given;
    if (first === undefined) throw new Error('no outcome');
    const blind = { ...first.plan, fresh: false, planned: ['west'], selected: ['west'] };
    await federation.status(federation.whole);
    await federation.status([{ ...first, plan: blind, results: [] }]);

    expect(recordedClusters(federation)).toEqual(['east', 'west']);
    expect(federation.changes.sent).toMatchObject([{ cause: 'retry', cluster: 'east' }]);
  });

  it('forgets a member that has left the federation', async () => {
    const federation = await inSync();
    await federation.host.delete(KUBEFED_CLUSTERS, eastKey());
    await federation.clock.advance(10);
    const contextRevision = federation.clock.nowMs();
    await federation.settle([federation.change(CONFIG_MAP, 'a', { contextRevision })]);

    expect(statusOf(federation)).toMatchObject({ clusters: [{ name: 'west' }] });
    expect(recordedClusters(federation)).toEqual(['west']);
  });

  it('has the contents of a namespace looked at when it has come into being in a member', async () => {
    const federation = testFederation();
    await federation.plan([federation.change(NAMESPACE, SHOP)]);
    const { whole } = await outcomesOf(federation);
    await federation.status(whole);

    expect(federation.changes.take()).toMatchObject([
      { kind: 'sweep', type: '*', namespace: SHOP, cause: 'namespace' },
    ]);
    await federation.status(whole, 2);
    expect(federation.changes.take()).toEqual([]);
  });

  it('fails as a whole when that cannot be sent', async () => {
    const federation = testFederation();
    await federation.plan([federation.change(NAMESPACE, SHOP)]);
    const { whole } = await outcomesOf(federation);
    federation.changes.refusal = new Error('queue away');

    await expect(federation.status(whole)).rejects.toThrow('queue away');
  });

  it('takes over the record of an earlier object of the same name', async () => {
    const federation = await inSync();
    const before = federation.recorded(CONFIG_MAP, 'a');
    await federation.host.patch(CONFIG_MAP.federated, A, { metadata: { finalizers: null } });
    await federation.host.delete(CONFIG_MAP.federated, A);
    await federation.settle([await federation.createFederated(CONFIG_MAP, RED)]);

    const uid = stringAt(federation.federatedObject(CONFIG_MAP, 'a'), 'metadata', 'uid');
    expect(federation.recorded(CONFIG_MAP, 'a')).toMatchObject({
      metadata: { uid: stringAt(before, 'metadata', 'uid'), ownerReferences: [{ uid }] },
    });
  });

  it('takes such a record over in a later pass too', async () => {
    const federation = await inSync();
    const ownerReferences = [{ apiVersion: 'v1', kind: 'X', name: 'a', uid: 'other' }];
    await federation.host.patch(PROPAGATED_VERSIONS, RECORD, { metadata: { ownerReferences } });
    const { whole } = await afterEdit(federation, GREEN);
    await federation.status(whole);

    const uid = stringAt(federation.federatedObject(CONFIG_MAP, 'a'), 'metadata', 'uid');
    expect(federation.recorded(CONFIG_MAP, 'a')).toMatchObject({
      metadata: { ownerReferences: [{ uid }] },
    });
  });

  it.each(['Forbidden', 'NotFound'] as const)(
    'gives up the record where its creation is refused as %s: the namespace is going',
    async (kind) => {
      const federation = await applied();
      federation.host.fail = ({ verb, resource }) =>
        verb === 'create' && resource?.kind === 'PropagatedVersion'
          ? { kind, message: 'terminating' }
          : undefined;

      expect(await federation.status(federation.whole)).toEqual([DONE]);
      expect(federation.recorded(CONFIG_MAP, 'a')).toBeUndefined();
    },
  );

  it.each<[string, ApiError['kind']]>([
    ['create', 'Throttled'],
    ['patch', 'Conflict'],
    ['patch', 'Unreachable'],
    ['get', 'ServerError'],
  ])('tries again after a refused %s: %s', async (verb, kind) => {
    const federation = await applied();
    const outcome = verb === 'get' ? [federation.only('east')] : federation.whole;
    federation.host.fail = (call) => (call.verb === verb ? { kind, message: 'no' } : undefined);
    expect(await federation.status(outcome)).toEqual([RETRY]);
    expect(federation.log.entries.at(-1)).toMatchObject({
      level: 'warn',
      message: 'outcome not reported, trying again',
    });

    federation.host.fail = undefined;
    expect(await federation.status(federation.whole, 2)).toEqual([DONE]);
    expect(statusOf(federation)).toMatchObject({ clusters: [{ name: 'east' }, { name: 'west' }] });
    expect(recordedClusters(federation)).toEqual(['east', 'west']);
  });

  it('does not end before both of its writes have', async () => {
    const federation = await applied();
    federation.host.fail = async ({ verb, subresource, resource }) => {
      const isStatus = subresource === 'status' && resource?.kind === 'FederatedConfigMap';
      if (isStatus) return { kind: 'Conflict', message: 'changed' };
      if (verb === 'create') await federation.clock.sleep(2_000);
      return undefined;
    };
    const reporting = federation.status(federation.whole);
    await federation.clock.advance(5_000);

    expect(await reporting).toEqual([RETRY]);
    expect(recordedClusters(federation)).toEqual(['east', 'west']);
  });

  it('does not report on an object that was made anew', async () => {
    const federation = await applied();
    await federation.host.patch(CONFIG_MAP.federated, A, { metadata: { finalizers: null } });
    await federation.host.delete(CONFIG_MAP.federated, A);
    await federation.createFederated(CONFIG_MAP, RED);
    await federation.status([federation.only('east')]);

    expect(statusOf(federation)).toBeUndefined();
    expect(federation.changes.sent).toMatchObject([{ cause: 'retry', cluster: 'east' }]);
  });

  it('has nothing to do for a type that is gone, and for released orphans', async () => {
    const federation = await applied();
    const [first] = federation.whole;
    if (first === undefined) throw new Error('no outcome');
    const before = { ...federation.host.calls };
    const orphan = { ...first, plan: { ...first.plan, uid: '-' } };

    expect(await federation.status([{ ...first, type: 'things' }, orphan])).toEqual([DONE, DONE]);
    expect(callsSince(federation.host, before)).toEqual({ total: 0 });
  });
});

describe('status of an object that is being deleted', () => {
  it('lets it go when nothing is left', async () => {
    const federation = await inSync();
    const { whole } = await afterDeletion(federation);
    const before = { ...federation.host.calls };
    await federation.status(whole);

    expect(federation.federatedObject(CONFIG_MAP, 'a')).toBeUndefined();
    expect(callsSince(federation.host, before)).toEqual({ get: 1, patch: 1, total: 2 });
  });

  it('keeps the finalizers of others', async () => {
    const federation = await inSync();
    const finalizers = ['example.com/hold', FINALIZER];
    await federation.host.patch(CONFIG_MAP.federated, A, { metadata: { finalizers } });
    const { whole } = await afterDeletion(federation);
    await federation.status(whole);

    expect(federation.federatedObject(CONFIG_MAP, 'a')).toMatchObject({
      metadata: { finalizers: ['example.com/hold'] },
    });
  });

  it('waits for the last member, whatever the order', async () => {
    const federation = await inSync();
    const { only } = await afterDeletion(federation);
    await federation.status([only('west')]);

    expect(federation.federatedObject(CONFIG_MAP, 'a')).toMatchObject({
      metadata: { finalizers: [FINALIZER] },
      status: { observedGeneration: 2, clusters: [{ name: 'east', status: 'WaitingForRemoval' }] },
    });
    await federation.status([only('east')]);
    expect(federation.federatedObject(CONFIG_MAP, 'a')).toBeUndefined();
  });

  it('waits for a member that had not yet been heard of', async () => {
    const federation = await applied();
    const failure = { code: 'CreationFailed', message: 'quota' } as const;
    await federation.status(withResult(federation.only('east'), failure));
    const { only } = await afterDeletion(federation);
    await federation.status([only('east')]);

    expect(statusOf(federation)).toMatchObject({
      clusters: [{ name: 'west', status: 'WaitingForRemoval' }],
    });
  });

  it('holds it while a member refuses, and names the member', async () => {
    const federation = await inSync();
    const { only } = await afterDeletion(federation);
    const refusal = { code: 'DeletionFailed', message: 'forbidden' } as const;
    await federation.status([only('east'), ...withResult(only('west'), refusal)]);

    expect(statusOf(federation)).toMatchObject({
      conditions: [{ status: 'False', reason: 'CheckClusters' }],
      clusters: [
        { name: 'west', status: 'DeletionFailed', message: expect.stringMatching(/^forbidden; /) },
      ],
    });
    expect(eventsOf(federation)).toMatchObject([{ reason: 'DeleteInClusterFailed' }]);
  });

  it('holds it while a member is not ready', async () => {
    const federation = await inSync();
    federation.host.seed(KUBEFED_CLUSTERS, kubeFedCluster('east', { ready: false }));
    await federation.clock.advance(10_000);
    const { whole } = await afterDeletion(federation);
    await federation.status(whole);

    expect(statusOf(federation)).toMatchObject({
      clusters: [{ name: 'east', status: 'ClusterNotReady' }],
    });
  });

  it('does not wait for a member that has left the federation', async () => {
    const federation = await inSync();
    const { only } = await afterDeletion(federation);
    await federation.status([only('west')]);
    await federation.host.delete(KUBEFED_CLUSTERS, eastKey());
    await federation.clock.advance(10);
    const contextRevision = federation.clock.nowMs();
    await federation.settle([federation.change(CONFIG_MAP, 'a', { contextRevision })]);

    expect(federation.federatedObject(CONFIG_MAP, 'a')).toBeUndefined();
  });

  it('is not told from an outcome of before the deletion', async () => {
    const federation = await inSync();
    const { whole } = await afterEdit(federation, {});
    await federation.host.delete(CONFIG_MAP.federated, A);
    await federation.status(whole);

    expect(statusOf(federation)).toMatchObject({ observedGeneration: 1 });
  });

  it('tries again when it has changed meanwhile', async () => {
    const federation = await inSync();
    const { whole } = await afterDeletion(federation);
    federation.host.fail = ({ verb }) =>
      verb === 'patch' ? { kind: 'Conflict', message: 'changed' } : undefined;

    expect(await federation.status(whole)).toEqual([RETRY]);
  });

  it('has nothing to do when it is gone already', async () => {
    const federation = await inSync();
    const { whole } = await afterDeletion(federation);
    await federation.status(whole);

    expect(await federation.status(whole, 2)).toEqual([DONE]);
    expect(federation.changes.sent).toEqual([]);
  });
});

function eastKey() {
  return { namespace: KUBEFED_NAMESPACE, name: 'east' };
}
