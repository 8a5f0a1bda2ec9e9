import { describe, expect, it } from 'vitest';
import { KUBEFED_CLUSTERS } from '../../../lib/model/resources.ts';
import { DONE, RETRY } from '../../../lib/stages/verdict.ts';
import { A, inSync } from '../config-map-a.ts';
import { callsSince } from '../federation.ts';
import { CONFIG_MAP, kubeFedCluster } from '../objects.ts';
import {
  afterDeletion,
  afterEdit,
  applied,
  eastKey,
  eventsOf,
  statusOf,
  withResult,
} from './outcomes.ts';

const FINALIZER = 'kubefed.io/sync-controller';

describe('report of an object that is being deleted', () => {
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
