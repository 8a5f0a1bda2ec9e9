import { computePlacement } from '../../core/placement.ts';
import { valueAt } from '../../model/json.ts';
import type { Job } from '../../model/messages.ts';
import { NAMESPACES_TYPE } from '../../model/names.ts';
import { objectKey } from '../../model/resource.ts';
import type { FederatedType } from '../../model/type-config.ts';
import type { Cluster } from '../../ports.ts';
import { type Federation, placementClusters } from '../federation.ts';
import { unwrapIfFound } from '../unwrap.ts';

/**
 * A job that is tried again and again may have been overtaken: its cluster has left the placement, or has come back into
 * it. The job of the newer plan waits behind it.
 *
 * @returns whether the job would do the opposite of what is wanted now; false for objects that are being deleted
 * @throws {HostError} the host cannot be read
 */
export async function isOutdated(
  host: Cluster,
  federation: Federation,
  type: FederatedType,
  job: Job,
): Promise<boolean> {
  if (job.action === 'release' || job.plan.deleting) return false;
  const namespaces = federation.types.get(NAMESPACES_TYPE);
  const { namespace } = job;
  const [federated, federatedNamespace] = await Promise.all([
    host.get(type.federated, objectKey(namespace, job.name)).then(unwrapIfFound),
    !type.target.namespaced || namespace === undefined || namespaces === undefined
      ? undefined
      : host.get(namespaces.federated, { namespace, name: namespace }).then(unwrapIfFound),
  ]);
  if (valueAt(federated, 'metadata', 'deletionTimestamp') !== undefined) return false;
  if (federated === undefined) return false;
  const placement = computePlacement({
    federated,
    namespaced: type.target.namespaced,
    ...(federatedNamespace === undefined ? {} : { federatedNamespace }),
    scope: federation.config.scope,
    clusters: placementClusters(federation),
  });
  if (!placement.ok) return false;
  return placement.selected.includes(job.cluster) !== (job.action === 'ensure');
}
