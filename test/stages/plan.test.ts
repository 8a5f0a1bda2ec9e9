import { describe, expect, it } from 'vitest';
import { stringAt } from '../../lib/model/json.ts';
import { PLAN_JOBS } from '../../lib/model/metric-names.ts';
import { KUBEFED_CLUSTERS } from '../../lib/model/resources.ts';
import { FEDERATED_TYPE_CONFIGS } from '../../lib/model/type-config.ts';
import { DONE, RETRY } from '../../lib/stages/verdict.ts';
import { A, inSync } from './config-map-a.ts';
import { callsSince, SHOP, type TestFederation, testFederation } from './federation.ts';
import {
  CONFIG_MAP,
  CONFIG_MAP_TYPE_CONFIG,
  DEPLOYMENT,
  KUBEFED_NAMESPACE,
  kubeFedCluster,
  NAMESPACE,
  placedIn,
} from './objects.ts';
import { FINALIZER, withObject } from './plan/with-object.ts';

function versionOf(federation: TestFederation): string {
  const object = federation.federatedObject(CONFIG_MAP, 'a');
  return stringAt(object, 'metadata', 'resourceVersion') ?? '';
}

describe('plan', () => {
  it('sends a job for each member, and puts the finalizer on', async () => {
    const federation = await withObject();

    expect(await federation.plan([federation.told])).toEqual([DONE]);

    expect(federation.jobs.sent).toMatchObject([
      { ...A, type: 'configmaps', cluster: 'east', action: 'ensure', expectAbsent: true },
      { ...A, type: 'configmaps', cluster: 'west', action: 'ensure', expectAbsent: true },
    ]);
    const { contextRevision, seenAtMs } = federation.told;
    expect(federation.jobs.sent[0]).toMatchObject({
      ...{ contextRevision, seenAtMs },
      plan: { generation: 1, fresh: true, planned: ['east', 'west'], selected: ['east', 'west'] },
    });
    expect(federation.outcomes.sent).toEqual([]);
    expect(federation.metrics.total(PLAN_JOBS)).toBe(2);
    expect(federation.federatedObject(CONFIG_MAP, 'a')).toMatchObject({
      metadata: { finalizers: [FINALIZER] },
    });
  });

  it('needs no more than one conditional patch for an object that was seen bare', async () => {
    const federation = await withObject();
    const known = await federation.federation.at(federation.told.contextRevision);
    await federation.federation.namespaceAt(known, SHOP, federation.told.contextRevision);
    const before = { ...federation.host.calls };

    await federation.plan([{ ...federation.told, bareResourceVersion: versionOf(federation) }]);

    expect(callsSince(federation.host, before)).toEqual({ patch: 1, total: 1 });
    expect(federation.jobs.sent[0]?.plan.resourceVersion).toBe(versionOf(federation));
  });

  it('reads first when the object has changed since it was seen bare', async () => {
    const federation = await withObject();
    const bareResourceVersion = versionOf(federation);
    const finalizers = ['example.com/hold'];
    await federation.host.patch(CONFIG_MAP.federated, A, { metadata: { finalizers } });

    await federation.plan([{ ...federation.told, bareResourceVersion }]);

    expect(federation.jobs.sent).toHaveLength(2);
    expect(federation.federatedObject(CONFIG_MAP, 'a')).toMatchObject({
      metadata: { finalizers: [...finalizers, FINALIZER] },
    });
  });

  it('tries again when it loses the race for the finalizer', async () => {
    const federation = await withObject();
    federation.host.fail = ({ verb }) =>
      verb === 'patch' ? { kind: 'Conflict', message: 'changed' } : undefined;

    expect(await federation.plan([federation.told])).toEqual([RETRY]);
    expect(federation.jobs.sent).toEqual([]);

    federation.host.fail = undefined;
    expect(await federation.plan([federation.told], 2)).toEqual([DONE]);
    expect(federation.jobs.sent).toHaveLength(2);
  });

  it('gives the recorded versions along', async () => {
    const federation = await inSync();
    await federation.plan([federation.change(CONFIG_MAP, 'a')]);

    expect(federation.jobs.sent).toMatchObject([
      { action: 'ensure', recordedVersion: expect.stringMatching(/^rv:/), plan: { fresh: false } },
      { action: 'ensure', recordedVersion: expect.stringMatching(/^rv:/) },
    ]);
    expect(federation.jobs.sent[0]).not.toHaveProperty('expectAbsent');
  });

  it('reports members that are not ready without asking them', async () => {
    const federation = await withObject();
    federation.host.seed(KUBEFED_CLUSTERS, kubeFedCluster('east', { ready: false }));
    await federation.plan([federation.told]);

    expect(federation.jobs.sent).toMatchObject([
      { cluster: 'west', plan: { known: [{ cluster: 'east', code: 'ClusterNotReady' }] } },
    ]);
  });

  it('reports at once what needs no job', async () => {
    const federation = await withObject({ clusters: [] });
    await federation.plan([federation.told]);

    expect(federation.jobs.sent).toEqual([]);
    expect(federation.outcomes.sent).toMatchObject([
      { ...A, type: 'configmaps', results: [], plan: { planned: [], selected: [] } },
    ]);
  });

  it('warns of a cluster that nobody knows, and goes on with the others', async () => {
    const federation = await withObject({ clusters: ['east', 'nowhere'] });
    await federation.plan([federation.told]);

    expect(federation.jobs.sent).toMatchObject([{ cluster: 'east' }]);
    expect(federation.jobs.sent[0]?.plan.warnings).toEqual([
      {
        reason: 'UnknownCluster',
        message:
          'spec.placement.clusters names nowhere, but no KubeFedCluster of that name exists; join it or mend the name',
      },
    ]);
  });

  it('warns of what a template cannot set', async () => {
    const template = { metadata: { annotations: { a: 'b' } } };
    const federation = await withObject({ template });
    await federation.plan([federation.told]);

    expect(federation.jobs.sent[0]?.plan.warnings).toMatchObject([
      { reason: 'AnnotationsNotSupported' },
    ]);
  });

  it('touches nothing when the placement cannot be read', async () => {
    const federation = await inSync();
    const selector = { matchExpressions: [{ key: 'tier', operator: 'Near' }] };
    const placement = { clusters: null, clusterSelector: selector };
    await federation.host.patch(CONFIG_MAP.federated, A, { spec: { placement } });
    await federation.plan([federation.change(CONFIG_MAP, 'a')]);

    expect(federation.jobs.sent).toEqual([]);
    expect(federation.outcomes.sent).toMatchObject([
      {
        plan: {
          reason: 'ComputePlacementFailed',
          warnings: [
            {
              reason: 'ComputePlacementFailed',
              message: /^Failed to compute placement: spec.placement.clusterSelector: "Near"/,
            },
          ],
        },
      },
    ]);
  });

  it('keeps to the clusters that the namespace is placed in', async () => {
    const federation = await withObject();
    const spec = { placement: { clusterSelector: null, ...placedIn('west') } };
    await federation.host.patch(NAMESPACE.federated, { namespace: SHOP, name: SHOP }, { spec });
    await federation.plan([federation.told]);

    expect(federation.jobs.sent).toMatchObject([{ cluster: 'west' }]);
  });

  it('refuses a FederatedNamespace that is not named like its namespace', async () => {
    const federation = testFederation();
    const change = await federation.createFederated(NAMESPACE, {
      name: 'other',
      clusters: ['east'],
    });
    await federation.plan([change]);

    expect(federation.jobs.sent).toEqual([]);
    expect(federation.outcomes.sent).toMatchObject([
      {
        plan: {
          reason: 'ComputePlacementFailed',
          warnings: [
            {
              reason: 'InvalidName',
              message:
                'The name of a federated namespace must match the name of its containing namespace.',
            },
          ],
        },
      },
    ]);
    expect(federation.federatedObject(NAMESPACE, 'other')?.['metadata']).not.toHaveProperty(
      'finalizers',
    );
  });

  it.each(['default', 'kube-system', 'kube-public', KUBEFED_NAMESPACE])(
    'never federates the namespace %s',
    async (name) => {
      const federation = testFederation();
      const parts = { namespace: name, name, clusters: ['east'] };
      await federation.plan([await federation.createFederated(NAMESPACE, parts)]);

      expect([...federation.jobs.sent, ...federation.outcomes.sent]).toEqual([]);
    },
  );

  it('ignores types that are disabled or unknown', async () => {
    const spec = { ...Object(CONFIG_MAP_TYPE_CONFIG['spec']), propagation: 'Disabled' };
    const federation = await withObject();
    federation.host.seed(FEDERATED_TYPE_CONFIGS, { ...CONFIG_MAP_TYPE_CONFIG, spec });
    await federation.plan([federation.told, { ...federation.told, type: 'things' }]);

    expect([...federation.jobs.sent, ...federation.outcomes.sent]).toEqual([]);
  });

  it('plans an object once for all its changes in a batch, with all they know', async () => {
    const federation = await withObject({ clusters: ['east'] });
    const { told } = federation;
    const before = federation.host.calls.patch;
    await federation.plan([
      told,
      { ...told, cause: 'drift', cluster: 'west' },
      { ...told, cause: 'sweep', contextRevision: undefined },
    ]);

    expect(federation.host.calls.patch - before).toBe(1);
    expect(federation.jobs.sent).toMatchObject([
      { cluster: 'east', action: 'ensure', contextRevision: told.contextRevision },
      { cluster: 'west', action: 'remove' },
    ]);
  });

  it('tries again what the host does not let it plan, and that alone', async () => {
    const federation = await withObject();
    const other = await federation.createFederated(DEPLOYMENT, { name: 'b', clusters: ['east'] });
    federation.host.fail = ({ resource }) =>
      resource?.kind === 'FederatedConfigMap'
        ? { kind: 'Throttled', message: 'slow down' }
        : undefined;

    expect(await federation.plan([federation.told, other])).toEqual([RETRY, DONE]);
    expect(federation.jobs.sent).toMatchObject([{ type: 'deployments.apps' }]);
    expect(federation.log.entries.filter(({ level }) => level === 'warn')).toMatchObject([
      { message: 'change not planned, trying again', fields: { name: 'a' } },
    ]);
  });

  it.each(['jobs', 'outcomes', 'changes'] as const)(
    'fails as a whole when the %s are not taken',
    async (queue) => {
      const federation = await withObject({ clusters: queue === 'outcomes' ? [] : ['east'] });
      federation[queue].refusal = new Error('queue away');
      const sweep = { v: 1, kind: 'sweep', type: '*', cause: 'sweep', seenAtMs: 0 } as const;

      await expect(
        federation.plan([queue === 'changes' ? sweep : federation.told]),
      ).rejects.toThrow('queue away');
    },
  );

  it('sends a sweep on as one change for each object', async () => {
    const federation = await withObject();
    const sweep = { v: 1, kind: 'sweep', type: '*', cause: 'sweep', seenAtMs: 7 } as const;

    expect(await federation.plan([sweep, sweep])).toEqual([DONE, DONE]);
    expect(federation.changes.sent).toMatchObject([
      { kind: 'object', type: 'configmaps', ...A, cause: 'sweep', seenAtMs: 7 },
      { kind: 'object', type: 'namespaces', namespace: SHOP, name: SHOP },
    ]);
  });
});
