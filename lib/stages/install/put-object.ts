import { type JsonObject, objectAt, stringAt } from '../../model/json.ts';
import { objectKey, type Resource } from '../../model/resource.ts';
import type { Cluster } from '../../ports.ts';
import { HostError, unwrap } from '../unwrap.ts';

/**
 * Creates an object, or makes an existing one like it; labels and annotations of others stay.
 *
 * @throws {HostError} refused
 */
export async function putObject(
  cluster: Cluster,
  resource: Resource,
  object: JsonObject,
): Promise<void> {
  if (await putNew(cluster, resource, object)) return;
  const namespace = stringAt(object, 'metadata', 'namespace');
  const key = objectKey(namespace, stringAt(object, 'metadata', 'name') ?? '');
  const live = objectAt(unwrap(await cluster.get(resource, key)), 'metadata');
  const wanted = objectAt(object, 'metadata');
  const metadata: JsonObject = { ...live, ...wanted };
  for (const map of ['labels', 'annotations']) {
    metadata[map] = { ...objectAt(live, map), ...objectAt(wanted, map) };
  }
  unwrap(await cluster.replace(resource, { ...object, metadata }));
}

/**
 * Creates an object unless there is one of its name.
 *
 * @returns whether it was created
 * @throws {HostError} refused
 */
export async function putNew(
  cluster: Cluster,
  resource: Resource,
  object: JsonObject,
): Promise<boolean> {
  const created = await cluster.create(resource, object);
  if (created.ok) return true;
  if (created.error.kind === 'AlreadyExists') return false;
  throw new HostError(created.error);
}
