import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readManifests } from '../../lib/adapters/files/manifests.ts';
import { virtualClock } from '../../lib/adapters/memory/clock.ts';
import { type MemoryClusterOptions, memoryCluster } from '../../lib/adapters/memory/cluster.ts';
import { memoryLog } from '../../lib/adapters/memory/log.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import { KUBEFED_CONFIGS } from '../../lib/model/kubefed-config.ts';
import {
  CLUSTER_ROLE_BINDINGS,
  CLUSTER_ROLES,
  CONFIG_MAPS,
  CUSTOM_RESOURCE_DEFINITIONS,
  KUBEFED_CLUSTERS,
  NAMESPACES,
} from '../../lib/model/resources.ts';
import { FEDERATED_TYPE_CONFIGS } from '../../lib/model/type-config.ts';
import { putObject } from '../../lib/stages/install/put-object.ts';
import { removeEverything } from '../../lib/stages/install/remove-everything.ts';
import { resourceOf } from '../../lib/stages/install/resource-of.ts';
import { install } from '../../lib/stages/install.ts';
import { HostError } from '../../lib/stages/unwrap.ts';
import { CONFIG_MAP, federated, kubeFedCluster, NAMESPACE } from './objects.ts';

const NAMESPACE_NAME = 'kube-federation-system';
const ROLES = { plan: 'arn:aws:iam::1:role/plan' };

let manifests: JsonObject[];

beforeAll(async () => {
  manifests = await readManifests(join(import.meta.dirname, '../../crds'));
});

/** A host whose CRDs are established at once. */
function setUp(options: MemoryClusterOptions = {}) {
  const clock = virtualClock();
  const host = memoryCluster({
    clock,
    admit(resource, object) {
      const isCrd = resource.kind === CUSTOM_RESOURCE_DEFINITIONS.kind;
      const status = { conditions: [{ type: 'Established', status: 'True' }] };
      return { ok: true, value: isCrd ? { ...object, status } : object };
    },
    ...options,
  });
  const log = memoryLog();
  const kubefedNamespace = NAMESPACE_NAME;
  const told = { roleArns: ROLES, deployment: { stackName: 'kubefed-eks' } };
  const ports = { host, clock, log, kubefedNamespace, ...told, manifests };
  return { ...ports, ports };
}

