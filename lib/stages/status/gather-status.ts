import { nextGatheredStatus } from '../../core/gathered-status.ts';
import { isReady } from '../../core/readiness.ts';
import type { TargetStatuses } from '../../core/remote-status.ts';
import { gatheredStatusType } from '../../core/target-status.ts';
import { type JsonObject, listAt, stringAt } from '../../model/json.ts';
import { apiVersionOf, type ObjectKey } from '../../model/resource.ts';
import type { FederatedType } from '../../model/type-config.ts';
import type { Cluster, Log } from '../../ports.ts';
import type { Federation } from '../federation.ts';
import { unwrap, unwrapIfFound } from '../unwrap.ts';

/**
 * Writes the object that gathers the statuses of the targets (FederatedServiceStatus), beside the federated one and under
 * its name. Does nothing for types that ask for none.
 *
 * @param read statuses that were asked for in this pass
 * @throws {HostError} the host refused, or somebody wrote it at the same moment
 * Source: KubeFed v0.10.0, FederatedServiceStatus
 */
export async function gatherStatus(
  { host, log }: { readonly host: Cluster; readonly log: Log },
  subject: {
    readonly federation: Federation;
    readonly type: FederatedType;
    readonly key: ObjectKey;
  },
  federated: JsonObject,
  read: TargetStatuses,
): Promise<void> {
  const { federation, type, key } = subject;
  const resource = gatheredStatusType(type);
  if (resource === undefined) return;
  const current = unwrapIfFound(await host.get(resource, key));
  const ready = [...federation.clusters].filter(([, cluster]) => isReady(cluster));
  const { changed, clusterStatus } = nextGatheredStatus({
    current,
    ready: ready.map(([name]) => name),
    read,
  });
  const owner = ownerOf(type, federated);
  const isOwned = listAt(current, 'metadata', 'ownerReferences').some(
    (each) => stringAt(each, 'uid') === owner.uid,
  );
  if (!changed && isOwned) return;
  const metadata = { ...key, ownerReferences: [owner] };
  if (current !== undefined) {
    const resourceVersion = stringAt(current, 'metadata', 'resourceVersion') ?? '';
    const patch = { metadata: { resourceVersion, ...(isOwned ? {} : metadata) }, clusterStatus };
    unwrapIfFound(await host.patch(resource, key, patch));
    return;
  }
  const { kind } = resource;
  const apiVersion = apiVersionOf(resource);
  const created = await host.create(resource, { apiVersion, kind, metadata, clusterStatus });
  if (!created.ok && (created.error.kind === 'Forbidden' || created.error.kind === 'NotFound')) {
    // The namespace is going away, the kind has no CRD, or the stage has no right to it: nothing that a try mends.
    log.warn('gathered status not created', { type: type.name, ...key, error: created.error });
    return;
  }
  unwrap(created);
}

function ownerOf(type: FederatedType, federated: JsonObject) {
  return {
    apiVersion: apiVersionOf(type.federated),
    kind: type.federated.kind,
    name: stringAt(federated, 'metadata', 'name') ?? '',
    uid: stringAt(federated, 'metadata', 'uid') ?? '',
  };
}
