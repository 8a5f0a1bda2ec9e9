import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readManifests } from '../../lib/adapters/files/manifests.ts';
import { type JsonObject, listAt, objectAt, stringAt } from '../../lib/model/json.ts';
import { apiVersionOf, objectKey, type Resource } from '../../lib/model/resource.ts';
import {
  CLUSTER_ROLE_BINDINGS,
  CUSTOM_RESOURCE_DEFINITIONS,
  EVENTS,
} from '../../lib/model/resources.ts';
import { FEDERATED_TYPE_CONFIGS } from '../../lib/model/type-config.ts';
import { NAMESPACE, prepare } from '../bench/measure.ts';
import {
  type FastCluster,
  type FastFederation,
  startFastFederation,
} from '../environment/fast-federation.ts';
import { FEDERATED_CONFIG_MAPS, federatedType, must } from '../walkthrough/objects.ts';
import { until } from '../walkthrough/until.ts';

const PATIENCE_SECONDS = 60;
const GROUP = 'example.com';
const WIDGETS = resource('Widget', true);
const GADGETS = resource('Gadget', false);
const FEDERATED_WIDGETS = federatedType('FederatedWidget');
const FEDERATED_GADGETS = { ...federatedType('FederatedGadget'), namespaced: false };

let federation: FastFederation;
let [first, second]: FastCluster[] = [];

beforeAll(async () => {
  federation = await startFastFederation({
    members: 2,
    onProgress: () => undefined,
    scheduleSpeedup: 12,
  });
  [first, second] = federation.members;
  await prepare(federation);
  for (const { api } of federation.members)
    must(await api.create(CLUSTER_ROLE_BINDINGS, EVERYTHING));
  for (const type of [WIDGETS, GADGETS]) await enable(type);
}, 180_000);

afterAll(() => federation?.stop());

describe('a custom resource', () => {
  it('is propagated where its CRD is, and the member without it says so', async () => {
    for (const type of [WIDGETS, GADGETS]) await define(memberOf(first), type);
    await create(FEDERATED_WIDGETS, 'a', { spec: { size: 1 } });
    await create(FEDERATED_GADGETS, 'a', { spec: { size: 1, unknown: true } });

    await until('both are in the member with the CRDs', PATIENCE_SECONDS, async () => {
      const seen = [await sizeIn(first, WIDGETS, 'a'), await sizeIn(first, GADGETS, 'a')];
      return { done: seen.join() === '1,1', seen };
    });
    for (const type of [FEDERATED_WIDGETS, FEDERATED_GADGETS]) {
      await until('the other member is named', PATIENCE_SECONDS, async () => {
        const seen = await entriesOf(type, 'a');
        const [ok, missing] = seen;
        const done = ok !== undefined && stringAt(ok, 'status') === undefined;
        return { done: done && stringAt(missing, 'status') === 'CreationFailed', seen };
      });
    }
  }, 120_000);

  it('heals when the CRD comes to the member', async () => {
    for (const type of [WIDGETS, GADGETS]) await define(memberOf(second), type);

    await arePropagated('a');
    expect(await sizeIn(second, GADGETS, 'a')).toBe(1);
  }, 120_000);

  it('is written once, although the member prunes a field and another writes its status', async () => {
    const key = keyOf(GADGETS, 'a');
    const { api } = memberOf(first);
    must(await api.patch(GADGETS, key, { status: { ready: true } }, 'status'));
    await federation.runtime.idle();
    const before = objectAt(must(await api.get(GADGETS, key)), 'metadata');
    const edited = { spec: { template: { spec: { size: 2, unknown: true } } } };
    must(await federation.host.api.patch(FEDERATED_GADGETS, key, edited));
    await until('the edit is there', PATIENCE_SECONDS, async () => {
      const seen = await sizeIn(first, GADGETS, 'a');
      return { done: seen === 2, seen };
    });
    await federation.runtime.idle();
    const after = must(await api.get(GADGETS, key));

    expect(objectAt(after, 'metadata')?.['generation']).toBe(Number(before?.['generation']) + 1);
    expect(after).toMatchObject({ status: { ready: true } });
  }, 120_000);

  it('stands still while its type is disabled, and goes on when it is enabled', async () => {
    await turn(WIDGETS, 'Disabled', 'NotRunning');
    const key = keyOf(WIDGETS, 'a');
    const edited = { spec: { template: { spec: { size: 3 } } } };
    must(await federation.host.api.patch(FEDERATED_WIDGETS, key, edited));
    await federation.runtime.idle();
    expect(await sizeIn(first, WIDGETS, 'a')).toBe(1);

    await turn(WIDGETS, 'Enabled', 'Running');
    await until('the edit is there', PATIENCE_SECONDS, async () => {
      const seen = await sizeIn(first, WIDGETS, 'a');
      return { done: seen === 3, seen };
    });
  }, 120_000);

  it('can be deleted on the host when its CRD has gone from a member', async () => {
    const crd = { name: `${WIDGETS.plural}.${GROUP}` };
    must(await memberOf(second).api.delete(CUSTOM_RESOURCE_DEFINITIONS, crd));
    must(await federation.host.api.delete(FEDERATED_WIDGETS, keyOf(WIDGETS, 'a')));

    await until('it is gone', PATIENCE_SECONDS, async () => {
      const found = await federation.host.api.get(FEDERATED_WIDGETS, keyOf(WIDGETS, 'a'));
      return { done: !found.ok && found.error.kind === 'NotFound', seen: found };
    });
    expect(await sizeIn(first, WIDGETS, 'a')).toBeUndefined();
  }, 120_000);
});

