import { clusterPauseMessage, pauseMessage } from '../../core/paused.ts';
import type { Job } from '../../model/messages.ts';
import type { PropagationCode } from '../../model/propagation.ts';
import { objectKey } from '../../model/resource.ts';
import type { FederatedType } from '../../model/type-config.ts';
import type { Cluster } from '../../ports.ts';
import type { Federation, FederationReader } from '../federation.ts';
import { NO_UID } from '../plan/orphans.ts';
import { unwrapIfFound } from '../unwrap.ts';

export interface Hold {
  readonly code: Extract<PropagationCode, 'Paused' | 'ClusterPaused'>;
  readonly message: string;
}

/**
 * Whether a job has to leave its member alone. The plan has looked at the object and its namespace a moment ago; a job
 * that comes back after a pause looks again.
 *
 * @throws {HostError} the host cannot be read
 */
export async function holdOf(
  ports: { readonly host: Cluster; readonly federation: FederationReader },
  federation: Federation,
  { type, job, attempt }: { type: FederatedType; job: Job; attempt: number },
): Promise<Hold | undefined> {
  const ofCluster = clusterPauseMessage(federation.clusters.get(job.cluster));
  if (ofCluster !== undefined) return { code: 'ClusterPaused', message: ofCluster };
  if (attempt === 1 || job.plan.uid === NO_UID) return undefined;
  const [federated, federatedNamespace] = await Promise.all([
    ports.host.get(type.federated, objectKey(job.namespace, job.name)).then(unwrapIfFound),
    type.federated.namespaced && job.namespace !== undefined
      ? ports.federation.namespaceAt(federation, job.namespace, undefined)
      : undefined,
  ]);
  const message = pauseMessage(federated, federatedNamespace);
  return message === undefined ? undefined : { code: 'Paused', message };
}
