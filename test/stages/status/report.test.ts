import { describe, expect, it } from 'vitest';
import { EVENTS, KUBEFED_CLUSTERS } from '../../../lib/model/resources.ts';
import { DONE } from '../../../lib/stages/verdict.ts';
import { inSync, RED } from '../config-map-a.ts';
import { callsSince, SHOP, testFederation } from '../federation.ts';
import { CONFIG_MAP, kubeFedCluster, NAMESPACE } from '../objects.ts';
import {
  afterEdit,
  applied,
  eventsOf,
  recordedClusters,
  statusOf,
  withResult,
} from './outcomes.ts';

describe('report of an object that stays', () => {
  it('records and reports a first pass with two calls', async () => {
    const federation = await applied();
    const before = { ...federation.host.calls };

    expect(await federation.status(federation.whole)).toEqual([DONE]);

    expect(callsSince(federation.host, before)).toEqual({ create: 1, patch: 1, total: 2 });
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
});
