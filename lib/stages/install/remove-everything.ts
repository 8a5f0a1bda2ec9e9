import { runningTypes } from '../../core/running-types.ts';
import { type JsonObject, stringAt } from '../../model/json.ts';
import { KUBEFED_CONFIGS, readKubeFedConfig } from '../../model/kubefed-config.ts';
import {
  CONFIG_NAME,
  HOSTED_ZONE_LABEL,
  INSTALL_CONFIG_MAP,
  TOMBSTONES_LABEL,
} from '../../model/names.ts';
import {
  CONFIG_MAPS,
  CUSTOM_RESOURCE_DEFINITIONS,
  KUBEFED_CLUSTERS,
} from '../../model/resources.ts';
import {
  FEDERATED_TYPE_CONFIGS,
  type FederatedType,
  readFederatedType,
} from '../../model/type-config.ts';
import { removeFinalizer } from '../finalizer.ts';
import type { InstallPorts } from '../install.ts';
import { isHeld } from '../plan/going-type.ts';
import { unwrap, unwrapIfFound } from '../unwrap.ts';
import { keyOfObject } from '../watch/memory.ts';
import { deleteAll } from './delete-all.ts';
import { allHostRbac } from './host-rbac.ts';
import { removeDns } from './remove-dns.ts';

const REMOVED_WITHIN_MS = 600_000;
const POLL_MS = 2_000;

/**
 * Deletes all DNS records and waits until the hosted zones are clear of them; deletes every federated object and waits until
 * the running stages have emptied the members; then deletes the CRDs, and last what was noted and granted for the stages. The
 * namespace stays: it may hold Secrets of others.
 *
 * @throws when objects are left after ten minutes (the message names some), or the host refuses
 */
export async function removeEverything(ports: InstallPorts): Promise<void> {
  const { host, kubefedNamespace: namespace, manifests } = ports;
  const configs = unwrap(await host.list(FEDERATED_TYPE_CONFIGS, { namespace })).items;
  const key = { namespace, name: CONFIG_NAME };
  const config = readKubeFedConfig(unwrapIfFound(await host.get(KUBEFED_CONFIGS, key)));
  const types = [...runningTypes(configs, config).values()];
  await removeDns(ports);
  // Contents first: a FederatedNamespace takes its namespace in the members with it.
  const [namespaces, others] = [
    types.filter((type) => type.name === 'namespaces'),
    types.filter((type) => type.name !== 'namespaces'),
  ];
  for (const group of [others, namespaces]) await removeObjects(ports, group);
  await deleteAll(host, KUBEFED_CLUSTERS, { namespace });
  for (const one of configs) await removeType(ports, one);
  for (const crd of manifests.filter(({ kind }) => kind === 'CustomResourceDefinition')) {
    unwrapIfFound(await host.delete(CUSTOM_RESOURCE_DEFINITIONS, keyOfObject(crd)));
  }
  await removeNotes(ports);
  const read = configs.flatMap((one) => readFederatedType(one) ?? []);
  for (const { resource, object } of allHostRbac(read, namespace)) {
    unwrapIfFound(await host.delete(resource, keyOfObject(object)));
  }
}

/** Tombstones, the states of hosted zones, and what the deployment told. */
async function removeNotes({ host, kubefedNamespace: namespace }: InstallPorts): Promise<void> {
  for (const labelSelector of [TOMBSTONES_LABEL, HOSTED_ZONE_LABEL]) {
    await deleteAll(host, CONFIG_MAPS, { namespace, labelSelector });
  }
  unwrapIfFound(await host.delete(CONFIG_MAPS, { namespace, name: INSTALL_CONFIG_MAP }));
}

/** Its finalizer goes here and now: soon there is nobody any more to take it off. */
async function removeType({ host }: InstallPorts, config: JsonObject): Promise<void> {
  const key = keyOfObject(config);
  unwrapIfFound(await host.delete(FEDERATED_TYPE_CONFIGS, key));
  unwrapIfFound(await host.patch(FEDERATED_TYPE_CONFIGS, key, { metadata: { finalizers: null } }));
}

async function removeObjects(ports: InstallPorts, types: readonly FederatedType[]): Promise<void> {
  const { host, clock } = ports;
  const untilMs = clock.nowMs() + REMOVED_WITHIN_MS;
  const asked = new Set<string>();
  for (;;) {
    const left = (await Promise.all(types.map((type) => listObjects(ports, type)))).flat();
    if (left.length === 0) return;
    if (clock.nowMs() > untilMs) {
      const some = left.slice(0, 5).map(({ name }) => name);
      throw new Error(`${left.length} federated objects are still there, e.g. ${some.join(', ')}`);
    }
    for (const { type, object, name } of left.filter((entry) => !asked.has(entry.name))) {
      const key = keyOfObject(object);
      const deleted = unwrapIfFound(await host.delete(type.federated, key));
      // Of a type that stands still nobody takes the finalizer off, and nothing is to be done in members.
      if (deleted && !type.enabled && isHeld(deleted)) {
        await removeFinalizer(host, type.federated, key, deleted);
      }
      asked.add(name);
    }
    await clock.sleep(POLL_MS);
  }
}

async function listObjects({ host }: InstallPorts, type: FederatedType) {
  const listed = await host.list(type.federated, { metadataOnly: true });
  if (!listed.ok && listed.error.kind === 'NotFound') return [];
  return unwrap(listed).items.map((object: JsonObject) => {
    const place = [stringAt(object, 'metadata', 'namespace'), stringAt(object, 'metadata', 'name')];
    return { type, object, name: `${type.federated.kind} ${place.filter(Boolean).join('/')}` };
  });
}