describe('install', () => {
  it('puts namespace, CRDs, types, config and roles on the host', async () => {
    const { ports, host } = setUp();
    await install(ports);

    expect(host.peek(NAMESPACES, { name: NAMESPACE_NAME })).toBeDefined();
    expect(host.peekAll(CUSTOM_RESOURCE_DEFINITIONS)).toHaveLength(21);
    expect(host.peekAll(FEDERATED_TYPE_CONFIGS, NAMESPACE_NAME)).toHaveLength(10);
    expect(host.peekAll(KUBEFED_CONFIGS, NAMESPACE_NAME)).toHaveLength(1);
    expect(host.peekAll(CLUSTER_ROLES).map(({ metadata }) => Object(metadata).name)).toEqual([
      'kubefed-admin',
      'kubefed-edit',
      ...['apply', 'dns', 'health', 'plan', 'spread', 'status', 'sweep', 'watch', 'zone'].map(
        (stage) => `kubefed-eks:${stage}`,
      ),
      'kubefed-view',
    ]);
    expect(host.peek(CLUSTER_ROLES, { name: 'kubefed-edit' })).toMatchObject({
      metadata: { labels: { 'rbac.authorization.k8s.io/aggregate-to-edit': 'true' } },
    });
    expect(host.peek(CLUSTER_ROLE_BINDINGS, { name: 'kubefed-eks:plan' })).toMatchObject({
      roleRef: { kind: 'ClusterRole', name: 'kubefed-eks:plan' },
      subjects: [{ kind: 'Group', name: 'kubefed:plan' }],
    });
    expect(
      host.peek(CONFIG_MAPS, { namespace: NAMESPACE_NAME, name: 'kubefed-eks' }),
    ).toMatchObject({
      data: { roles: JSON.stringify(ROLES), deployment: '{"stackName":"kubefed-eks"}' },
    });
  });

  it('brings CRDs up to date, and leaves types and config as their owner made them', async () => {
    const { ports, host } = setUp();
    await install(ports);
    const name = 'kubefedclusters.core.kubefed.io';
    await host.patch(
      CUSTOM_RESOURCE_DEFINITIONS,
      { name },
      {
        metadata: { labels: { owner: 'somebody' } },
        spec: { scope: 'Cluster' },
      },
    );
    const type = { namespace: NAMESPACE_NAME, name: 'configmaps' };
    await host.patch(FEDERATED_TYPE_CONFIGS, type, { spec: { propagation: 'Disabled' } });
    await install(ports);

    expect(host.peek(CUSTOM_RESOURCE_DEFINITIONS, { name })).toMatchObject({
      metadata: { labels: { owner: 'somebody' } },
      spec: { scope: 'Namespaced' },
    });
    expect(host.peek(FEDERATED_TYPE_CONFIGS, type)).toMatchObject({
      spec: { propagation: 'Disabled' },
    });
  });

  it('lets stages at the groups of every federated type', async () => {
    const { ports, host } = setUp();
    const federatedType = { group: 'more.example.com', version: 'v1', kind: 'FederatedThing' };
    host.seed(FEDERATED_TYPE_CONFIGS, {
      metadata: { namespace: NAMESPACE_NAME, name: 'things' },
      spec: { targetType: { version: 'v1', kind: 'Thing' }, federatedType },
    });
    host.seed(FEDERATED_TYPE_CONFIGS, { metadata: { namespace: NAMESPACE_NAME, name: 'broken' } });
    await install(ports);

    expect(JSON.stringify(host.peek(CLUSTER_ROLES, { name: 'kubefed-eks:plan' }))).toContain(
      '["more.example.com","types.kubefed.io"]',
    );
  });

  it('waits until the CRDs are established', async () => {
    const { ports, host, clock } = setUp({ admit: (_, object) => ({ ok: true, value: object }) });
    const installing = install(ports);
    await clock.advance(1_000);
    expect(host.peekAll(FEDERATED_TYPE_CONFIGS)).toEqual([]);

    const status = { conditions: [{ type: 'Established', status: 'True' }] };
    for (const crd of host.peekAll(CUSTOM_RESOURCE_DEFINITIONS)) {
      host.seed(CUSTOM_RESOURCE_DEFINITIONS, { ...crd, status });
    }
    await clock.advance(1_000);
    await installing;
    expect(host.peekAll(FEDERATED_TYPE_CONFIGS)).toHaveLength(10);
  });

  it('names the CRD that is not established within a minute', async () => {
    const { ports, clock } = setUp({ admit: (_, object) => ({ ok: true, value: object }) });
    const installing = install(ports).catch((error: Error) => error.message);
    await clock.advance(61_000);

    expect(await installing).toMatch(/^CRD \S+\.kubefed\.io was not established: \[\]$/);
  });

  it.each(['create', 'list'] as const)('fails with what the host says to a %s', async (verb) => {
    const { ports, host } = setUp();
    host.fail = (call) =>
      call.verb === verb ? { kind: 'Forbidden', message: 'not allowed' } : undefined;

    await expect(install(ports)).rejects.toThrow('host cluster: not allowed');
  });
});

describe('putObject', () => {
  const object = { metadata: { namespace: 'a', name: 'b' }, data: { x: '1' } };

  it('runs a lost race again', async () => {
    const { host } = setUp();
    await host.create(CONFIG_MAPS, { ...object, data: {} });
    let races = 3;
    host.fail = ({ verb }) =>
      verb === 'replace' && races-- > 0 ? { kind: 'Conflict', message: 'changed' } : undefined;
    await putObject(host, CONFIG_MAPS, object);

    expect(host.peek(CONFIG_MAPS, { namespace: 'a', name: 'b' })).toMatchObject({
      data: { x: '1' },
    });
  });

  it('gives up on an object that changes all the time', async () => {
    const { host } = setUp();
    await host.create(CONFIG_MAPS, object);
    host.fail = ({ verb }) =>
      verb === 'replace' ? { kind: 'Conflict', message: 'changed' } : undefined;

    await expect(putObject(host, CONFIG_MAPS, object)).rejects.toThrow(HostError);
    expect(host.calls.replace).toBe(5);
  });
});

describe('resourceOf', () => {
  it('names a kind that no CRD defines', () => {
    const object = { apiVersion: 'core.kubefed.io/v1beta1', kind: 'Wish' };

    expect(() => resourceOf(object, manifests)).toThrow('no CRD defines core.kubefed.io/Wish');
    expect(() => resourceOf({}, manifests)).toThrow('no CRD defines /');
  });
});

