import type { FederatedType } from '../model/type-config.ts';
import type { PolicyRule } from './member-access.ts';

/** KubeFed's ClusterRoles for people, by the role of Kubernetes that each becomes a part of. */
export const USER_ROLES = ['admin', 'edit', 'view'] as const;
export type UserRole = (typeof USER_ROLES)[number];

const READ = ['get', 'list', 'watch'];
const WRITE = [...READ, 'create', 'update', 'patch', 'delete', 'deletecollection'];
const RBAC_GROUP = 'rbac.authorization.k8s.io';
const REPORTS = ['federatedservicestatuses', 'propagatedversions'];

/**
 * What a person may do with federated objects. Left out: federated types of RBAC, because the federation writes with its
 * own rights, and who may federate a ClusterRole has every right in the members; and for `view` federated Secrets, as
 * Kubernetes leaves out Secrets. What lies in the kubefed namespace (clusters, types, config) is for administrators of the
 * cluster alone.
 *
 * @param types all types that are configured, in any order
 * @returns rules with sorted resources
 * Source: KubeFed 0.2 and later, chart; Kubernetes 1.34, aggregated ClusterRoles and user-facing roles
 */
export function userAccessRules(role: UserRole, types: readonly FederatedType[]): PolicyRule[] {
  const open = types.filter(
    ({ target }) =>
      target.group !== RBAC_GROUP &&
      !(role === 'view' && target.group === '' && target.kind === 'Secret'),
  );
  const verbs = role === 'view' ? READ : WRITE;
  const groups = [...new Set(open.map(({ federated }) => federated.group))].sort();
  return [
    ...groups.map((group) => {
      const plurals = open
        .filter(({ federated }) => federated.group === group)
        .map(({ federated }) => federated.plural);
      return { apiGroups: [group], resources: [...new Set(plurals)].sort(), verbs };
    }),
    { apiGroups: ['scheduling.kubefed.io'], resources: ['*'], verbs },
    {
      apiGroups: ['multiclusterdns.kubefed.io'],
      resources: ['ingressdnsrecords', 'servicednsrecords'],
      verbs,
    },
    { apiGroups: ['multiclusterdns.kubefed.io'], resources: ['dnsendpoints'], verbs: READ },
    { apiGroups: ['core.kubefed.io'], resources: REPORTS, verbs: READ },
  ];
}
