import { type JsonObject, objectAt, stringAt, valueAt } from '../../model/json.ts';
import { FEDERATED_TYPE_CONFIGS } from '../../model/type-config.ts';
import type { Cluster, Log } from '../../ports.ts';

/**
 * Tells on a FederatedTypeConfig whether its objects are being propagated. Writes only what differs.
 * Source: KubeFed v0.10.0, status of FederatedTypeConfig
 */
export async function reportType(
  ports: { readonly host: Cluster; readonly log: Log; readonly kubefedNamespace: string },
  config: JsonObject,
  running: boolean,
): Promise<void> {
  const status = {
    observedGeneration: valueAt(config, 'metadata', 'generation') ?? 0,
    propagationController: running ? 'Running' : 'NotRunning',
    statusController: 'NotRunning',
  };
  const current = objectAt(config, 'status');
  if (Object.entries(status).every(([key, value]) => current?.[key] === value)) return;
  const name = stringAt(config, 'metadata', 'name') ?? '';
  const key = { namespace: ports.kubefedNamespace, name };
  const written = await ports.host.patch(FEDERATED_TYPE_CONFIGS, key, { status }, 'status');
  if (!written.ok) ports.log.warn('status of type not written', { ...key, error: written.error });
}
