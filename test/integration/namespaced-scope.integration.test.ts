import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listAt, stringAt } from '../../lib/model/json.ts';
import { KUBEFED_CONFIGS } from '../../lib/model/kubefed-config.ts';
import { CLUSTER_ROLES, CONFIG_MAPS, NAMESPACES, ROLES } from '../../lib/model/resources.ts';
import { FEDERATED_TYPE_CONFIGS } from '../../lib/model/type-config.ts';
import type { Cluster } from '../../lib/ports.ts';
import { type FastFederation, startFastFederation } from '../environment/fast-federation.ts';
import { FEDERATED_CONFIG_MAPS, must } from '../walkthrough/objects.ts';
import { until } from '../walkthrough/until.ts';

const KUBEFED = 'kube-federation-system';
const PATIENCE_SECONDS = 60;
const A = { namespace: KUBEFED, name: 'a' };

let federation: FastFederation;

beforeAll(async () => {
  federation = await startFastFederation({
    members: 1,
    onProgress: () => undefined,
    scheduleSpeedup: 12,
    beforeJoin: makeNamespaced,
  });
}, 180_000);

afterAll(() => federation?.stop());

// Source: KubeFed v0.10.0, namespaced control plane
describe('a federation of one namespace', () => {
  it('is granted a Role in the member, not a ClusterRole over its objects', async () => {
    const [member] = federation.members;
    const { api } = member ?? federation.host;
    const roles = must(await api.list(ROLES, { namespace: KUBEFED })).items;
    const names = roles.map((role) => stringAt(role, 'metadata', 'name'));
    expect(names).toContain('kubefed-eks:propagator');
    const clusterRoles = must(await api.list(CLUSTER_ROLES)).items.filter((role) =>
      stringAt(role, 'metadata', 'name')?.startsWith('kubefed-eks:'),
    );
    const rules = clusterRoles.flatMap((role) => listAt(role, 'rules'));
    // Nodes tell Region and zones, and belong to no namespace.
    expect(rules.flatMap((rule) => listAt(rule, 'resources'))).toEqual(['nodes']);
  });

  it('propagates what lies in the kubefed namespace, and puts a drift right', async () => {
    await create(A);
    await isInMember();
    const [member] = federation.members;
    must(await (member ?? federation.host).api.delete(CONFIG_MAPS, A));
    await isInMember();
  }, 120_000);

  it('leaves other namespaces alone', async () => {
    must(await federation.host.api.create(NAMESPACES, { metadata: { name: 'other' } }));
    const key = { namespace: 'other', name: 'a' };
    await create(key);
    await federation.runtime.idle();

    const found = must(await federation.host.api.get(FEDERATED_CONFIG_MAPS, key));
    expect(found).not.toHaveProperty('metadata.finalizers');
    expect(found).not.toHaveProperty('status');
  }, 120_000);

  it('says of cluster-scoped types that they do not run', async () => {
    for (const name of ['namespaces', 'clusterroles.rbac.authorization.k8s.io']) {
      await until(`${name} is told`, PATIENCE_SECONDS, async () => {
        const key = { namespace: KUBEFED, name };
        const found = must(await federation.host.api.get(FEDERATED_TYPE_CONFIGS, key));
        const seen = stringAt(found, 'status', 'propagationController');
        return { done: seen === 'NotRunning', seen };
      });
    }
  }, 120_000);

  it('empties the member at deletion', async () => {
    must(await federation.host.api.delete(FEDERATED_CONFIG_MAPS, A));

    await until('it is gone', PATIENCE_SECONDS, async () => {
      const found = await federation.host.api.get(FEDERATED_CONFIG_MAPS, A);
      return { done: !found.ok && found.error.kind === 'NotFound', seen: found };
    });
    const [member] = federation.members;
    expect((await (member ?? federation.host).api.get(CONFIG_MAPS, A)).ok).toBe(false);
  }, 120_000);
});

/** The scope cannot be changed: the object is made anew, as an installation would make it. */
async function makeNamespaced(host: Cluster): Promise<void> {
  const key = { namespace: KUBEFED, name: 'kubefed' };
  must(await host.delete(KUBEFED_CONFIGS, key));
  must(
    await host.create(KUBEFED_CONFIGS, {
      apiVersion: 'core.kubefed.io/v1beta1',
      kind: 'KubeFedConfig',
      metadata: key,
      spec: { scope: 'Namespaced' },
    }),
  );
}

async function create(key: { namespace: string; name: string }): Promise<void> {
  must(
    await federation.host.api.create(FEDERATED_CONFIG_MAPS, {
      apiVersion: 'types.kubefed.io/v1beta1',
      kind: 'FederatedConfigMap',
      metadata: key,
      spec: { template: { data: { a: 'b' } }, placement: { clusterSelector: {} } },
    }),
  );
}

async function isInMember(): Promise<void> {
  for (const { name, api } of federation.members) {
    await until(`it is in ${name}`, PATIENCE_SECONDS, async () => {
      const found = await api.get(CONFIG_MAPS, A);
      return { done: found.ok, seen: found };
    });
  }
}
