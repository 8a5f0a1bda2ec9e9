import { propagatedVersionName } from '../core/recorded-versions.ts';
import { type ObjectKey, objectKey, type Resource } from '../model/resource.ts';
import { CLUSTER_PROPAGATED_VERSIONS, PROPAGATED_VERSIONS } from '../model/resources.ts';

/** @returns where the versions of a federated object are recorded: beside it, or cluster-wide as it is */
export function recordOf(
  targetKind: string,
  federated: ObjectKey,
): { resource: Resource; key: ObjectKey } {
  return {
    resource: federated.namespace === undefined ? CLUSTER_PROPAGATED_VERSIONS : PROPAGATED_VERSIONS,
    key: objectKey(federated.namespace, propagatedVersionName(targetKind, federated.name)),
  };
}
