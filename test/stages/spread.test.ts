import { describe, expect, it } from 'vitest';
import { KUBEFED_CLUSTERS, PODS } from '../../lib/model/resources.ts';
import { PREFERENCES } from '../../lib/model/scheduling.ts';
import { callsSince, SHOP } from './federation.ts';
import { DEPLOYMENT, KUBEFED_NAMESPACE, NAMESPACE } from './objects.ts';
import { preferenceFederation, settled, WEB } from './preferences.ts';

const EVEN = { east: 3, north: 3, west: 3 };

describe('spread', () => {
  it('writes replicas and status, and nothing when they are right', async () => {
    const federation = preferenceFederation();
    expect(await federation.pass()).toEqual([{ done: true }]);
    expect(federation.told()).toEqual(EVEN);
    expect(federation.condition()).toMatchObject({ status: 'True', reason: 'Scheduled' });
    expect(federation.status()).toMatchObject({
      observedGeneration: 1,
      clusters: [
        { name: 'east', state: 'Open', replicas: 3 },
        { name: 'north', state: 'Open', replicas: 3 },
        { name: 'west', state: 'Open', replicas: 3 },
      ],
    });
    await settled(federation);
    const before = { ...federation.host.calls };
    const inMember = { ...federation.member('east').calls };
    await federation.pass();
    expect(callsSince(federation.host, before)).toEqual({ get: 3, list: 2, total: 5 });
    expect(callsSince(federation.member('east'), inMember)).toEqual({ get: 1, total: 1 });
  });

  it('leaves overrides by hand alone', async () => {
    const federation = preferenceFederation();
    const image = { path: '/spec/template/spec/containers/0/image', value: 'nginx:2' };
    const spec = { overrides: [{ clusterName: 'east', clusterOverrides: [image] }] };
    await federation.host.patch(DEPLOYMENT.federated, WEB, { spec });
    await federation.pass();
    expect(federation.federatedNow()).toMatchObject({
      spec: {
        overrides: [
          {
            clusterName: 'east',
            clusterOverrides: [image, { path: '/spec/replicas', value: 3 }],
          },
          { clusterName: 'north' },
          { clusterName: 'west' },
        ],
      },
    });
  });

  it.each([
    [{ targetKind: 'FederatedJob' }, 'UnsupportedTargetKind', 'FederatedDeployment'],
    [
      { targetKind: 'FederatedReplicaSet' },
      'TypeNotEnabled',
      'kubefed-eks enable replicasets.apps',
    ],
  ])('says what is wrong with %j: %s', async (spec, reason, remedy) => {
    const federation = preferenceFederation(spec);
    await federation.pass();
    const message = expect.stringContaining(remedy);
    expect(federation.condition()).toMatchObject({ status: 'False', reason, message });
    expect(federation.told()).toEqual({});
  });

  it('says that its federated object is missing, and holds still while it is paused', async () => {
    const federation = preferenceFederation();
    await federation.host.delete(DEPLOYMENT.federated, WEB);
    await federation.pass();
    expect(federation.condition()).toMatchObject({ status: 'False', reason: 'TargetNotFound' });
    const annotations = { 'kubefed.io/paused': 'true' };
    await federation.host.patch(PREFERENCES, WEB, { metadata: { annotations } });
    await federation.pass();
    expect(federation.condition()).toMatchObject({ status: 'False', reason: 'Paused' });
  });

  it('tells how many replicas have no place', async () => {
    const clusters = { east: { weight: 1, maxReplicas: 4 } };
    const federation = preferenceFederation({ clusters });
    await federation.pass();
    expect(federation.told()).toEqual({ east: 4, north: 0, west: 0 });
    expect(federation.status()).toMatchObject({
      unplaced: 5,
      conditions: [{ status: 'False', reason: 'Unplaced' }],
    });
  });

  it('moves what finds no node, and reads pods only where the status leaves that open', async () => {
    const federation = preferenceFederation();
    await settled(federation);
    federation.run('east', 1);
    const lastTransitionTime = new Date(federation.clock.nowMs()).toISOString();
    const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable' };
    for (const name of ['web-1', 'web-2']) {
      federation.member('east').seed(PODS, {
        metadata: { namespace: SHOP, name, labels: { app: 'web' } },
        status: { phase: 'Pending', conditions: [{ ...condition, lastTransitionTime }] },
      });
    }
    const reads = { ...federation.member('west').calls };
    await federation.pass();
    expect(callsSince(federation.member('west'), reads)).toEqual({ get: 1, total: 1 });
    expect(federation.told()).toEqual(EVEN);
    const dueMs = Date.parse(federation.status().recheckAt);
    expect(dueMs - federation.clock.nowMs()).toBe(61_000);
    await federation.clock.advance(61_000);
    await federation.pass();
    // Rebalance keeps asking for what does not fit, in hope that nodes come.
    expect(federation.told()).toEqual({ east: 3, north: 4, west: 4 });
    expect(federation.status()).not.toHaveProperty('recheckAt');
  });

  it('intersects with the selectors of object and namespace', async () => {
    const federation = preferenceFederation({ intersectWithClusterSelector: true });
    await federation.pass();
    expect(federation.condition()).toMatchObject({ status: 'False', reason: 'NoClusters' });
    expect(federation.told()).toEqual({});
    const select = (...values: string[]) => ({
      spec: {
        placement: {
          clusterSelector: { matchExpressions: [{ key: 'site', operator: 'In', values }] },
        },
      },
    });
    const { host } = federation;
    await host.patch(DEPLOYMENT.federated, WEB, select('east', 'west'));
    await host.patch(NAMESPACE.federated, { namespace: SHOP, name: SHOP }, select('west', 'north'));
    await federation.clock.advance(1_000);
    await federation.pass();
    expect(federation.told()).toEqual({ west: 9 });
    await host.delete(NAMESPACE.federated, { namespace: SHOP, name: SHOP });
    await federation.clock.advance(1_000);
    await federation.pass();
    expect(federation.condition()).toMatchObject({ reason: 'NamespaceNotFederated' });
  });

  it('tries again for a cluster that does not answer, and leaves it alone meanwhile', async () => {
    const federation = preferenceFederation();
    await settled(federation);
    await federation.host.patch(PREFERENCES, WEB, { spec: { totalReplicas: 12 } });
    federation.member('east').fail = () => ({ kind: 'Unreachable', message: 'refused' });
    expect(await federation.pass()).toEqual([{ retryAfterSeconds: 0 }]);
    expect(await federation.pass(5)).toEqual([{ done: true }]);
    expect(federation.told()).toMatchObject({ east: 3 });
  });

  it('tries again when somebody else was faster, and when the host is away', async () => {
    const federation = preferenceFederation();
    federation.host.fail = ({ verb }) =>
      verb === 'patch' ? { kind: 'Conflict', message: 'changed' } : undefined;
    expect(await federation.pass()).toEqual([{ retryAfterSeconds: 0 }]);
    federation.host.fail = undefined;
    await federation.pass();
    expect(federation.told()).toEqual(EVEN);
  });

  it('goes by the status of a target whose pods may not be listed', async () => {
    const federation = preferenceFederation();
    await settled(federation);
    federation.run('east', 1);
    federation.member('east').fail = ({ verb }) =>
      verb === 'list' ? { kind: 'Forbidden', message: 'no' } : undefined;
    expect(await federation.pass()).toEqual([{ done: true }]);
    expect(federation.log.entries).toContainEqual(
      expect.objectContaining({ message: 'pods may not be listed' }),
    );
  });

  it('makes one message for each preference of one about all', async () => {
    const federation = preferenceFederation();
    await federation.sweep();
    expect(federation.sent.take()).toEqual([
      { v: 1, kind: 'preference', ...WEB, seenAtMs: 7, contextRevision: 7 },
    ]);
  });

  it('says what a preference leaves behind, once', async () => {
    const federation = preferenceFederation();
    await federation.pass();
    await federation.host.delete(PREFERENCES, WEB);
    await federation.pass(1, { goneTargetKind: 'FederatedDeployment' });
    await federation.pass(1, { goneTargetKind: 'FederatedDeployment' });
    expect(federation.events()).toMatchObject([
      {
        type: 'Normal',
        reason: 'SchedulingEnded',
        message: expect.stringContaining('east 3, north 3, west 3'),
        involvedObject: { kind: 'FederatedDeployment', ...WEB },
      },
    ]);
    expect(federation.told()).toEqual(EVEN);
  });

  it('takes a cluster that was unjoined out of the placement', async () => {
    const federation = preferenceFederation();
    await settled(federation);
    const east = { namespace: KUBEFED_NAMESPACE, name: 'east' };
    await federation.host.delete(KUBEFED_CLUSTERS, east);
    await federation.pass();
    expect(Object.keys(federation.told())).toEqual(['north', 'west']);
  });
});
