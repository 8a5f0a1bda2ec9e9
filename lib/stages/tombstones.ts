import {
  readTombstones,
  type Tombstone,
  tombstoneKey,
  tombstonePatch,
  tombstonesConfigMap,
  tombstonesName,
  tombstonesOf,
  tombstonesOwner,
} from '../core/tombstones.ts';
import { type JsonObject, stringAt } from '../model/json.ts';
import { TOMBSTONES_LABEL } from '../model/names.ts';
import { CONFIG_MAPS } from '../model/resources.ts';
import type { Cluster } from '../ports.ts';
import type { Federation } from './federation.ts';
import { unwrap, unwrapIfFound } from './unwrap.ts';

export interface TombstonePorts {
  readonly host: Cluster;
  readonly kubefedNamespace: string;
}

/**
 * Writes down that a member has still to hear of a delete. Doing it twice is the same as once.
 *
 * @throws {HostError} the host refused
 */
export async function bury(
  { host, kubefedNamespace: namespace }: TombstonePorts,
  kubeFedCluster: JsonObject,
  tombstone: Tombstone,
): Promise<void> {
  const key = { namespace, name: tombstonesName(kubeFedCluster, tombstone) };
  const add = () => host.patch(CONFIG_MAPS, key, tombstonePatch(tombstone));
  if (unwrapIfFound(await add()) !== undefined) return;
  const made = tombstonesConfigMap(kubeFedCluster, tombstone, namespace);
  const created = await host.create(CONFIG_MAPS, made);
  const isRaced = !created.ok && created.error.kind === 'AlreadyExists';
  unwrap(isRaced ? await add() : created);
}

/** @returns the tombstones of one object in one member; one call */
export async function findTombstones(
  { host, kubefedNamespace: namespace }: TombstonePorts,
  kubeFedCluster: JsonObject,
  subject: Pick<Tombstone, 'type' | 'namespace' | 'name'>,
): Promise<Tombstone[]> {
  const name = tombstonesName(kubeFedCluster, subject);
  const configMap = unwrapIfFound(await host.get(CONFIG_MAPS, { namespace, name }));
  return tombstonesOf(readTombstones(configMap), subject);
}

/** @returns all tombstones of members that are part of the federation, one call for all */
export async function listTombstones(
  { host, kubefedNamespace: namespace }: TombstonePorts,
  federation: Federation,
): Promise<{ readonly cluster: string; readonly tombstone: Tombstone }[]> {
  const byUid = new Map(
    [...federation.clusters].map(([name, cluster]) => [stringAt(cluster, 'metadata', 'uid'), name]),
  );
  const labelSelector = `${TOMBSTONES_LABEL}=true`;
  const { items } = unwrap(await host.list(CONFIG_MAPS, { namespace, labelSelector }));
  return items.flatMap((configMap) => {
    const cluster = byUid.get(tombstonesOwner(configMap));
    if (cluster === undefined) return [];
    return readTombstones(configMap).map((tombstone) => ({ cluster, tombstone }));
  });
}

/** Takes one tombstone away: the member has heard of the delete, or the object is wanted there again. */
export async function dropTombstone(
  { host, kubefedNamespace: namespace }: TombstonePorts,
  kubeFedCluster: JsonObject,
  tombstone: Pick<Tombstone, 'type' | 'namespace' | 'name' | 'uid'>,
): Promise<void> {
  const name = tombstonesName(kubeFedCluster, tombstone);
  const patch = { data: { [tombstoneKey(tombstone)]: null } };
  unwrapIfFound(await host.patch(CONFIG_MAPS, { namespace, name }, patch));
}
