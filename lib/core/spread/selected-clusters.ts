import type { JsonObject } from '../../model/json.ts';
import { objectAt } from '../../model/json.ts';
import { placementOf, type RegisteredCluster } from '../placement.ts';

/**
 * For `intersectWithClusterSelector`: the clusters that every object selects by label. Lists of names are not heeded,
 * for the one of the federated object is what the scheduler writes. An object without a selector selects nothing.
 *
 * @param objects the federated object, and the FederatedNamespace where there has to be one
 * @returns names, in no particular order; a message when a selector cannot be read
 * Source: KubeFed v0.10.0
 */
export function selectedClusters(
  objects: readonly JsonObject[],
  clusters: readonly RegisteredCluster[],
): { readonly ok: true; readonly names: ReadonlySet<string> } | { ok: false; message: string } {
  let names = new Set(clusters.map(({ name }) => name));
  for (const object of objects) {
    const clusterSelector = objectAt(object, 'spec', 'placement', 'clusterSelector') ?? null;
    const selected = placementOf({ placement: { clusterSelector } }, clusters);
    if (!selected.ok) return selected;
    names = names.intersection(new Set(selected.selected));
  }
  return { ok: true, names };
}
