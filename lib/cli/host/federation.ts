import { type JsonObject, stringAt } from '../../model/json.ts';
import { KUBEFED_CONFIGS, readKubeFedConfig } from '../../model/kubefed-config.ts';
import { CONFIG_NAME, INSTALL_CONFIG_MAP } from '../../model/names.ts';
import { CONFIG_MAPS, KUBEFED_CLUSTERS } from '../../model/resources.ts';
import {
  FEDERATED_TYPE_CONFIGS,
  type FederatedType,
  readFederatedType,
} from '../../model/type-config.ts';
import { listObjects, readObject } from '../cluster-objects.ts';
import { CommandError } from '../command-error.ts';
import type { Side } from '../connect/side.ts';

/** What join and unjoin need to know of the control plane. */
export interface Federation {
  readonly namespace: string;
  readonly scope: 'Cluster' | 'Namespaced';
  /** the enabled ones */
  readonly types: readonly FederatedType[];
  /** every KubeFedCluster */
  readonly clusters: readonly JsonObject[];
}

/** ARNs of the functions' roles that reach members. */
export interface Roles {
  readonly apply: string;
  readonly watch: string;
  readonly health: string;
  /** absent when the deployment is older than the collection of statuses */
  readonly status?: string;
  /** absent when the deployment has no DNS */
  readonly dns?: string;
  /** absent when the deployment is older than the scheduling of replicas */
  readonly spread?: string;
}

/**
 * @throws CommandError ControlPlaneNotFound when there is no KubeFedConfig
 */
export async function readFederation(host: Side, namespace: string): Promise<Federation> {
  const config = await readObject(host, KUBEFED_CONFIGS, { namespace, name: CONFIG_NAME });
  if (config === undefined) throw controlPlaneNotFound(namespace);
  const [configs, clusters] = await Promise.all([
    listObjects(host, FEDERATED_TYPE_CONFIGS, namespace),
    listObjects(host, KUBEFED_CLUSTERS, namespace),
  ]);
  return {
    namespace,
    scope: readKubeFedConfig(config).scope,
    types: configs
      .map(readFederatedType)
      .filter((type) => type !== undefined)
      .filter((type) => type.enabled),
    clusters,
  };
}

/** Source: KubeFed v0.10.0, kubefedctl join (the message) */
export function controlPlaneNotFound(namespace: string): CommandError {
  return new CommandError(
    'ControlPlaneNotFound',
    `A KubeFedConfig named "${CONFIG_NAME}" was not found in namespace "${namespace}". Is a KubeFed control plane running in this namespace?`,
    [
      'npm run deploy (cdk deploy), which puts it there',
      'another host with --host-cluster-context, or another namespace with --kubefed-namespace',
    ],
  );
}

/** @throws CommandError RolesNotFound when the deployment has not written them, or not all of them */
export async function readRoles(host: Side, namespace: string): Promise<Roles> {
  const where = `ConfigMap ${namespace}/${INSTALL_CONFIG_MAP}`;
  const found = await readObject(host, CONFIG_MAPS, { namespace, name: INSTALL_CONFIG_MAP });
  if (found === undefined) throw rolesMissing(`${where} was not found in the host`);
  const roles = parseRoles(stringAt(found, 'data', 'roles'));
  if (roles === undefined) throw rolesMissing(`${where}: data.roles is not a JSON object`);
  const { apply, watch, health, status, dns, spread } = roles;
  if (apply === undefined || watch === undefined || health === undefined) {
    const missing = ['apply', 'watch', 'health'].filter((name) => roles[name] === undefined);
    throw rolesMissing(`${where}: data.roles has no ARN for ${missing.join(', ')}`);
  }
  return {
    ...{ apply, watch, health },
    ...(status === undefined ? {} : { status }),
    ...(dns === undefined ? {} : { dns }),
    ...(spread === undefined ? {} : { spread }),
  };
}

function rolesMissing(message: string): CommandError {
  return new CommandError(
    'RolesNotFound',
    `${message}; the deployment writes there which IAM roles get access to a member`,
    ['npm run deploy (cdk deploy), then join again'],
  );
}

function parseRoles(text: string | undefined): { [name: string]: string } | undefined {
  try {
    const parsed: unknown = JSON.parse(text ?? '');
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
    const entries = Object.entries(parsed);
    return Object.fromEntries(
      entries.filter((e): e is [string, string] => typeof e[1] === 'string'),
    );
  } catch {
    return undefined;
  }
}