describe('a malformed object', () => {
  it('is named in status and event, and the others are not disturbed', async () => {
    await create(FEDERATED_CONFIG_MAPS, 'bad', { data: { number: 5 } });
    for (const name of ['good-1', 'good-2']) {
      await create(FEDERATED_CONFIG_MAPS, name, { data: { text: 'five' } });
    }

    for (const name of ['good-1', 'good-2']) {
      await until(`${name} is propagated`, PATIENCE_SECONDS, async () => {
        const seen = await entriesOf(FEDERATED_CONFIG_MAPS, name);
        return { done: isComplete(seen), seen };
      });
    }
    const told = await until('the culprit is named', PATIENCE_SECONDS, async () => {
      const seen = await entriesOf(FEDERATED_CONFIG_MAPS, 'bad');
      return { done: seen.length === 2, seen };
    });
    expect(told).toMatchObject([{ status: 'CreationFailed' }, { status: 'CreationFailed' }]);
    expect(stringAt(told[0], 'message')).toMatch(/data/);
    const events = must(await federation.host.api.list(EVENTS, { namespace: NAMESPACE })).items;
    const about = events.filter((event) => stringAt(event, 'involvedObject', 'name') === 'bad');
    expect(about.map((event) => stringAt(event, 'reason'))).toContain('CreateInClusterFailed');
  }, 120_000);
});

const EVERYTHING = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name: 'everything' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
  subjects: ['kubefed:propagator', 'kubefed:observer'].map((name) => ({
    apiGroup: 'rbac.authorization.k8s.io',
    kind: 'Group',
    name,
  })),
};

function resource(kind: string, namespaced: boolean): Resource {
  return { group: GROUP, version: 'v1', kind, plural: `${kind.toLowerCase()}s`, namespaced };
}

function memberOf(member: FastCluster | undefined): FastCluster {
  if (member === undefined) throw new Error('two members are needed');
  return member;
}

function keyOf({ namespaced }: Resource, name: string) {
  return objectKey(namespaced ? NAMESPACE : undefined, name);
}

