/** Objects of a small federation, as its users and KubeFed write them. */
import type { JsonObject } from '../../lib/model/json.ts';
import { apiVersionOf } from '../../lib/model/resource.ts';
import { type FederatedType, readFederatedType } from '../../lib/model/type-config.ts';

export const KUBEFED_NAMESPACE = 'kube-federation-system';

function typeConfig(name: string, version: string, kind: string, scope: string): JsonObject {
  const targetType = { version, kind, scope };
  return {
    apiVersion: 'core.kubefed.io/v1beta1',
    kind: 'FederatedTypeConfig',
    metadata: { name, namespace: KUBEFED_NAMESPACE },
    spec: {
      targetType,
      propagation: 'Enabled',
      federatedType: {
        group: 'types.kubefed.io',
        version: 'v1beta1',
        kind: `Federated${kind}`,
        scope,
      },
    },
  };
}

function typeOf(config: JsonObject): FederatedType {
  const type = readFederatedType(config);
  if (type === undefined) throw new Error('the type configuration of a test is not usable');
  return type;
}

export const CONFIG_MAP_TYPE_CONFIG = typeConfig('configmaps', 'v1', 'ConfigMap', 'Namespaced');
export const DEPLOYMENT_TYPE_CONFIG = typeConfig(
  'deployments.apps',
  'v1',
  'Deployment',
  'Namespaced',
);
export const CLUSTER_ROLE_TYPE_CONFIG = typeConfig(
  'clusterroles.rbac.authorization.k8s.io',
  'v1',
  'ClusterRole',
  'Cluster',
);
export const NAMESPACE_TYPE_CONFIG = typeConfig('namespaces', 'v1', 'Namespace', 'Cluster');

export const TYPE_CONFIGS = [
  CONFIG_MAP_TYPE_CONFIG,
  DEPLOYMENT_TYPE_CONFIG,
  CLUSTER_ROLE_TYPE_CONFIG,
  NAMESPACE_TYPE_CONFIG,
];

export const CONFIG_MAP = typeOf(CONFIG_MAP_TYPE_CONFIG);
export const DEPLOYMENT = typeOf(DEPLOYMENT_TYPE_CONFIG);
export const CLUSTER_ROLE = typeOf(CLUSTER_ROLE_TYPE_CONFIG);
export const NAMESPACE = typeOf(NAMESPACE_TYPE_CONFIG);

/** @param ready absent: never probed */
export function kubeFedCluster(
  name: string,
  { ready, labels = {} }: { ready?: boolean; labels?: Record<string, string> } = {},
): JsonObject {
  const status = { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] };
  return {
    apiVersion: 'core.kubefed.io/v1beta1',
    kind: 'KubeFedCluster',
    metadata: { name, namespace: KUBEFED_NAMESPACE, labels },
    spec: { apiEndpoint: `https://${name}.example`, secretRef: { name } },
    ...(ready === undefined ? {} : { status }),
  };
}

export interface FederatedParts {
  /** absent for cluster-scoped objects */
  readonly namespace?: string;
  readonly name: string;
  readonly clusters?: readonly string[];
  readonly template?: JsonObject;
  /** goes over the parts of `spec` that the others give */
  readonly spec?: JsonObject;
  /** goes over name and namespace */
  readonly metadata?: JsonObject;
}

export function federated(type: FederatedType, parts: FederatedParts): JsonObject {
  const { name, namespace, clusters = [], template = {}, spec = {}, metadata = {} } = parts;
  return {
    apiVersion: apiVersionOf(type.federated),
    kind: type.federated.kind,
    metadata: { name, ...(namespace === undefined ? {} : { namespace }), ...metadata },
    spec: { template, placement: placedIn(...clusters), ...spec },
  };
}

export function placedIn(...clusters: string[]): JsonObject {
  return { clusters: clusters.map((name) => ({ name })) };
}

export function overriding(clusterName: string, path: string, value: string | number): JsonObject {
  return { clusterName, clusterOverrides: [{ path, value }] };
}

/** A Namespace as a server stores it. */
export function namespaceObject(name: string): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  };
}
