import { CORE_GROUP } from './names.ts';
import type { Resource } from './resource.ts';

/** The resources of the host that every federation has, whatever its types. */

export const KUBEFED_CLUSTERS: Resource = {
  group: CORE_GROUP,
  version: 'v1beta1',
  kind: 'KubeFedCluster',
  plural: 'kubefedclusters',
  namespaced: true,
};

export const PROPAGATED_VERSIONS: Resource = {
  group: CORE_GROUP,
  version: 'v1alpha1',
  kind: 'PropagatedVersion',
  plural: 'propagatedversions',
  namespaced: true,
};

export const CLUSTER_PROPAGATED_VERSIONS: Resource = {
  ...PROPAGATED_VERSIONS,
  kind: 'ClusterPropagatedVersion',
  plural: 'clusterpropagatedversions',
  namespaced: false,
};

/**
 * The version of both kinds that has no status subresource: through it a record is created as a whole. It sorts behind
 * `v1alpha1`, so no client comes to prefer it.
 */
export const WHOLE_RECORD_VERSION = 'v1alpha0';

export const NAMESPACES: Resource = {
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  namespaced: false,
};

export const EVENTS: Resource = {
  group: '',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  namespaced: true,
};

export const CONFIG_MAPS: Resource = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
};

export const SECRETS: Resource = {
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  namespaced: true,
};

export const SERVICES: Resource = {
  group: '',
  version: 'v1',
  kind: 'Service',
  plural: 'services',
  namespaced: true,
};

export const INGRESSES: Resource = {
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'Ingress',
  plural: 'ingresses',
  namespaced: true,
};

export const ENDPOINT_SLICES: Resource = {
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  namespaced: true,
};

export const PODS: Resource = {
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  namespaced: true,
};

export const LEASES: Resource = {
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  namespaced: true,
};

export const CUSTOM_RESOURCE_DEFINITIONS: Resource = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  namespaced: false,
};

export const CLUSTER_ROLES: Resource = {
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'ClusterRole',
  plural: 'clusterroles',
  namespaced: false,
};

export const CLUSTER_ROLE_BINDINGS: Resource = {
  ...CLUSTER_ROLES,
  kind: 'ClusterRoleBinding',
  plural: 'clusterrolebindings',
};

export const ROLES: Resource = {
  ...CLUSTER_ROLES,
  kind: 'Role',
  plural: 'roles',
  namespaced: true,
};

export const ROLE_BINDINGS: Resource = {
  ...ROLES,
  kind: 'RoleBinding',
  plural: 'rolebindings',
};

export const NODES: Resource = {
  group: '',
  version: 'v1',
  kind: 'Node',
  plural: 'nodes',
  namespaced: false,
};
