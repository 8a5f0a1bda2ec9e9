import { describe, expect, it } from 'vitest';
import { KUBEFED_CLUSTERS } from '../../lib/model/resources.ts';
import { FEDERATED_TYPE_CONFIGS } from '../../lib/model/type-config.ts';
import { HostError } from '../../lib/stages/unwrap.ts';
import { SHOP, testFederation } from './federation.ts';
import { CONFIG_MAP_TYPE_CONFIG, KUBEFED_NAMESPACE, NAMESPACE_TYPE_CONFIG } from './objects.ts';

function setUp(options: Parameters<typeof testFederation>[0] = {}) {
  const { federation: reader, host, clock } = testFederation(options);
  /** @returns how many lists and gets of the host an act takes */
  async function reads(act: () => Promise<unknown>): Promise<number> {
    const before = host.calls.list + host.calls.get;
    await act();
    return host.calls.list + host.calls.get - before;
  }
  return { reader, host, clock, reads };
}

describe('federationReader', () => {
  it('reads config, types and clusters', async () => {
    const { reader } = setUp();
    const federation = await reader.at(1);

    expect(federation.config.scope).toBe('Cluster');
    expect([...federation.types.keys()].sort()).toEqual([
      'clusterroles.rbac.authorization.k8s.io',
      'configmaps',
      'deployments.apps',
      'namespaces',
    ]);
    expect([...federation.clusters.keys()]).toEqual(['east', 'west']);
  });

  it('has the defaults where there is no config, and leaves unusable types out', async () => {
    const { reader, host } = setUp();
    host.seed(FEDERATED_TYPE_CONFIGS, { metadata: { namespace: KUBEFED_NAMESPACE, name: 'x' } });
    await host.delete(
      { ...FEDERATED_TYPE_CONFIGS, plural: 'kubefedconfigs', kind: 'KubeFedConfig' },
      { namespace: KUBEFED_NAMESPACE, name: 'kubefed' },
    );
    const { config, types } = await reader.at(1);

    expect(config.adoptResources).toBe(true);
    expect(types.has('x')).toBe(false);
  });

  it('reads again for a newer revision only', async () => {
    const { reader, reads, clock } = setUp();

    expect(await reads(() => reader.at(5))).toBe(3);
    await clock.advance(3_600_000);
    expect(await reads(() => Promise.all([reader.at(5), reader.at(3)]))).toBe(0);
    expect(await reads(() => Promise.all([reader.at(6), reader.at(6)]))).toBe(3);
  });

  it('takes what is a few seconds old where no revision is asked for', async () => {
    const { reader, reads, clock } = setUp();
    await reader.at(5);

    expect(await reads(() => reader.at(undefined))).toBe(0);
    await clock.advance(5_000);
    expect(await reads(() => reader.at(undefined))).toBe(3);
    expect(await reads(() => reader.at(5))).toBe(0);
    expect(await reads(() => reader.at(6))).toBe(3);
  });

  it('takes neither what is too old nor what is of before the revision at a later try', async () => {
    const { reader, reads, clock } = setUp();
    await reader.at(5);

    expect(await reads(() => reader.at(5, 2))).toBe(0);
    expect(await reads(() => reader.at(6, 2))).toBe(3);
    await clock.advance(5_000);
    expect(await reads(() => reader.at(6, 2))).toBe(3);
  });

  it('does not remember a failure', async () => {
    const { reader, host } = setUp();
    host.fail = () => ({ kind: 'Unreachable', message: 'no route' });
    await expect(reader.at(1)).rejects.toThrow(HostError);
    host.fail = undefined;

    await expect(reader.at(1)).resolves.toBeDefined();
  });

  it('notices a change with its revision', async () => {
    const { reader, host } = setUp();
    await reader.at(1);
    await host.delete(KUBEFED_CLUSTERS, { namespace: KUBEFED_NAMESPACE, name: 'east' });

    expect((await reader.at(1)).clusters.has('east')).toBe(true);
    expect((await reader.at(2)).clusters.has('east')).toBe(false);
  });

  it('keeps FederatedNamespaces one by one', async () => {
    const { reader, reads } = setUp();
    const federation = await reader.at(1);
    const at = (namespace: string, revision: number) => () =>
      reader.namespaceAt(federation, namespace, revision);

    expect(await reads(at(SHOP, 1))).toBe(1);
    expect(await reads(at(SHOP, 1))).toBe(0);
    expect(await reads(at('till', 1))).toBe(1);
    expect(await reads(at(SHOP, 2))).toBe(1);
    expect(await at(SHOP, 2)()).toMatchObject({ metadata: { name: SHOP } });
    expect(await at('till', 1)()).toBeUndefined();
  });

  it('knows no FederatedNamespaces without their type', async () => {
    const { reader, reads } = setUp({ typeConfigs: [CONFIG_MAP_TYPE_CONFIG] });
    const federation = await reader.at(1);

    expect(await reads(() => reader.namespaceAt(federation, SHOP, 1))).toBe(0);
    expect(await reader.leavingAt(federation, SHOP, 1)).toEqual(new Set());
  });

  it('finds no cluster leaving while the namespace stays', async () => {
    const { reader } = setUp({ typeConfigs: [NAMESPACE_TYPE_CONFIG] });

    expect(await reader.leavingAt(await reader.at(1), SHOP, 1)).toEqual(new Set());
  });

  it('does not keep more than it can hold', async () => {
    const { reader, reads } = setUp();
    const federation = await reader.at(1);
    for (let n = 0; n < 5_000; n++) await reader.namespaceAt(federation, `namespace-${n}`, 1);

    expect(await reads(() => reader.namespaceAt(federation, 'namespace-4999', 1))).toBe(0);
    expect(await reads(() => reader.namespaceAt(federation, 'namespace-0', 1))).toBe(1);
  });
});
