import type { Preference } from '../../core/spread/preference.ts';
import { selectedClusters } from '../../core/spread/selected-clusters.ts';
import type { JsonObject } from '../../model/json.ts';
import { type Federation, type FederationReader, placementClusters } from '../federation.ts';

export interface CandidatesInput {
  readonly key: { readonly namespace: string };
  readonly federated: JsonObject;
  readonly federation: Federation;
  readonly spec: Preference;
  /** how recent the FederatedNamespace has to be, in ms since the epoch */
  readonly revision: number;
}

export type Candidates =
  | { readonly ok: true; readonly names: readonly string[] }
  | { readonly ok: false; readonly reason: string; readonly message: string };

/**
 * @returns the clusters among which replicas are shared out, Ready or not: all, or with `intersectWithClusterSelector`
 *   those that object and namespace select by label. Sorted, at least one
 * @throws {HostError} the host cannot be read
 */
export async function candidates(
  reader: FederationReader,
  { key: { namespace }, federated, federation, spec, revision }: CandidatesInput,
): Promise<Candidates> {
  if (!spec.intersectWithClusterSelector) {
    const names = [...federation.clusters.keys()].sort();
    return names.length > 0 ? { ok: true, names } : NOBODY;
  }
  const hasNamespace = federation.config.scope === 'Cluster';
  const federatedNamespace = hasNamespace
    ? await reader.namespaceAt(federation, namespace, revision)
    : undefined;
  if (hasNamespace && federatedNamespace === undefined) {
    const message = `FederatedNamespace ${namespace} does not exist, and spec.intersectWithClusterSelector asks for its clusterSelector.`;
    return { ok: false, reason: 'NamespaceNotFederated', message };
  }
  const objects = [federated, ...(federatedNamespace === undefined ? [] : [federatedNamespace])];
  const selected = selectedClusters(objects, placementClusters(federation));
  if (!selected.ok) return { ok: false, reason: 'InvalidSelector', message: selected.message };
  if (selected.names.size > 0) return { ok: true, names: [...selected.names].sort() };
  const message =
    'No cluster is selected by spec.placement.clusterSelector of the object and of its FederatedNamespace. Placement and replicas stay as they are.';
  return { ok: false, reason: 'NoClusters', message };
}

const NOBODY: Candidates = {
  ok: false,
  reason: 'NoClusters',
  message: 'No cluster is registered: kubefed-eks join.',
};
