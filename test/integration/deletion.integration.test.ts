import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readTombstones } from '../../lib/core/tombstones.ts';
import { type JsonObject, listAt, stringAt } from '../../lib/model/json.ts';
import { KUBEFED_CONFIGS } from '../../lib/model/kubefed-config.ts';
import { apiVersionOf, type ObjectKey, type Resource } from '../../lib/model/resource.ts';
import {
  CONFIG_MAPS,
  CUSTOM_RESOURCE_DEFINITIONS,
  NAMESPACES,
  SECRETS,
} from '../../lib/model/resources.ts';
import { FEDERATED_TYPE_CONFIGS } from '../../lib/model/type-config.ts';
import type { FastCluster } from '../environment/fast-federation.ts';
import { runCommand } from '../environment/run-command.ts';
import {
  FEDERATED_CONFIG_MAPS,
  FEDERATED_NAMESPACES,
  federatedType,
  must,
} from '../walkthrough/objects.ts';
import { until } from '../walkthrough/until.ts';
import { testFederation } from './test-federation.ts';

const KUBEFED = 'kube-federation-system';
const FEDERATED_SECRETS = federatedType('FederatedSecret');
const FEDERATED_SERVICE_ACCOUNTS = federatedType('FederatedServiceAccount');
const CONTENTS = [FEDERATED_CONFIG_MAPS, FEDERATED_SECRETS, FEDERATED_SERVICE_ACCOUNTS];
const OBJECTS_PER_TYPE = 10;
const DEADLINE_SECONDS = 10;
const PATIENCE_SECONDS = 90;

const federation = testFederation({ members: 2, scheduleSpeedup: 12 });

beforeAll(async () => {
  const spec = { syncController: { deletionDeadline: `${DEADLINE_SECONDS}s` } };
  const key = { namespace: KUBEFED, name: 'kubefed' };
  must(await federation.host.api.patch(KUBEFED_CONFIGS, key, { spec }));
}, 180_000);

describe('a deletion', () => {
  it('ends when the FederatedNamespace goes before its contents', async () => {
    const keys = await furnish('early');
    must(await federation.host.api.delete(FEDERATED_NAMESPACES, own('early')));
    await isGone(federation.host, FEDERATED_NAMESPACES, own('early'));
    for (const member of federation.members) await isGone(member, NAMESPACES, { name: 'early' });
    await deleteAll(keys);

    await areGone(keys);
  }, 240_000);

  it('ends for everything in a namespace of the host, at the deadline if a member is dead', async () => {
    const [dead, other] = federation.members;
    if (dead === undefined || other === undefined) throw new Error('two members are needed');
    const keys = await furnish('doomed');
    await dead.plane.stopServer();
    must(await federation.host.api.delete(NAMESPACES, { name: 'doomed' }));

    await isGone(other, NAMESPACES, { name: 'doomed' });
    const told = await until('cluster and deadline are told', PATIENCE_SECONDS, async () => {
      const found = await federation.host.api.get(FEDERATED_NAMESPACES, own('doomed'));
      const [entry] = found.ok ? listAt(found.value, 'status', 'clusters') : [];
      const message = stringAt(entry, 'message') ?? '';
      return { done: message !== '' || !found.ok, seen: message };
    });
    expect(told).toMatch(`waits for cluster ${dead.name} until`);
    await areGone([...keys, { resource: FEDERATED_NAMESPACES, key: own('doomed') }]);
    await isGone(federation.host, NAMESPACES, { name: 'doomed' });
    expect(await tombstones()).toMatchObject([{ type: 'namespaces', name: 'doomed' }]);

    await dead.plane.startServer();
    await isGone(dead, NAMESPACES, { name: 'doomed' });
    await until('the tombstone is dropped', PATIENCE_SECONDS, async () => {
      const seen = await tombstones();
      return { done: seen.length === 0, seen };
    });
  }, 300_000);

  it('ends at the deadline for single objects of a dead member, and is made up for', async () => {
    const [dead] = federation.members;
    if (dead === undefined) throw new Error('a member is needed');
    const keys = await furnish('stays');
    await dead.plane.stopServer();
    await deleteAll(keys);

    await areGone(keys);
    expect(await tombstones()).toHaveLength(keys.length);
    await dead.plane.startServer();
    const name = nameOf(0);
    for (const resource of [CONFIG_MAPS, SECRETS]) {
      await isGone(dead, resource, { namespace: 'stays', name });
    }
    await until('the tombstones are dropped', PATIENCE_SECONDS, async () => {
      const { length } = await tombstones();
      return { done: length === 0, seen: length };
    });
  }, 300_000);

  it('ends when the FederatedTypeConfig goes first, and leaves the members alone', async () => {
    const keys = await furnish('typeless', [FEDERATED_SECRETS]);
    const key = { namespace: KUBEFED, name: 'secrets' };
    must(await federation.host.api.delete(FEDERATED_TYPE_CONFIGS, key));
    await isGone(federation.host, FEDERATED_TYPE_CONFIGS, key);
    await deleteAll(keys);

    await areGone(keys);
    for (const { api } of federation.members) {
      const { items } = must(await api.list(SECRETS, { namespace: 'typeless' }));
      expect(items).toHaveLength(OBJECTS_PER_TYPE);
    }
  }, 240_000);

  it('ends when the CRD of the federated type goes first, and empties the members', async () => {
    const keys = await furnish('schemaless', [FEDERATED_CONFIG_MAPS]);
    const key = { name: 'federatedconfigmaps.types.kubefed.io' };
    must(await federation.host.api.delete(CUSTOM_RESOURCE_DEFINITIONS, key));

    await isGone(federation.host, CUSTOM_RESOURCE_DEFINITIONS, key);
    for (const member of federation.members) {
      for (const each of keys) await isGone(member, CONFIG_MAPS, each.key);
    }
  }, 240_000);
});

