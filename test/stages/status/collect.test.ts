import { describe, expect, it } from 'vitest';
import { type JsonObject, objectAt } from '../../../lib/model/json.ts';
import { KUBEFED_CONFIGS } from '../../../lib/model/kubefed-config.ts';
import type { StatusChange } from '../../../lib/model/messages.ts';
import { KUBEFED_CLUSTERS } from '../../../lib/model/resources.ts';
import { DONE, RETRY } from '../../../lib/stages/verdict.ts';
import { A } from '../config-map-a.ts';
import { callsSince, type TestFederation, testFederation } from '../federation.ts';
import { CONFIG_MAP, DEPLOYMENT, KUBEFED_NAMESPACE, kubeFedCluster } from '../objects.ts';

const TEMPLATE = { spec: { replicas: 3 } };

/** @returns a federation in which the Deployment `a` is in both members, and the host says so */
async function deployed(): Promise<TestFederation> {
  const federation = testFederation();
  const parts = { name: 'a', clusters: ['east', 'west'], template: TEMPLATE };
  await federation.settle([await federation.createFederated(DEPLOYMENT, parts)]);
  return federation;
}

async function report(federation: TestFederation, cluster: string, status: JsonObject) {
  await federation.member(cluster).patch(DEPLOYMENT.target, A, { status }, 'status');
}

function change(federation: TestFederation, ...clusters: string[]): StatusChange {
  const { v, type, name, namespace = '', seenAtMs } = federation.change(DEPLOYMENT, 'a');
  return { v, kind: 'status', type, namespace, name, clusters, seenAtMs };
}

const clustersOf = (federation: TestFederation) =>
  objectAt(federation.federatedObject(DEPLOYMENT, 'a'), 'status')?.['clusters'];

describe('status of a change of status', () => {
  it('brings it to the host with one read there, one in the member, and one write', async () => {
    const federation = await deployed();
    await report(federation, 'east', { readyReplicas: 1 });
    await report(federation, 'west', { readyReplicas: 2 });
    const before = { ...federation.host.calls };
    const beforeWest = { ...federation.member('west').calls };

    expect(await federation.status([change(federation, 'east')])).toEqual([DONE]);

    expect(clustersOf(federation)).toEqual([
      { name: 'east', remoteStatus: { readyReplicas: 1 } },
      { name: 'west' },
    ]);
    expect(callsSince(federation.host, before)).toEqual({ get: 1, patch: 1, total: 2 });
    expect(callsSince(federation.member('west'), beforeWest)).toEqual({ total: 0 });
  });

  it('takes all changes of an object in a batch together', async () => {
    const federation = await deployed();
    await report(federation, 'east', { readyReplicas: 1 });
    await report(federation, 'west', { readyReplicas: 2 });
    const before = { ...federation.host.calls };

    const changes = ['east', 'west', 'east'].map((cluster) => change(federation, cluster));
    expect(await federation.status(changes)).toEqual([DONE, DONE, DONE]);

    expect(callsSince(federation.host, before)).toEqual({ get: 1, patch: 1, total: 2 });
    expect(clustersOf(federation)).toEqual([
      { name: 'east', remoteStatus: { readyReplicas: 1 } },
      { name: 'west', remoteStatus: { readyReplicas: 2 } },
    ]);
  });

  it('writes nothing when the host knows it already', async () => {
    const federation = await deployed();
    await report(federation, 'east', { readyReplicas: 1 });
    await federation.status([change(federation, 'east')]);
    const before = { ...federation.host.calls };
    await federation.status([change(federation, 'east')]);

    expect(callsSince(federation.host, before)).toEqual({ get: 1, total: 1 });
  });

  it('leaves conditions and observedGeneration as they are, but for the time of the update', async () => {
    const federation = await deployed();
    const before = objectAt(federation.federatedObject(DEPLOYMENT, 'a'), 'status');
    await federation.clock.advance(60_000);
    await report(federation, 'east', { readyReplicas: 1 });
    await federation.status([change(federation, 'east')]);

    const after = objectAt(federation.federatedObject(DEPLOYMENT, 'a'), 'status');
    const [condition] = (before?.['conditions'] ?? []) as JsonObject[];
    const now = `${new Date(federation.clock.nowMs()).toISOString().slice(0, 19)}Z`;
    expect(after).toMatchObject({
      observedGeneration: before?.['observedGeneration'],
      conditions: [{ ...condition, lastUpdateTime: now }],
    });
  });

  it('tries again when somebody edits the object at the same moment', async () => {
    const federation = await deployed();
    federation.host.fail = ({ verb }) =>
      verb === 'patch' ? { kind: 'Conflict', message: 'edited' } : undefined;
    await report(federation, 'east', { readyReplicas: 1 });

    expect(await federation.status([change(federation, 'east')])).toEqual([RETRY]);
    federation.host.fail = undefined;
    expect(await federation.status([change(federation, 'east')], 2)).toEqual([DONE]);
    expect(clustersOf(federation)).toMatchObject([{ remoteStatus: { readyReplicas: 1 } }, {}]);
  });

  it.each<[string, (federation: TestFederation) => unknown]>([
    ['that is gone', ({ host }) => host.delete(DEPLOYMENT.federated, A)],
    [
      'of a type whose status is not collected',
      ({ host }) => {
        const featureGates = [{ name: 'RawResourceStatusCollection', configuration: 'Disabled' }];
        const key = { namespace: KUBEFED_NAMESPACE, name: 'kubefed' };
        return host.patch(KUBEFED_CONFIGS, key, { spec: { featureGates } });
      },
    ],
  ])('writes nothing for an object %s', async (_, act) => {
    const federation = await deployed();
    await report(federation, 'east', { readyReplicas: 1 });
    await act(federation);
    await federation.clock.advance(10_000);
    const { create = 0, patch = 0 } = federation.host.calls;

    expect(await federation.status([change(federation, 'east')])).toEqual([DONE]);
    expect([federation.host.calls.create, federation.host.calls.patch]).toEqual([create, patch]);
  });
});