/** A CRD that prunes; cluster-scoped ones have a status of their own. */
async function define({ api }: FastCluster, { kind, plural, namespaced }: Resource): Promise<void> {
  const any = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  const spec = { type: 'object', properties: { size: { type: 'integer' } } };
  const version = {
    ...{ name: 'v1', served: true, storage: true },
    schema: { openAPIV3Schema: { type: 'object', properties: { spec, status: any } } },
    ...(namespaced ? {} : { subresources: { status: {} } }),
  };
  must(
    await api.create(CUSTOM_RESOURCE_DEFINITIONS, {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `${plural}.${GROUP}` },
      spec: {
        group: GROUP,
        scope: namespaced ? 'Namespaced' : 'Cluster',
        names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
        versions: [version],
      },
    }),
  );
}

/** Makes the federated type out of that of ConfigMaps, and enables it. */
async function enable({ kind, plural, namespaced }: Resource): Promise<void> {
  const { api } = federation.host;
  const crds = await readManifests(join(import.meta.dirname, '..', '..', 'crds', 'types'));
  const model = crds.find(
    (crd) => stringAt(crd, 'metadata', 'name') === 'federatedconfigmaps.types.kubefed.io',
  );
  const scope = namespaced ? 'Namespaced' : 'Cluster';
  const names = { kind: `Federated${kind}`, plural: `federated${plural}` };
  const name = `${names.plural}.types.kubefed.io`;
  const spec = { ...objectAt(model, 'spec'), scope, names };
  must(await api.create(CUSTOM_RESOURCE_DEFINITIONS, { ...model, metadata: { name }, spec }));
  const federated = { group: 'types.kubefed.io', version: 'v1beta1', kind: names.kind };
  const config = {
    apiVersion: 'core.kubefed.io/v1beta1',
    kind: 'FederatedTypeConfig',
    metadata: { name: `${plural}.${GROUP}`, namespace: 'kube-federation-system' },
    spec: {
      propagation: 'Enabled',
      targetType: { group: GROUP, version: 'v1', kind, pluralName: plural, scope },
      federatedType: { ...federated, pluralName: names.plural, scope },
    },
  };
  must(await api.create(FEDERATED_TYPE_CONFIGS, config));
  await isTold({ plural }, 'Running');
}

async function turn(type: Resource, propagation: string, told: string): Promise<void> {
  const key = { namespace: 'kube-federation-system', name: `${type.plural}.${GROUP}` };
  must(await federation.host.api.patch(FEDERATED_TYPE_CONFIGS, key, { spec: { propagation } }));
  await isTold(type, told);
}

async function isTold({ plural }: Pick<Resource, 'plural'>, wanted: string): Promise<void> {
  const key = { namespace: 'kube-federation-system', name: `${plural}.${GROUP}` };
  await until(`${plural} is ${wanted}`, PATIENCE_SECONDS, async () => {
    const found = must(await federation.host.api.get(FEDERATED_TYPE_CONFIGS, key));
    const seen = stringAt(found, 'status', 'propagationController');
    return { done: seen === wanted, seen };
  });
}

async function create(type: Resource, name: string, template: JsonObject): Promise<void> {
  const spec = { template, placement: { clusterSelector: {} } };
  const { kind } = type;
  const object = { apiVersion: apiVersionOf(type), kind, metadata: { ...keyOf(type, name) }, spec };
  must(await federation.host.api.create(type, object));
}

async function sizeIn(member: FastCluster | undefined, type: Resource, name: string) {
  const found = await memberOf(member).api.get(type, keyOf(type, name));
  return found.ok ? objectAt(found.value, 'spec')?.['size'] : undefined;
}

async function entriesOf(type: Resource, name: string) {
  const found = must(await federation.host.api.get(type, keyOf(type, name)));
  return listAt(found, 'status', 'clusters');
}

function isComplete(entries: Awaited<ReturnType<typeof entriesOf>>): boolean {
  return entries.length === 2 && entries.every((entry) => stringAt(entry, 'status') === undefined);
}

async function arePropagated(name: string): Promise<void> {
  for (const type of [FEDERATED_WIDGETS, FEDERATED_GADGETS]) {
    await until(`${type.kind} is propagated`, PATIENCE_SECONDS, async () => {
      const seen = await entriesOf(type, name);
      return { done: isComplete(seen), seen };
    });
  }
}
