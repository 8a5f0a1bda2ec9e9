import type { Resource } from '../../model/resource.ts';
import type { Cluster, ListOptions } from '../../ports.ts';
import { unwrap, unwrapIfFound } from '../unwrap.ts';
import { keyOfObject } from '../watch/memory.ts';

/** Asks for the deletion of each that the list shows; of a kind without a CRD there are none. @throws {HostError} refused */
export async function deleteAll(
  host: Cluster,
  resource: Resource,
  options: ListOptions,
): Promise<void> {
  const listed = await host.list(resource, options);
  if (!listed.ok && listed.error.kind === 'NotFound') return;
  for (const one of unwrap(listed).items) {
    unwrapIfFound(await host.delete(resource, keyOfObject(one)));
  }
}
