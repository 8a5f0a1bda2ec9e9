import type { JsonObject } from '../../model/json.ts';
import { KUBEFED_CONFIGS } from '../../model/kubefed-config.ts';
import {
  CONFIG_NAME,
  INSTALL_CONFIG_MAP,
  TOMBSTONES_LABEL,
  WATCH_LEASE,
} from '../../model/names.ts';
import { CONFIG_MAPS, KUBEFED_CLUSTERS, LEASES } from '../../model/resources.ts';
import { FEDERATED_TYPE_CONFIGS } from '../../model/type-config.ts';
import type { ApiResult } from '../../ports.ts';
import { apiFailure, type Side } from '../connect/side.ts';
import { controlPlaneNotFound } from '../host/federation.ts';

/** What the host keeps of the federation itself. */
export interface HostFacts {
  readonly config: JsonObject;
  readonly clusters: readonly JsonObject[];
  readonly typeConfigs: readonly JsonObject[];
  readonly tombstones: readonly JsonObject[];
  readonly lease?: JsonObject;
  /** ConfigMap that the deployment writes */
  readonly installed?: JsonObject;
  /** what the caller may not see */
  readonly notSeen: readonly string[];
}

/**
 * Reads the federation from the host, all at once: six calls.
 *
 * @throws CommandError when there is no control plane, it cannot be read, or nothing answers; the Lease and the ConfigMaps
 *   may be refused
 */
export async function readHost(host: Side, namespace: string): Promise<HostFacts> {
  const { cluster } = host;
  const notSeen: string[] = [];
  const named = (name: string) => ({ namespace, name });
  const labelSelector = `${TOMBSTONES_LABEL}=true`;
  const [config, clusters, typeConfigs, tombstones, lease, installed] = await Promise.all([
    cluster.get(KUBEFED_CONFIGS, named(CONFIG_NAME)),
    cluster.list(KUBEFED_CLUSTERS, { namespace }),
    cluster.list(FEDERATED_TYPE_CONFIGS, { namespace }),
    cluster.list(CONFIG_MAPS, { namespace, labelSelector }),
    cluster.get(LEASES, named(WATCH_LEASE)),
    cluster.get(CONFIG_MAPS, named(INSTALL_CONFIG_MAP)),
  ]);
  if (!config.ok && config.error.kind === 'NotFound') throw controlPlaneNotFound(namespace);
  const may = <T>(what: string, result: ApiResult<T>) => {
    if (result.ok) return result.value;
    if (result.error.kind === 'NotFound') return undefined;
    if (result.error.kind !== 'Forbidden') throw apiFailure(host, `read ${what}`, result.error);
    notSeen.push(`${what}: ${result.error.message}`);
    return undefined;
  };
  const must = <T>(what: string, result: ApiResult<T>) => {
    if (result.ok) return result.value;
    throw apiFailure(host, `read ${what} in ${namespace}`, result.error);
  };
  const known = {
    config: must('KubeFedConfig', config),
    clusters: must('KubeFedClusters', clusters).items,
    typeConfigs: must('FederatedTypeConfigs', typeConfigs).items,
  };
  const leaseFound = may('the Lease of the watch', lease);
  const installedFound = may('the ConfigMap of the deployment', installed);
  return {
    ...known,
    tombstones: may('the ConfigMaps of deletes that wait', tombstones)?.items ?? [],
    ...(leaseFound === undefined ? {} : { lease: leaseFound }),
    ...(installedFound === undefined ? {} : { installed: installedFound }),
    notSeen,
  };
}
