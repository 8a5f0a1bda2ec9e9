import { HOST_STAGES, hostAccessRules, kubefedNamespaceRules } from '../core/host-access.ts';
import { USER_ROLES } from '../core/user-access.ts';
import { isJsonObject, type JsonObject, listAt, stringAt, valueAt } from '../model/json.ts';
import { INSTALL_CONFIG_MAP, TYPES_GROUP } from '../model/names.ts';
import {
  CLUSTER_ROLES,
  CONFIG_MAPS,
  CUSTOM_RESOURCE_DEFINITIONS,
  NAMESPACES,
} from '../model/resources.ts';
import { FEDERATED_TYPE_CONFIGS, readFederatedType } from '../model/type-config.ts';
import type { Clock, Cluster, Log } from '../ports.ts';
import { hostRbac, namespaceRbac, userClusterRole } from './install/host-rbac.ts';
import { putNew, putObject } from './install/put-object.ts';
import { resourceOf } from './install/resource-of.ts';
import { unwrap } from './unwrap.ts';

export interface InstallPorts {
  readonly host: Cluster;
  readonly clock: Clock;
  readonly log: Log;
  readonly kubefedNamespace: string;
  /** ARN of the role of each stage */
  readonly roleArns: Readonly<Record<string, string>>;
  /** what the command line has to know of the stack; told on the host as it is */
  readonly deployment: JsonObject;
  /** CRDs, default type configurations and config, as in `crds/` */
  readonly manifests: readonly JsonObject[];
}

/**
 * Puts on the host what the other stages need: namespace, CRDs, default types and config, roles for the stages and for people.
 * CRDs and roles are brought up to date; types and config that are there already stay as their owner left them.
 *
 * @throws {HostError} the host refused; the deployment fails with its sentence
 */
export async function install(ports: InstallPorts): Promise<void> {
  const { host, kubefedNamespace: namespace, manifests, log } = ports;
  await putNew(host, NAMESPACES, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace },
  });
  const [crds, defaults] = partition(manifests, (object) => object['kind'] === CRD);
  await Promise.all(crds.map((crd) => putObject(host, CUSTOM_RESOURCE_DEFINITIONS, crd)));
  await Promise.all(
    crds.map((crd) => untilEstablished(ports, stringAt(crd, 'metadata', 'name') ?? '')),
  );
  for (const object of defaults) {
    const placed = { ...object, metadata: { ...metadataOf(object), namespace } };
    await putNew(host, resourceOf(object, crds), placed);
  }
  await putRoles(ports);
  await putObject(host, CONFIG_MAPS, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: INSTALL_CONFIG_MAP, namespace },
    data: {
      roles: JSON.stringify(ports.roleArns),
      deployment: JSON.stringify(ports.deployment),
    },
  });
  log.info('installed', { crds: crds.length, defaults: defaults.length });
}

async function putRoles(ports: InstallPorts): Promise<void> {
  const { host, kubefedNamespace: namespace } = ports;
  const configs = unwrap(await host.list(FEDERATED_TYPE_CONFIGS, { namespace })).items;
  const types = configs.map(readFederatedType).filter((type) => type !== undefined);
  const groups = types.map(({ federated }) => federated.group);
  const federatedGroups = [...new Set([TYPES_GROUP, ...groups])].sort();
  const objects = HOST_STAGES.flatMap((stage) => [
    ...hostRbac(stage, hostAccessRules(stage, federatedGroups)),
    ...namespaceRbac(stage, kubefedNamespaceRules(stage), namespace),
  ]);
  for (const role of USER_ROLES) {
    objects.push({ resource: CLUSTER_ROLES, object: userClusterRole(role, types) });
  }
  await Promise.all(objects.map(({ resource, object }) => putObject(host, resource, object)));
}

const CRD = 'CustomResourceDefinition';
const ESTABLISHED_WITHIN_MS = 60_000;
const POLL_MS = 100;

async function untilEstablished({ host, clock }: InstallPorts, name: string): Promise<void> {
  const untilMs = clock.nowMs() + ESTABLISHED_WITHIN_MS;
  for (;;) {
    const crd = unwrap(await host.get(CUSTOM_RESOURCE_DEFINITIONS, { name }));
    const conditions = listAt(crd, 'status', 'conditions');
    const established = conditions.some(
      (c) => valueAt(c, 'type') === 'Established' && valueAt(c, 'status') === 'True',
    );
    if (established) return;
    if (clock.nowMs() > untilMs) {
      throw new Error(`CRD ${name} was not established: ${JSON.stringify(conditions)}`);
    }
    await clock.sleep(POLL_MS);
  }
}

function partition<T>(items: readonly T[], isFirst: (item: T) => boolean): [T[], T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}

function metadataOf(object: JsonObject): JsonObject {
  const metadata = object['metadata'];
  return isJsonObject(metadata) ? metadata : {};
}