describe('status of a member that does not answer', () => {
  it('tells what others say, keeps what is known of it, and tries again three times', async () => {
    const federation = await deployed();
    await report(federation, 'east', { readyReplicas: 1 });
    await report(federation, 'west', { readyReplicas: 1 });
    await federation.status([change(federation, 'east', 'west')]);
    await report(federation, 'west', { readyReplicas: 2 });
    federation.member('east').down = true;

    const both = [change(federation, 'east', 'west')];
    expect(await federation.status(both)).toEqual([RETRY]);
    expect(clustersOf(federation)).toMatchObject([
      { name: 'east', remoteStatus: { readyReplicas: 1 } },
      { name: 'west', remoteStatus: { readyReplicas: 2 } },
    ]);
    expect(await federation.status(both, 2)).toEqual([RETRY]);
    expect(await federation.status(both, 3)).toEqual([DONE]);
  });

  it('forgets what it said once it is not ready, and asks it when it is back', async () => {
    const federation = await deployed();
    await report(federation, 'east', { readyReplicas: 1 });
    await federation.status([change(federation, 'east')]);
    const setReady = (ready: boolean) => {
      federation.host.seed(KUBEFED_CLUSTERS, kubeFedCluster('east', { ready }));
      return federation.clock.advance(10_000);
    };
    await setReady(false);
    await federation.settle([federation.change(DEPLOYMENT, 'a')]);
    expect(clustersOf(federation)).toEqual([
      { name: 'east', status: 'ClusterNotReady' },
      { name: 'west' },
    ]);

    await report(federation, 'east', { readyReplicas: 2 });
    await setReady(true);
    await federation.settle([federation.change(DEPLOYMENT, 'a')]);
    expect(clustersOf(federation)).toEqual([
      { name: 'east', remoteStatus: { readyReplicas: 2 } },
      { name: 'west' },
    ]);
  });
});

describe('status of an outcome', () => {
  it('has the status of targets in the first report: nobody else tells of an object not listed yet', async () => {
    const federation = testFederation();
    const parts = { name: 'a', clusters: ['east', 'west'], template: TEMPLATE };
    await federation.plan([await federation.createFederated(DEPLOYMENT, parts)]);
    await federation.apply(federation.jobs.take());
    await report(federation, 'east', { readyReplicas: 3 });
    // Too early: it goes by without a trace.
    await federation.status([change(federation, 'east')]);
    const before = { ...federation.host.calls };
    await federation.status(federation.outcomes.take());

    expect(callsSince(federation.host, before)).toEqual({ create: 1, patch: 1, total: 2 });
    expect(clustersOf(federation)).toEqual([
      { name: 'east', remoteStatus: { readyReplicas: 3 } },
      { name: 'west' },
    ]);
  });

  it('keeps it through an edit, and makes up for a change that nobody has told', async () => {
    const federation = await deployed();
    await report(federation, 'east', { readyReplicas: 3 });
    await federation.settle([federation.change(DEPLOYMENT, 'a', { cause: 'sweep' })]);
    expect(clustersOf(federation)).toMatchObject([{ remoteStatus: { readyReplicas: 3 } }, {}]);

    const before = { ...federation.member('east').calls };
    await federation.settle([federation.change(DEPLOYMENT, 'a', { cause: 'sweep' })]);
    // What the job reads tells that there is nothing to be asked for.
    expect(callsSince(federation.member('east'), before)).toEqual({ get: 1, total: 1 });
  });

  it('asks nothing more of types without status', async () => {
    const federation = testFederation();
    const parts = { name: 'a', clusters: ['east'], template: { data: { a: 'b' } } };
    await federation.settle([await federation.createFederated(CONFIG_MAP, parts)]);

    expect(federation.member('east').calls).toMatchObject({ create: 1 });
    expect(federation.member('east').calls.get).toBeFalsy();
  });

  it('takes it away when the gate is closed', async () => {
    const federation = await deployed();
    await report(federation, 'east', { readyReplicas: 3 });
    await federation.status([change(federation, 'east')]);
    const featureGates = [{ name: 'RawResourceStatusCollection', configuration: 'Disabled' }];
    const config = { namespace: KUBEFED_NAMESPACE, name: 'kubefed' };
    await federation.host.patch(KUBEFED_CONFIGS, config, { spec: { featureGates } });
    await federation.clock.advance(10_000);
    await federation.settle([federation.change(DEPLOYMENT, 'a')]);

    expect(clustersOf(federation)).toEqual([{ name: 'east' }, { name: 'west' }]);
  });
});
