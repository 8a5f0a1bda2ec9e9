import { warningEvent } from '../../core/events.ts';
import { overriddenReplicas, placedClusters } from '../../core/spread/rewrite.ts';
import { type JsonObject, stringAt } from '../../model/json.ts';
import { type ObjectKey, qualifiedName } from '../../model/resource.ts';
import { EVENTS } from '../../model/resources.ts';
import type { FederatedType } from '../../model/type-config.ts';
import type { Clock, Cluster } from '../../ports.ts';
import { unwrap } from '../unwrap.ts';

/**
 * Says in an event of the federated object what a preference that is gone leaves behind: placement and overrides stay
 * as they were planned last.
 *
 * @throws {HostError} the host refused, other than because it has been told already
 * Source: KubeFed v0.10.0 undoes nothing and says nothing
 */
export async function tellLeftBehind(
  { host, clock }: { readonly host: Cluster; readonly clock: Clock },
  type: FederatedType,
  key: ObjectKey,
  federated: JsonObject,
): Promise<void> {
  const replicas = placedClusters(federated)
    .sort()
    .map((name) => `${name} ${overriddenReplicas(federated, name) ?? '(template)'}`);
  const message =
    `ReplicaSchedulingPreference ${qualifiedName(key)} is gone. What it planned stays as it is, in ` +
    `spec.placement.clusters and in overrides of /spec/replicas: ${replicas.join(', ') || 'no cluster'}. ` +
    'From now on nobody but you changes them.';
  const uid = stringAt(federated, 'metadata', 'uid') ?? '';
  const nowIso = new Date(clock.nowMs()).toISOString();
  const about = { resource: type.federated, key, uid };
  const event = warningEvent({ reason: 'SchedulingEnded', message }, about, nowIso);
  const created = await host.create(EVENTS, { ...event, type: 'Normal' });
  if (!created.ok && created.error.kind !== 'AlreadyExists') unwrap(created);
}