describe('removeEverything', () => {
  async function furnished() {
    const set = setUp();
    await install(set.ports);
    const { host } = set;
    const finalizers = ['kubefed.io/sync-controller'];
    const parts = { namespace: 'shop', metadata: { finalizers } };
    host.seed(CONFIG_MAP.federated, federated(CONFIG_MAP, { ...parts, name: 'a' }));
    host.seed(NAMESPACE.federated, federated(NAMESPACE, { ...parts, name: 'shop' }));
    host.seed(KUBEFED_CLUSTERS, kubeFedCluster('east'));
    const release = (type: typeof CONFIG_MAP, name: string) =>
      host.patch(type.federated, { namespace: 'shop', name }, { metadata: { finalizers: null } });
    return { ...set, release };
  }

  it('deletes contents, then namespaces, then clusters and CRDs, each when the former is gone', async () => {
    const { ports, host, clock, release } = await furnished();
    const removing = removeEverything(ports);
    await clock.advance(10_000);
    const isMarked = (type: typeof CONFIG_MAP, name: string) =>
      'deletionTimestamp' in
      Object(host.peek(type.federated, { namespace: 'shop', name })?.['metadata']);
    expect([isMarked(CONFIG_MAP, 'a'), isMarked(NAMESPACE, 'shop')]).toEqual([true, false]);
    expect(host.calls.delete).toBe(1);

    await release(CONFIG_MAP, 'a');
    await clock.advance(10_000);
    expect(isMarked(NAMESPACE, 'shop')).toBe(true);
    expect(host.peekAll(KUBEFED_CLUSTERS)).toHaveLength(1);

    await release(NAMESPACE, 'shop');
    await clock.advance(10_000);
    await removing;
    expect(host.peekAll(KUBEFED_CLUSTERS)).toEqual([]);
    expect(host.peekAll(CUSTOM_RESOURCE_DEFINITIONS)).toEqual([]);
  });

  it('lets types go that KubeFed or this program holds, before their CRD goes', async () => {
    const { ports, host, clock, release } = await furnished();
    const type = { namespace: NAMESPACE_NAME, name: 'secrets' };
    const finalizers = ['core.kubefed.io/federated-type-config'];
    await host.patch(FEDERATED_TYPE_CONFIGS, type, { metadata: { finalizers } });
    const removing = removeEverything(ports);
    for (const each of [CONFIG_MAP, NAMESPACE]) {
      await clock.advance(10_000);
      await release(each, each === NAMESPACE ? 'shop' : 'a');
    }
    await clock.advance(10_000);
    await removing;

    expect(host.peek(FEDERATED_TYPE_CONFIGS, type)).toBeUndefined();
  });

  it('waits for nobody to let go what is of a disabled type', async () => {
    const { ports, host, clock, release } = await furnished();
    const type = { namespace: NAMESPACE_NAME, name: 'configmaps' };
    await host.patch(FEDERATED_TYPE_CONFIGS, type, { spec: { propagation: 'Disabled' } });
    const removing = removeEverything(ports);
    await clock.advance(10_000);
    expect(host.peek(CONFIG_MAP.federated, { namespace: 'shop', name: 'a' })).toBeUndefined();

    await release(NAMESPACE, 'shop');
    await clock.advance(10_000);
    await removing;
  });

  it('names what is still there after ten minutes', async () => {
    const { ports, clock, host } = await furnished();
    const removing = removeEverything(ports).catch((error: Error) => error.message);
    await clock.advance(700_000);

    expect(await removing).toBe(
      '1 federated objects are still there, e.g. FederatedConfigMap shop/a',
    );
    expect(host.peekAll(CUSTOM_RESOURCE_DEFINITIONS)).toHaveLength(21);
  });

  it('does without types whose CRD is gone, and ends when it is done again', async () => {
    const { ports, host, clock } = setUp();
    await install(ports);
    host.fail = ({ verb, resource }) =>
      verb === 'list' && resource?.group === 'types.kubefed.io'
        ? { kind: 'NotFound', message: 'no such resource' }
        : undefined;
    const removing = removeEverything(ports);
    await clock.advance(10_000);
    await removing;

    await expect(removeEverything(ports)).resolves.toBeUndefined();
  });
});
