import { describe, expect, it } from 'vitest';
import { memoryCluster } from '../../../lib/adapters/memory/cluster.ts';
import type { JsonObject } from '../../../lib/model/json.ts';
import { KUBEFED_CLUSTERS } from '../../../lib/model/resources.ts';
import { FEDERATED_TYPE_CONFIGS } from '../../../lib/model/type-config.ts';
import { A, RED } from '../config-map-a.ts';
import { testFederation } from '../federation.ts';
import { CONFIG_MAP, DEPLOYMENT, KUBEFED_NAMESPACE, kubeFedCluster } from '../objects.ts';
import { EAST, settle, start, told, watched } from './watched.ts';

describe('federationWatch of types, clusters and config', () => {
  it.each<[string, JsonObject]>([
    ['a label', { metadata: { labels: { tier: 'gold' } } }],
    ['an annotation', { metadata: { annotations: { a: 'b' } } }],
    ['the way to it', { spec: { apiEndpoint: 'https://elsewhere.example' } }],
  ])('has everything looked at when %s of a cluster changes', async (_, patch) => {
    const { federation, host, clock, changes, probes, createFederated } = await watched();
    await host.patch(KUBEFED_CLUSTERS, EAST, patch);
    const changedMs = clock.nowMs();
    await clock.advance(1);

    expect(changes.sent[0]).toMatchObject({ contextRevision: changedMs });
    expect(told(federation)).toContain('cluster: all of * in *');
    expect(probes.take()).toEqual([{ v: 1, kind: 'probe', cluster: 'east' }]);
    await createFederated(CONFIG_MAP, RED);
    await clock.advance(1);
    expect(changes.sent.at(-1)).toMatchObject({ name: 'a', contextRevision: changedMs });
  });

  it('has everything looked at when a cluster becomes unready or ready, not for a probe', async () => {
    const { federation, host, clock } = await watched();
    const report = async (status: string, more: JsonObject = {}) => {
      const conditions = [{ type: 'Ready', status, ...more }];
      await host.patch(KUBEFED_CLUSTERS, EAST, { status: { conditions } }, 'status');
      await clock.advance(1);
      return told(federation);
    };

    expect(await report('True', { lastProbeTime: 'now' })).toEqual([]);
    expect(await report('False')).toEqual(['cluster: all of * in *']);
    expect(await report('True')).toEqual(['cluster: all of * in *']);
  });

  it('asks for a probe of clusters that were never probed', async () => {
    const federation = testFederation();
    federation.host.seed(KUBEFED_CLUSTERS, kubeFedCluster('east'));
    start(federation);
    await federation.clock.advance(10);

    expect(federation.probes.take()).toEqual([{ v: 1, kind: 'probe', cluster: 'east' }]);
  });

  it('leaves a probe that cannot be asked for to the next round of health', async () => {
    const federation = testFederation();
    federation.host.seed(KUBEFED_CLUSTERS, kubeFedCluster('east'));
    federation.probes.refusal = new Error('queue away');
    start(federation);
    await federation.clock.advance(10);

    expect(federation.log.entries).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        message: expect.stringMatching(/^probe not asked/),
      }),
    );
  });

  it('watches a member that joins', async () => {
    const { federation, host, memberClusters, clock, createFederated } = await watched();
    const north = memoryCluster({ name: 'north', clock });
    memberClusters.set('north', north);
    await host.create(KUBEFED_CLUSTERS, kubeFedCluster('north'));
    const conditions = [{ type: 'Ready', status: 'True' }];
    const key = { namespace: KUBEFED_NAMESPACE, name: 'north' };
    await host.patch(KUBEFED_CLUSTERS, key, { status: { conditions } }, 'status');
    await settle(federation);
    await createFederated(CONFIG_MAP, { ...RED, clusters: ['north'] });
    await settle(federation);
    expect(north.peek(CONFIG_MAP.target, A)).toBeDefined();

    await north.patch(CONFIG_MAP.target, A, { data: { color: 'drifted' } });
    await clock.advance(2_001);
    expect(told(federation)).toEqual(['drift: configmaps shop/a in north']);
  });

  it('lets go of a member that leaves', async () => {
    const { federation, host, clock, createFederated } = await watched();
    await createFederated(CONFIG_MAP, RED);
    await settle(federation);
    await host.delete(KUBEFED_CLUSTERS, EAST);
    await settle(federation);
    await federation.member('east').delete(CONFIG_MAP.target, A);
    await clock.advance(3_000);

    expect(told(federation)).toEqual([]);
  });

  it('follows a type that is enabled, and no longer one that is disabled', async () => {
    const { federation, host, clock, createFederated } = await watched();
    const key = { namespace: KUBEFED_NAMESPACE, name: 'deployments.apps' };
    const turn = (propagation: string) =>
      host.patch(FEDERATED_TYPE_CONFIGS, key, { spec: { propagation } });
    const runs = () =>
      Object(host.peek(FEDERATED_TYPE_CONFIGS, key)?.['status']).propagationController;
    expect(runs()).toBe('Running');
    await turn('Disabled');
    await settle(federation);
    await createFederated(DEPLOYMENT, { name: 'a', clusters: ['east'] });
    await clock.advance(1);
    expect(told(federation)).toEqual([]);
    expect(runs()).toBe('NotRunning');

    await turn('Enabled');
    await clock.advance(10);
    expect(told(federation)).toEqual(
      expect.arrayContaining([
        'type: all of deployments.apps in *',
        'edit: deployments.apps shop/a',
      ]),
    );
    await clock.advance(10);
    expect(runs()).toBe('Running');
  });

  it('goes on when the status of a type cannot be written', async () => {
    const federation = testFederation();
    federation.host.fail = ({ verb, resource }) =>
      verb === 'patch' && resource?.kind === 'FederatedTypeConfig'
        ? { kind: 'Forbidden', message: 'no' }
        : undefined;
    start(federation);
    await federation.clock.advance(10);

    expect(federation.log.entries).toContainEqual(
      expect.objectContaining({ message: 'status of type not written' }),
    );
    expect(told(federation)).toContain('edit: namespaces shop/shop');
  });
});
