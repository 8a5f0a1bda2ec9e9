import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readManifests } from '../../lib/adapters/files/manifests.ts';
import { type JsonObject, objectAt, stringAt, valueAt } from '../../lib/model/json.ts';
import { KUBEFED_CONFIGS } from '../../lib/model/kubefed-config.ts';
import { MANAGED_LABEL } from '../../lib/model/names.ts';
import { apiVersionOf, type Resource } from '../../lib/model/resource.ts';
import { CUSTOM_RESOURCE_DEFINITIONS } from '../../lib/model/resources.ts';
import { FEDERATED_TYPE_CONFIGS } from '../../lib/model/type-config.ts';
import { NAMESPACE, prepare } from '../bench/measure.ts';
import {
  type FastCluster,
  type FastFederation,
  startFastFederation,
} from '../environment/fast-federation.ts';
import { DEPLOYMENTS, federatedType, must } from '../walkthrough/objects.ts';
import { until } from '../walkthrough/until.ts';
import { federate, type Subject, subject } from './federated-subject.ts';

const KUBEFED = 'kube-federation-system';
const PATIENCE_SECONDS = 60;
const REPLICA_SETS: Resource = { ...DEPLOYMENTS, kind: 'ReplicaSet', plural: 'replicasets' };
const CLAIMS: Resource = {
  ...{ group: '', version: 'v1', kind: 'PersistentVolumeClaim', plural: 'persistentvolumeclaims' },
  namespaced: true,
};

let federation: FastFederation;
let member: FastCluster;

beforeAll(async () => {
  federation = await startFastFederation({
    members: 1,
    onProgress: () => undefined,
    beforeJoin: enableClaims,
  });
  const [first] = federation.members;
  if (first === undefined) throw new Error('a member is needed');
  member = first;
  await prepare(federation);
}, 180_000);

afterAll(() => federation?.stop());

const web = (image: string): JsonObject => ({
  spec: {
    ...{ replicas: 1, selector: { matchLabels: { app: 'web' } } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'main', image }] },
    },
  },
});

describe('an object that is there already', () => {
  it('is adopted as it is: same object, same replica set, marks of its controller', async () => {
    const before = await makeThere('adopted', {});
    const one = await federate(federation, DEPLOYMENTS, 'adopted', { template: web('one') });
    await one.entryIs(member, undefined);

    const after = await one.target(member);
    expect(idOf(after)).toBe(idOf(before));
    expect(stringAt(after, 'metadata', 'labels', MANAGED_LABEL)).toBe('true');
    expect(valueAt(after, 'metadata', 'generation')).toBe(1);
    expect(stringAt(after, 'metadata', 'annotations', REVISION)).toBe('1');
  }, 120_000);

  it('is left alone with the label managed: "false", until the label goes', async () => {
    await makeThere('aloof', { [MANAGED_LABEL]: 'false' });
    const one = await federate(federation, DEPLOYMENTS, 'aloof', { template: web('two') });
    const entry = await one.entryIs(member, 'ManagedLabelFalse');

    expect(stringAt(entry, 'message')).toContain('kubefed.io/managed: false');
    expect(JSON.stringify(await one.target(member))).toContain('"image":"one"');
    await one.touch(member, { metadata: { labels: { [MANAGED_LABEL]: null } } });
    await one.edit({ metadata: { annotations: { 'kubefed.io/redrive': 'now' } } });
    await one.entryIs(member, undefined);
    expect(JSON.stringify(await one.target(member))).toContain('"image":"two"');
  }, 120_000);

  it('is left alone while adoption is disabled, and adopted by a redrive afterwards', async () => {
    await adopt('Disabled');
    const before = await makeThere('foreign', {});
    const one = await federate(federation, DEPLOYMENTS, 'foreign', { template: web('two') });
    const entry = await one.entryIs(member, 'AlreadyExists');
    expect(stringAt(entry, 'message')).toContain('adoptResources');
    expect(idOf(await one.target(member))).toBe(idOf(before));
    expect(JSON.stringify(await one.target(member))).toContain('"image":"one"');

    await adopt('Enabled');
    await one.edit({ metadata: { annotations: { 'kubefed.io/redrive': 'now' } } });
    await one.entryIs(member, undefined);
  }, 120_000);
});

describe('a federated object that is deleted', () => {
  it('leaves its copy without label when it is annotated as orphan', async () => {
    const one = await federate(federation, DEPLOYMENTS, 'orphan', { template: web('one') });
    await one.entryIs(member, undefined);
    await one.edit({ metadata: { annotations: { 'kubefed.io/orphan': 'true' } } });
    await remove('orphan');

    const left = await one.target(member);
    expect(left).toMatchObject({ spec: { replicas: 1 } });
    expect(stringAt(left, 'metadata', 'labels', MANAGED_LABEL)).toBeUndefined();
  }, 120_000);

  it.each([
    ['leaves what its copy owns, when the delete options say so', 'Orphan', 1],
    ['takes along what its copy owns, by default', undefined, 0],
  ])(
    '%s',
    async (_, propagationPolicy, left) => {
      const name = `options-${left}`;
      const one = await federate(federation, DEPLOYMENTS, name, { template: web('one') });
      await one.entryIs(member, undefined);
      await haveReplicaSets(name, 1);
      if (propagationPolicy !== undefined) {
        const deleteoption = JSON.stringify({ propagationPolicy });
        await one.edit({ metadata: { annotations: { 'kubefed.io/deleteoption': deleteoption } } });
      }
      await remove(name);

      expect(await one.target(member)).toBeUndefined();
      await haveReplicaSets(name, left);
    },
    120_000,
  );
});

