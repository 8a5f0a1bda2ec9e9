import { describe, expect, it } from 'vitest';
import { stringAt } from '../../lib/model/json.ts';
import { MANAGED_LABEL } from '../../lib/model/names.ts';
import { A } from './config-map-a.ts';
import { callsSince, SHOP, type TestFederation, testFederation } from './federation.ts';
import {
  CLUSTER_ROLE,
  CONFIG_MAP,
  DEPLOYMENT,
  NAMESPACE,
  overriding,
  placedIn,
} from './objects.ts';

/** A federation whose workers know clusters and types already, as they do but for their first message. */
async function warm(options: Parameters<typeof testFederation>[0] = {}): Promise<TestFederation> {
  const federation = testFederation(options);
  const known = await federation.federation.at(federation.clock.nowMs());
  await federation.federation.namespaceAt(known, SHOP, federation.clock.nowMs());
  return federation;
}

/** A warm federation in which the FederatedConfigMap `a` is in sync in both members. */
async function withConfigMap(): Promise<TestFederation> {
  const federation = await warm();
  const template = { data: { color: 'red' } };
  const parts = { name: 'a', clusters: ['east', 'west'], template };
  await federation.settle([await federation.createFederated(CONFIG_MAP, parts)]);
  return federation;
}

function countCalls({ host, memberClusters }: TestFederation) {
  const before = { host: { ...host.calls } };
  const members = [...memberClusters].map(([name, member]) => ({
    ...{ name, member },
    calls: { ...member.calls },
  }));
  return () => ({
    host: callsSince(host, before.host),
    members: members.map(({ member, calls }) => callsSince(member, calls)),
  });
}

