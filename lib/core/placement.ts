import type { JsonObject, JsonValue } from '../model/json.ts';
import { isJsonObject, objectAt, stringAt, valueAt } from '../model/json.ts';
import { type Labels, readLabelSelector } from './label-selector.ts';

/** What placement has to know of a KubeFedCluster; ready or not does not matter. */
export interface RegisteredCluster {
  readonly name: string;
  readonly labels: Labels;
}

export type Placement =
  | {
      readonly ok: true;
      /** registered clusters, sorted, without duplicates */
      readonly selected: readonly string[];
      /** names that `spec.placement.clusters` lists, but nobody registered; sorted */
      readonly unknown: readonly string[];
      readonly reason?: 'NamespaceNotFederated';
    }
  | { readonly ok: false; readonly message: string };

export interface PlacementInput {
  readonly federated: JsonObject;
  /** scope of the target type: false for FederatedNamespace, though that object has a namespace */
  readonly namespaced: boolean;
  /** the FederatedNamespace of the object's namespace; one that is being deleted still counts */
  readonly federatedNamespace?: JsonObject;
  /** scope of the control plane */
  readonly scope: 'Cluster' | 'Namespaced';
  readonly clusters: readonly RegisteredCluster[];
}

/**
 * Decides in which clusters a federated object should exist.
 *
 * | target type | FederatedNamespace | control plane | selected                          |
 * |-------------|--------------------|---------------|-----------------------------------|
 * | cluster     | –                  | any           | the object's own placement        |
 * | namespaced  | present            | any           | what it and its namespace share   |
 * | namespaced  | absent             | Cluster       | none, with NamespaceNotFederated  |
 * | namespaced  | absent             | Namespaced    | the object's own placement        |
 *
 * Source: KubeFed v0.10.0, computation of placement; `unknown` is ours
 */
export function computePlacement(input: PlacementInput): Placement {
  const { federated, namespaced, federatedNamespace, scope, clusters } = input;
  const own = placementOf(objectAt(federated, 'spec'), clusters);
  if (!own.ok || !namespaced) return own;
  if (federatedNamespace === undefined) {
    return scope === 'Namespaced' ? own : { ...own, selected: [], reason: 'NamespaceNotFederated' };
  }
  const namespace = placementOf(objectAt(federatedNamespace, 'spec'), clusters);
  if (!namespace.ok) {
    const name = stringAt(federatedNamespace, 'metadata', 'name');
    return { ok: false, message: `FederatedNamespace ${name}: ${namespace.message}` };
  }
  const shared = new Set(namespace.selected);
  return { ...own, selected: own.selected.filter((name) => shared.has(name)) };
}

/**
 * The placement that one object asks for by itself.
 *
 * | `clusters`     | `clusterSelector` | selected                                  |
 * |----------------|-------------------|-------------------------------------------|
 * | absent or null | absent or null    | none                                      |
 * | absent or null | `{}`              | all                                       |
 * | absent or null | terms             | those whose labels satisfy all terms      |
 * | a list, or []  | anything          | the listed ones that are registered       |
 *
 * Source: KubeFed v0.10.0, cluster names of a placement
 */
export function placementOf(
  spec: JsonObject | undefined,
  clusters: readonly RegisteredCluster[],
): Placement {
  const listed = valueAt(spec, 'placement', 'clusters') ?? null;
  if (listed !== null) return listedClusters(listed, clusters);

  const selector = valueAt(spec, 'placement', 'clusterSelector') ?? null;
  if (selector === null) return { ok: true, selected: [], unknown: [] };
  return selectedClusters(selector, clusters);
}

function listedClusters(listed: JsonValue, clusters: readonly RegisteredCluster[]): Placement {
  const entries = Array.isArray(listed) ? listed : [null];
  const names = entries.map((entry) => stringAt(entry, 'name'));
  if (!names.every((name) => name !== undefined)) {
    return { ok: false, message: 'spec.placement.clusters must be a list of {name: <cluster>}' };
  }
  const registered = new Set(clusters.map((cluster) => cluster.name));
  const sorted = [...new Set(names)].sort();
  return {
    ok: true,
    selected: sorted.filter((name) => registered.has(name)),
    unknown: sorted.filter((name) => !registered.has(name)),
  };
}

function selectedClusters(selector: JsonValue, clusters: readonly RegisteredCluster[]): Placement {
  const read = isJsonObject(selector)
    ? readLabelSelector(selector)
    : ({ ok: false, message: 'must be an object' } as const);
  if (!read.ok) {
    return { ok: false, message: `spec.placement.clusterSelector: ${read.message}` };
  }
  const matching = clusters.filter((cluster) => read.matches(cluster.labels));
  return { ok: true, selected: matching.map((cluster) => cluster.name).sort(), unknown: [] };
}