describe('a PersistentVolumeClaim', () => {
  let claim: Subject;

  it('keeps the volume that it was bound to in the member', async () => {
    claim = await federate(federation, CLAIMS, 'data', { template: claimOf('1Gi') });
    await claim.entryIs(member, undefined);
    await claim.touch(member, { spec: { volumeName: 'pv-1' } });
    await claim.edit({ spec: { template: { metadata: { labels: { edited: 'yes' } } } } });

    await claim.targetIs(member, 'is edited', isEdited);
    expect(valueAt(await claim.target(member), 'spec', 'volumeName')).toBe('pv-1');
    await claim.entryIs(member, undefined);
  }, 120_000);

  it('names what cannot be changed, and warns of its data', async () => {
    await claim.edit({ spec: { template: { spec: { accessModes: ['ReadWriteMany'] } } } });

    const entry = await claim.entryIs(member, 'UpdateFailed');
    expect(stringAt(entry, 'message')).toMatch(/^spec cannot be changed .*data of its volume/);
  }, 120_000);
});

const REVISION = 'deployment.kubernetes.io/revision';

function claimOf(storage: string): JsonObject {
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } };
  return { spec: { ...spec, storageClassName: '' } };
}

function isEdited(target: JsonObject): boolean {
  return stringAt(target, 'metadata', 'labels', 'edited') === 'yes';
}

function idOf(object: JsonObject | undefined): string | undefined {
  return stringAt(object, 'metadata', 'uid');
}

/** Makes a Deployment in the member, and waits until its controller has seen it. */
async function makeThere(name: string, labels: JsonObject): Promise<JsonObject | undefined> {
  const metadata = { name, namespace: NAMESPACE, labels };
  const object = { apiVersion: 'apps/v1', kind: 'Deployment', metadata, ...web('one') };
  must(await member.api.create(DEPLOYMENTS, object));
  const one = subject(federation, DEPLOYMENTS, name);
  return until(`${name} has a revision`, PATIENCE_SECONDS, async () => {
    const seen = await one.target(member);
    return { done: stringAt(seen, 'metadata', 'annotations', REVISION) === '1', seen };
  });
}

async function adopt(adoptResources: string): Promise<void> {
  const key = { namespace: KUBEFED, name: 'kubefed' };
  const spec = { syncController: { adoptResources } };
  must(await federation.host.api.patch(KUBEFED_CONFIGS, key, { spec }));
  await federation.runtime.idle();
}

async function remove(name: string): Promise<void> {
  const { api } = federation.host;
  const type = federatedType('FederatedDeployment');
  const key = { namespace: NAMESPACE, name };
  must(await api.delete(type, key));
  await until(`${name} is gone on the host`, PATIENCE_SECONDS, async () => {
    const seen = await api.get(type, key);
    return { done: !seen.ok && seen.error.kind === 'NotFound', seen };
  });
}

async function haveReplicaSets(name: string, count: number): Promise<void> {
  await until(`${count} ReplicaSets of ${name}`, PATIENCE_SECONDS, async () => {
    const { items } = must(await member.api.list(REPLICA_SETS, { namespace: NAMESPACE }));
    const seen = items.filter((item) =>
      (stringAt(item, 'metadata', 'name') ?? '').startsWith(`${name}-`),
    ).length;
    return { done: seen === count, seen };
  });
}

/** Before the member joins, so that it grants the rights for them. */
async function enableClaims(host: FastCluster['api']): Promise<void> {
  const crds = await readManifests(join(import.meta.dirname, '..', '..', 'crds', 'types'));
  const model = crds.find(
    (crd) => stringAt(crd, 'metadata', 'name') === 'federatedconfigmaps.types.kubefed.io',
  );
  const { kind, plural } = CLAIMS;
  const names = { kind: `Federated${kind}`, plural: `federated${plural}` };
  const metadata = { name: `${names.plural}.types.kubefed.io` };
  const spec = { ...objectAt(model, 'spec'), names };
  must(await host.create(CUSTOM_RESOURCE_DEFINITIONS, { ...model, metadata, spec }));
  const scope = 'Namespaced';
  const federated = { group: 'types.kubefed.io', version: 'v1beta1', scope };
  must(
    await host.create(FEDERATED_TYPE_CONFIGS, {
      apiVersion: apiVersionOf(FEDERATED_TYPE_CONFIGS),
      kind: 'FederatedTypeConfig',
      metadata: { name: plural, namespace: KUBEFED },
      spec: {
        propagation: 'Enabled',
        targetType: { version: 'v1', kind, pluralName: plural, scope },
        federatedType: { ...federated, kind: names.kind, pluralName: names.plural },
      },
    }),
  );
}
