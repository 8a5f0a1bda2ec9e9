import { gatheredStatusType } from '../../core/target-status.ts';
import { type JsonObject, listAt, objectAt, stringAt, valueAt } from '../../model/json.ts';
import { TYPE_CONFIG_FINALIZER } from '../../model/names.ts';
import { FEDERATED_TYPE_CONFIGS, type FederatedType } from '../../model/type-config.ts';
import type { Cluster, Log } from '../../ports.ts';

/**
 * A FederatedTypeConfig that could vanish at any moment would leave its objects with a finalizer that nobody takes off.
 * Source: KubeFed v0.10.0, finalizer of FederatedTypeConfig
 */
async function holdType(
  ports: { readonly host: Cluster; readonly log: Log; readonly kubefedNamespace: string },
  config: JsonObject,
): Promise<void> {
  const held = listAt(config, 'metadata', 'finalizers');
  const going = valueAt(config, 'metadata', 'deletionTimestamp') !== undefined;
  if (going || held.includes(TYPE_CONFIG_FINALIZER)) return;
  const key = {
    namespace: ports.kubefedNamespace,
    name: stringAt(config, 'metadata', 'name') ?? '',
  };
  const resourceVersion = stringAt(config, 'metadata', 'resourceVersion') ?? '';
  const patch = { metadata: { resourceVersion, finalizers: [...held, TYPE_CONFIG_FINALIZER] } };
  const written = await ports.host.patch(FEDERATED_TYPE_CONFIGS, key, patch);
  // Whoever has changed it meanwhile makes us come by again.
  if (written.ok || written.error.kind === 'Conflict' || written.error.kind === 'NotFound') return;
  ports.log.warn('finalizer of type not written', { ...key, error: written.error });
}

/**
 * Tells on a FederatedTypeConfig whether its objects are being propagated. Writes only what differs.
 * Source: KubeFed v0.10.0, status of FederatedTypeConfig
 */
export async function reportType(
  ports: { readonly host: Cluster; readonly log: Log; readonly kubefedNamespace: string },
  config: JsonObject,
  type: FederatedType | undefined,
): Promise<void> {
  const isGathered = type !== undefined && gatheredStatusType(type) !== undefined;
  const status = {
    observedGeneration: valueAt(config, 'metadata', 'generation') ?? 0,
    propagationController: type?.enabled ? 'Running' : 'NotRunning',
    statusController: isGathered ? 'Running' : 'NotRunning',
  };
  const current = objectAt(config, 'status');
  if (Object.entries(status).every(([key, value]) => current?.[key] === value)) return;
  const name = stringAt(config, 'metadata', 'name') ?? '';
  const key = { namespace: ports.kubefedNamespace, name };
  const written = await ports.host.patch(FEDERATED_TYPE_CONFIGS, key, { status }, 'status');
  if (!written.ok) ports.log.warn('status of type not written', { ...key, error: written.error });
}

/** One write after the other: the first moves the resourceVersion. A type that stands still is not held on to. */
export async function tellType(
  ports: { readonly host: Cluster; readonly log: Log; readonly kubefedNamespace: string },
  config: JsonObject,
  type: FederatedType | undefined,
): Promise<void> {
  if (type?.enabled) await holdType(ports, config);
  await reportType(ports, config, type);
}
