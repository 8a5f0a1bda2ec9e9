import { hostGroup } from '../../core/host-access.ts';
import type { PolicyRule } from '../../core/member-access.ts';
import { type UserRole, userAccessRules } from '../../core/user-access.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Resource } from '../../model/resource.ts';
import {
  CLUSTER_ROLE_BINDINGS,
  CLUSTER_ROLES,
  ROLE_BINDINGS,
  ROLES,
} from '../../model/resources.ts';
import type { FederatedType } from '../../model/type-config.ts';

/** @returns the ClusterRole of a stage on the host and its binding to the group of the stage's access entry */
export function hostRbac(
  stage: string,
  rules: readonly PolicyRule[],
): { resource: Resource; object: JsonObject }[] {
  const apiGroup = 'rbac.authorization.k8s.io';
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
export function namespaceRbac(
  stage: string,
  rules: readonly PolicyRule[],
  namespace: string,
): { resource: Resource; object: JsonObject }[] {
  if (rules.length === 0) return [];
  const [role, binding] = hostRbac(stage, rules).map(({ object }) => object);
  const metadata = { name: `kubefed-eks:${stage}`, namespace };
  const apiGroup = 'rbac.authorization.k8s.io';
  const roleRef = { apiGroup, kind: 'Role', name: metadata.name };
  return [
    { resource: ROLES, object: { ...role, kind: 'Role', metadata } },
    { resource: ROLE_BINDINGS, object: { ...binding, kind: 'RoleBinding', metadata, roleRef } },
  ];
}

/** @returns a ClusterRole of KubeFed's for people: those who have the role of Kubernetes of that name have it too */
export function userClusterRole(role: UserRole, types: readonly FederatedType[]): JsonObject {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: {
      name: `kubefed-${role}`,
      labels: { [`rbac.authorization.k8s.io/aggregate-to-${role}`]: 'true' },
    },
    rules: userAccessRules(role, types),
  };
}
