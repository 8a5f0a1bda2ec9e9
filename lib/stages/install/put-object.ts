import { type JsonObject, objectAt, stringAt } from '../../model/json.ts';
import { objectKey, type Resource } from '../../model/resource.ts';
import type { Cluster } from '../../ports.ts';
import { HostError, unwrap } from '../unwrap.ts';

const CONFLICT_TRIES = 5;

/**
 * Creates an object, or makes an existing one like it; labels and annotations of others stay. Controllers may write to
 * it at the same time (a CRD gets its status): a lost race is run again.
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
  for (let triesLeft = CONFLICT_TRIES; ; triesLeft--) {
    const live = objectAt(unwrap(await cluster.get(resource, key)), 'metadata');
    const metadata = mergedMetadata(live, objectAt(object, 'metadata'));
    const replaced = await cluster.replace(resource, { ...object, metadata });
    if (replaced.ok || replaced.error.kind !== 'Conflict' || triesLeft <= 1) {
      unwrap(replaced);
      return;
    }
  }
}

function mergedMetadata(live: JsonObject | undefined, wanted: JsonObject | undefined): JsonObject {
  const metadata: JsonObject = { ...live, ...wanted };
  for (const map of ['labels', 'annotations']) {
    metadata[map] = { ...objectAt(live, map), ...objectAt(wanted, map) };
  }
  return metadata;
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