describe('finalizers that an uninstall has left', () => {
  it('go by what the FAQ says', async () => {
    const made = await furnish('left', [FEDERATED_SERVICE_ACCOUNTS]);
    const keys = [...made, { resource: FEDERATED_NAMESPACES, key: own('left') }];
    await federation.runtime.stop();
    const { kubeconfigPath } = federation.host.plane;
    const env = { ...process.env, KUBECONFIG: kubeconfigPath };
    await runCommand('sh', ['-c', await remedy()], env);
    await deleteAll(keys);
    const type = { namespace: KUBEFED, name: 'serviceaccounts' };
    must(await federation.host.api.delete(FEDERATED_TYPE_CONFIGS, type));

    await areGone(keys);
    await isGone(federation.host, FEDERATED_TYPE_CONFIGS, type);
  }, 240_000);
});

/** @returns the commands in the FAQ that take finalizers off */
async function remedy(): Promise<string> {
  const faq = await readFile(join(import.meta.dirname, '..', '..', 'docs', 'faq.md'), 'utf8');
  const found = [...faq.matchAll(/```sh\n([\s\S]*?)```/g)].find(([, text]) =>
    text?.includes('"finalizers":null'),
  );
  return found?.[1] ?? '';
}

interface Made {
  readonly resource: Resource;
  readonly key: ObjectKey;
}

/** Makes a federated namespace with objects of several types and waits until every member has them. */
async function furnish(namespace: string, contents = CONTENTS): Promise<Made[]> {
  const { host } = federation;
  must(await host.api.create(NAMESPACES, { metadata: { name: namespace } }));
  await create(FEDERATED_NAMESPACES, own(namespace));
  const keys = contents.flatMap((resource) =>
    Array.from({ length: OBJECTS_PER_TYPE }, (_, i) => ({
      resource,
      key: { namespace, name: nameOf(i) },
    })),
  );
  await Promise.all(keys.map(({ resource, key }) => create(resource, key)));
  await until(`all is propagated in ${namespace}`, PATIENCE_SECONDS, async () => {
    const lists = await Promise.all(contents.map((type) => host.api.list(type, { namespace })));
    const objects = lists.flatMap((list) => must(list).items);
    const late = objects.filter((object) => !isPropagated(object));
    return { done: late.length === 0, seen: late.slice(0, 2) };
  });
  return keys;
}

async function create(resource: Resource, key: ObjectKey): Promise<void> {
  const apiVersion = apiVersionOf(resource);
  const spec = { template: {}, placement: { clusterSelector: {} } };
  const object = { apiVersion, kind: resource.kind, metadata: { ...key }, spec };
  must(await federation.host.api.create(resource, object));
}

function isPropagated(object: JsonObject): boolean {
  const entries = listAt(object, 'status', 'clusters');
  return (
    entries.length === federation.members.length &&
    entries.every((entry) => stringAt(entry, 'status') === undefined)
  );
}

async function deleteAll(keys: readonly Made[]): Promise<void> {
  await Promise.all(
    keys.map(async ({ resource, key }) => {
      must(await federation.host.api.delete(resource, key));
    }),
  );
}

async function areGone(keys: readonly Made[]): Promise<void> {
  for (const { resource, key } of keys) await isGone(federation.host, resource, key);
}

async function isGone({ name, api }: FastCluster, resource: Resource, key: ObjectKey) {
  await until(`${resource.kind} ${key.name} is gone in ${name}`, PATIENCE_SECONDS, async () => {
    const found = await api.get(resource, key);
    const done = !found.ok && found.error.kind === 'NotFound';
    return { done, seen: found.ok ? [found.value['metadata'], found.value['status']] : found };
  });
}

async function tombstones() {
  const { items } = must(await federation.host.api.list(CONFIG_MAPS, { namespace: KUBEFED }));
  return items.flatMap(readTombstones);
}

function own(namespace: string): ObjectKey {
  return { namespace, name: namespace };
}

function nameOf(index: number): string {
  return `object-${index}`;
}
