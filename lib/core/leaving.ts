import { type JsonObject, listAt, stringAt, valueAt } from '../model/json.ts';
import { ORPHAN_ANNOTATION } from '../model/names.ts';
import { computePlacement, type RegisteredCluster } from './placement.ts';

/** Members in which the Namespace is not ours, so that it stays when its FederatedNamespace goes. */
const NOT_OURS: ReadonlySet<string> = new Set(['AlreadyExists', 'ManagedLabelFalse']);

/**
 * When a namespace is deleted on the host, its FederatedNamespace goes with it and takes the Namespaces of the members
 * along, and these take their contents along, as a whole and without a call of ours for each object. The host's own
 * Namespace does the same where the host is a member.
 *
 * @param hostNamespace the Namespace on the host; undefined when it is gone already
 * @returns the clusters of which that is true; empty unless the Namespace is being deleted, without a
 *   FederatedNamespace, or when that is to leave its Namespaces where they are
 */
export function clustersLeavingWith(input: {
  readonly hostNamespace: JsonObject | undefined;
  readonly federatedNamespace: JsonObject | undefined;
  readonly scope: 'Cluster' | 'Namespaced';
  readonly clusters: readonly RegisteredCluster[];
}): ReadonlySet<string> {
  const { hostNamespace, federatedNamespace, scope, clusters } = input;
  const isGoing = valueAt(hostNamespace, 'metadata', 'deletionTimestamp') !== undefined;
  const orphans = stringAt(federatedNamespace, 'metadata', 'annotations', ORPHAN_ANNOTATION);
  if (!isGoing || federatedNamespace === undefined || orphans === 'true') return new Set();
  const placement = computePlacement({
    federated: federatedNamespace,
    namespaced: false,
    scope,
    clusters,
  });
  const foreign = listAt(federatedNamespace, 'status', 'clusters')
    .filter((entry) => NOT_OURS.has(stringAt(entry, 'status') ?? ''))
    .map((entry) => stringAt(entry, 'name'));
  const selected = placement.ok ? placement.selected : [];
  return new Set(selected.filter((name) => !foreign.includes(name)));
}
