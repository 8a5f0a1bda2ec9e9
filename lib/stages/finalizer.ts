import { type JsonObject, listAt, stringAt } from '../model/json.ts';
import { SYNC_FINALIZER } from '../model/names.ts';
import type { ObjectKey, Resource } from '../model/resource.ts';
import type { Cluster } from '../ports.ts';
import { unwrapIfFound } from './unwrap.ts';

/**
 * Takes our finalizer off a federated object of which nothing is left; those of others stay.
 *
 * @throws {HostError} the object has changed since it was read, or the host refused: try again
 */
export async function removeFinalizer(
  host: Cluster,
  resource: Resource,
  key: ObjectKey,
  federated: JsonObject,
): Promise<void> {
  const others = listAt(federated, 'metadata', 'finalizers').filter(
    (finalizer) => finalizer !== SYNC_FINALIZER,
  );
  const resourceVersion = stringAt(federated, 'metadata', 'resourceVersion') ?? '';
  const finalizers = others.length === 0 ? null : others;
  unwrapIfFound(await host.patch(resource, key, { metadata: { resourceVersion, finalizers } }));
}
