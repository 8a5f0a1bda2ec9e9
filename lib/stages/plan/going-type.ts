import { type JsonObject, listAt, stringAt, valueAt } from '../../model/json.ts';
import { SYNC_FINALIZER, TYPE_CONFIG_FINALIZER } from '../../model/names.ts';
import type { ObjectKey } from '../../model/resource.ts';
import { FEDERATED_TYPE_CONFIGS, type FederatedType } from '../../model/type-config.ts';
import type { Cluster } from '../../ports.ts';
import { removeFinalizer } from '../finalizer.ts';
import { unwrapIfFound } from '../unwrap.ts';

/**
 * The type of an object is about to go, and with it whoever would take our finalizer off. So it is taken off now; what
 * lies in members stays there. An object that is being deleted already is still seen through, if its type runs.
 *
 * @returns whether nothing else is to be done with the object
 * @throws {HostError} the host refused: try again
 * Source: KubeFed v0.10.0 leaves the finalizers, so that such objects cannot be deleted any more
 */
export async function isLetGoWithType(
  host: Cluster,
  type: FederatedType,
  key: ObjectKey,
): Promise<boolean> {
  if (!type.going) return false;
  const federated = unwrapIfFound(await host.get(type.federated, key));
  if (federated === undefined || !isHeld(federated)) return true;
  const deleting = valueAt(federated, 'metadata', 'deletionTimestamp') !== undefined;
  if (deleting && type.enabled) return false;
  await removeFinalizer(host, type.federated, key, federated);
  return true;
}

/** Lets a FederatedTypeConfig go of which no object is held any more. */
export async function letTypeGo(
  host: Cluster,
  { name }: FederatedType,
  kubefedNamespace: string,
): Promise<void> {
  const key = { namespace: kubefedNamespace, name };
  const config = unwrapIfFound(await host.get(FEDERATED_TYPE_CONFIGS, key));
  const held = listAt(config, 'metadata', 'finalizers');
  if (config === undefined || !held.includes(TYPE_CONFIG_FINALIZER)) return;
  const others = held.filter((finalizer) => finalizer !== TYPE_CONFIG_FINALIZER);
  const resourceVersion = stringAt(config, 'metadata', 'resourceVersion') ?? '';
  const finalizers = others.length === 0 ? null : others;
  const patch = { metadata: { resourceVersion, finalizers } };
  unwrapIfFound(await host.patch(FEDERATED_TYPE_CONFIGS, key, patch));
}

/** @returns whether an object carries our finalizer; names, labels and versions alone are enough to tell */
export function isHeld(federated: JsonObject): boolean {
  return listAt(federated, 'metadata', 'finalizers').includes(SYNC_FINALIZER);
}
