import {
  HOST_STAGES,
  hostAccessRules,
  hostGroup,
  kubefedNamespaceRules,
} from '../../core/host-access.ts';
import type { PolicyRule } from '../../core/member-access.ts';
import { USER_ROLES, type UserRole, userAccessRules } from '../../core/user-access.ts';
import type { JsonObject } from '../../model/json.ts';
import { TYPES_GROUP } from '../../model/names.ts';
import type { Resource } from '../../model/resource.ts';
import {
  CLUSTER_ROLE_BINDINGS,
  CLUSTER_ROLES,
  ROLE_BINDINGS,
  ROLES,
} from '../../model/resources.ts';
import type { FederatedType } from '../../model/type-config.ts';

interface RbacObject {
  readonly resource: Resource;
  readonly object: JsonObject;
}

const API_GROUP = 'rbac.authorization.k8s.io';

/** @returns all roles and bindings that the host has for stages and people, whatever order they are put there */
export function allHostRbac(types: readonly FederatedType[], namespace: string): RbacObject[] {
  const groups = new Set([TYPES_GROUP, ...types.map(({ federated }) => federated.group)]);
  return [
    ...HOST_STAGES.flatMap((stage) => [
      ...hostRbac(stage, hostAccessRules(stage, [...groups].sort())),
      ...namespaceRbac(stage, kubefedNamespaceRules(stage), namespace),
    ]),
    ...USER_ROLES.map((role) => ({
      resource: CLUSTER_ROLES,
      object: userClusterRole(role, types),
    })),
  ];
}

/** @returns the ClusterRole of a stage on the host and its binding to the group of the stage's access entry */
function hostRbac(stage: string, rules: readonly PolicyRule[]): RbacObject[] {
  const apiGroup = API_GROUP;
  const apiVersion = `${apiGroup}/v1`;
  const metadata = { name: `kubefed-eks:${stage}` };
  return [
    {
      resource: CLUSTER_ROLES,
      object: { apiVersion, kind: 'ClusterRole', metadata, rules: [...rules] },
    },
    {
      resource: CLUSTER_ROLE_BINDINGS,
      object: {
        apiVersion,
        kind: 'ClusterRoleBinding',
        metadata,
        roleRef: { apiGroup, kind: 'ClusterRole', name: metadata.name },
        subjects: [{ apiGroup, kind: 'Group', name: hostGroup(stage) }],
      },
    },
  ];
}

/** @returns the Role of a stage in the kubefed namespace and its binding; empty where it needs none */
function namespaceRbac(
  stage: string,
  rules: readonly PolicyRule[],
  namespace: string,
): RbacObject[] {
  if (rules.length === 0) return [];
  const [role, binding] = hostRbac(stage, rules).map(({ object }) => object);
  const metadata = { name: `kubefed-eks:${stage}`, namespace };
  const roleRef = { apiGroup: API_GROUP, kind: 'Role', name: metadata.name };
  return [
    { resource: ROLES, object: { ...role, kind: 'Role', metadata } },
    { resource: ROLE_BINDINGS, object: { ...binding, kind: 'RoleBinding', metadata, roleRef } },
  ];
}

/** @returns a ClusterRole of KubeFed's for people: those who have the role of Kubernetes of that name have it too */
function userClusterRole(role: UserRole, types: readonly FederatedType[]): JsonObject {
  return {
    apiVersion: `${API_GROUP}/v1`,
    kind: 'ClusterRole',
    metadata: {
      name: `kubefed-${role}`,
      labels: { [`${API_GROUP}/aggregate-to-${role}`]: 'true' },
    },
    rules: userAccessRules(role, types),
  };
}
