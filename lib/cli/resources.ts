import type { Resource } from '../model/resource.ts';

const RBAC = { group: 'rbac.authorization.k8s.io', version: 'v1' } as const;

/** Resources of a member that only join and unjoin deal with; the rest is in `lib/model`. */

export const ROLES: Resource = { ...RBAC, kind: 'Role', plural: 'roles', namespaced: true };

export const ROLE_BINDINGS: Resource = {
  ...RBAC,
  kind: 'RoleBinding',
  plural: 'rolebindings',
  namespaced: true,
};

export const SERVICE_ACCOUNTS: Resource = {
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  namespaced: true,
};