describe('the pipeline', () => {
  it('creates an object in two members with four calls to the host and one to each member', async () => {
    const federation = await warm();
    const parts = { name: 'a', clusters: ['east', 'west'], template: { data: { color: 'red' } } };
    const change = await federation.createFederated(CONFIG_MAP, parts);
    const { metadata } = federation.federatedObject(CONFIG_MAP, 'a') ?? {};
    const bareResourceVersion = stringAt(metadata, 'resourceVersion') ?? '';
    const calls = countCalls(federation);

    await federation.settle([{ ...change, bareResourceVersion }]);

    expect(calls()).toEqual({
      host: { patch: 2, get: 1, create: 1, total: 4 },
      members: [
        { create: 1, total: 1 },
        { create: 1, total: 1 },
      ],
    });
    for (const cluster of ['east', 'west']) {
      expect(federation.target(cluster, CONFIG_MAP, 'a')).toMatchObject({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { labels: { [MANAGED_LABEL]: 'true' } },
        data: { color: 'red' },
      });
    }
    expect(federation.federatedObject(CONFIG_MAP, 'a')).toMatchObject({
      metadata: { finalizers: ['kubefed.io/sync-controller'] },
      status: {
        observedGeneration: 1,
        conditions: [{ type: 'Propagation', status: 'True' }],
        clusters: [{ name: 'east' }, { name: 'west' }],
      },
    });
    expect(federation.recorded(CONFIG_MAP, 'a')).toMatchObject({
      metadata: {
        name: 'configmap-a',
        ownerReferences: [{ kind: 'FederatedConfigMap', name: 'a' }],
      },
      status: { clusterVersions: [{ clusterName: 'east' }, { clusterName: 'west' }] },
    });
  });

  it('writes nothing anywhere in a pass that finds everything right', async () => {
    const federation = await withConfigMap();
    const calls = countCalls(federation);

    await federation.settle([federation.change(CONFIG_MAP, 'a')]);

    expect(calls()).toMatchObject({
      host: { get: expect.any(Number) },
      members: [
        { get: 1, total: 1 },
        { get: 1, total: 1 },
      ],
    });
    for (const verb of ['create', 'replace', 'patch', 'delete']) {
      expect(calls().host).not.toHaveProperty(verb);
    }
  });

  it('brings an edit to the members, overrides last', async () => {
    const federation = await withConfigMap();
    const spec = {
      template: { data: { color: 'green' } },
      overrides: [overriding('west', '/data/color', 'blue')],
    };
    await federation.host.patch(CONFIG_MAP.federated, A, { spec });
    await federation.settle([federation.change(CONFIG_MAP, 'a')]);

    expect(federation.target('east', CONFIG_MAP, 'a')).toMatchObject({ data: { color: 'green' } });
    expect(federation.target('west', CONFIG_MAP, 'a')).toMatchObject({ data: { color: 'blue' } });
    expect(federation.federatedObject(CONFIG_MAP, 'a')).toMatchObject({
      status: { observedGeneration: 2 },
    });
  });

  it('puts a drift right', async () => {
    const federation = await withConfigMap();
    await federation.member('east').patch(CONFIG_MAP.target, A, { data: { color: 'drifted' } });
    await federation.member('west').delete(CONFIG_MAP.target, A);
    await federation.settle([federation.change(CONFIG_MAP, 'a', { cause: 'drift' })]);

    for (const cluster of ['east', 'west']) {
      expect(federation.target(cluster, CONFIG_MAP, 'a')).toMatchObject({ data: { color: 'red' } });
    }
  });

  it('removes the copy of a member that is not selected any more', async () => {
    const federation = await withConfigMap();
    await federation.host.patch(CONFIG_MAP.federated, A, { spec: { placement: placedIn('west') } });
    await federation.settle([federation.change(CONFIG_MAP, 'a')]);

    expect(federation.target('east', CONFIG_MAP, 'a')).toBeUndefined();
    expect(federation.federatedObject(CONFIG_MAP, 'a')).toMatchObject({
      status: { observedGeneration: 2, clusters: [{ name: 'west' }] },
    });
    expect(federation.recorded(CONFIG_MAP, 'a')).toMatchObject({
      status: { clusterVersions: [{ clusterName: 'west' }] },
    });
  });

  it('removes every copy of a deleted object, then lets it go', async () => {
    const federation = await withConfigMap();
    await federation.host.delete(CONFIG_MAP.federated, A);
    const calls = countCalls(federation);
    await federation.settle([federation.change(CONFIG_MAP, 'a')]);

    expect(federation.federatedObject(CONFIG_MAP, 'a')).toBeUndefined();
    expect(federation.target('east', CONFIG_MAP, 'a')).toBeUndefined();
    expect(calls().members).toEqual([
      { get: 1, delete: 1, total: 2 },
      { get: 1, delete: 1, total: 2 },
    ]);
  });

  it('settles a Deployment whose controller annotates it', async () => {
    const federation = await warm();
    const parts = { name: 'a', clusters: ['east'], template: { spec: { replicas: 3 } } };
    const note = { path: '/metadata/annotations', value: { foo: 'bar' }, op: 'add' };
    const spec = { overrides: [{ clusterName: 'east', clusterOverrides: [note] }] };
    await federation.settle([await federation.createFederated(DEPLOYMENT, { ...parts, spec })]);
    const annotations = { 'deployment.kubernetes.io/revision': '1' };
    await federation.member('east').patch(DEPLOYMENT.target, A, { metadata: { annotations } });
    const calls = countCalls(federation);

    await federation.settle([federation.change(DEPLOYMENT, 'a')]);

    expect(calls().members[0]).toEqual({ get: 1, total: 1 });
    expect(federation.target('east', DEPLOYMENT, 'a')).toMatchObject({
      metadata: { annotations: { ...annotations, foo: 'bar' } },
    });
  });

  it('records cluster-scoped objects cluster-wide', async () => {
    const federation = await warm();
    const parts = { name: 'reader', clusters: ['east'], template: { rules: [] } };
    await federation.settle([await federation.createFederated(CLUSTER_ROLE, parts)]);

    expect(federation.target('east', CLUSTER_ROLE, 'reader')).toMatchObject({ rules: [] });
    expect(federation.recorded(CLUSTER_ROLE, 'reader')).toMatchObject({
      kind: 'ClusterPropagatedVersion',
      metadata: { name: 'clusterrole-reader' },
    });
  });

  it('makes namespaces in members, then what waits for them', async () => {
    const federation = testFederation({ member: { requireNamespaces: true } });
    const change = await federation.createFederated(CONFIG_MAP, { name: 'a', clusters: ['east'] });
    await federation.settle([change]);
    expect(federation.target('east', CONFIG_MAP, 'a')).toBeUndefined();

    await federation.settle([federation.change(NAMESPACE, SHOP, { namespace: SHOP })]);

    expect(federation.target('east', CONFIG_MAP, 'a')).toBeDefined();
    expect(federation.federatedObject(CONFIG_MAP, 'a')).toMatchObject({
      status: { conditions: [{ status: 'True' }], clusters: [{ name: 'east' }] },
    });
  });
});
