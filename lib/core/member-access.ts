import type { Resource } from '../model/resource.ts';

/** One rule of a Role or ClusterRole, as `rbac.authorization.k8s.io/v1` writes it. */
export type PolicyRule = {
  apiGroups?: string[];
  resources?: string[];
  nonResourceURLs?: string[];
  verbs: string[];
};

export interface MemberAccessRules {
  /** for who writes the targets */
  readonly propagator: PolicyRule[];
  /** for who watches them and asks for the cluster's health and where it is */
  readonly observer: PolicyRule[];
}

const RBAC_GROUP = 'rbac.authorization.k8s.io';
const LOOK = ['get', 'list', 'watch'];
const WRITE = [...LOOK, 'create', 'update', 'patch', 'delete'];
const HEALTH_PATHS = ['/healthz', '/readyz', '/version'];
const ROLES = ['clusterroles', 'roles'];
const BINDINGS: Readonly<Record<string, readonly string[]>> = {
  clusterrolebindings: ['clusterroles'],
  rolebindings: ROLES,
};

/**
 * What the federation may do in a member: write the kinds that the enabled types name, look at the same kinds, ask for
 * health, list nodes for their Region and zones; with Services whether pods are ready, with Deployments which pods run; nothing
 * else.
 *
 * A watch of managed Secrets needs get, list and watch on secrets as a whole: RBAC knows no label selectors. It is
 * granted only when Secrets are federated. To write a role that grants more than the writer holds, Kubernetes asks for
 * `escalate` on it, and for `bind` to bind it.
 *
 * @param targets plain resources of the enabled types, in any order
 * @returns rules sorted by API group, one per group and set of verbs; `propagator` is empty without targets
 * Source: Kubernetes, RBAC, privilege escalation prevention
 */
export function memberAccessRules(targets: readonly Resource[]): MemberAccessRules {
  const byGroup = pluralsByGroup(targets);
  const over = (verbs: string[]): PolicyRule[] =>
    byGroup.map(([group, plurals]) => ({
      apiGroups: [group],
      resources: plurals,
      verbs: [...verbs],
    }));
  const rbac = byGroup.find(([group]) => group === RBAC_GROUP)?.[1] ?? [];
  return {
    propagator: [...over(WRITE), ...roleRules(rbac)],
    observer: [
      ...over(LOOK),
      ...endpointRules(byGroup),
      { apiGroups: [''], resources: ['nodes'], verbs: ['list'] },
      ...podRules(byGroup),
      { nonResourceURLs: [...HEALTH_PATHS], verbs: ['get'] },
    ],
  };
}

/** Everything everywhere, as KubeFed grants it; for `join --admin`. */
export function memberAdminRules(): PolicyRule[] {
  return [
    { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
    { nonResourceURLs: ['*'], verbs: ['get'] },
  ];
}

/** Whether a Service has ready pods is for the DNS records to know. */
function endpointRules(byGroup: readonly [string, string[]][]): PolicyRule[] {
  const hasServices = byGroup.some(
    ([group, plurals]) => group === '' && plurals.includes('services'),
  );
  if (!hasServices) return [];
  return [{ apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: [...LOOK] }];
}

/** How many replicas can run, and which of them do, is for the ReplicaSchedulingPreferences to know. */
function podRules(byGroup: readonly [string, string[]][]): PolicyRule[] {
  const isSpread = byGroup.some(
    ([group, plurals]) =>
      group === 'apps' && (plurals.includes('deployments') || plurals.includes('replicasets')),
  );
  return isSpread ? [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }] : [];
}

function roleRules(plurals: readonly string[]): PolicyRule[] {
  const written = ROLES.filter((role) => plurals.includes(role));
  const bound = new Set(plurals.flatMap((plural) => BINDINGS[plural] ?? []));
  const onlyBound = ROLES.filter((role) => bound.has(role) && !written.includes(role));
  const rule = (resources: string[], verbs: string[]): PolicyRule[] =>
    resources.length === 0 ? [] : [{ apiGroups: [RBAC_GROUP], resources, verbs }];
  return [...rule(written, ['bind', 'escalate']), ...rule(onlyBound, ['bind'])];
}

function pluralsByGroup(targets: readonly Resource[]): [string, string[]][] {
  const groups = Map.groupBy(targets, (target) => target.group);
  return [...groups]
    .map(([group, members]): [string, string[]] => [
      group,
      [...new Set(members.map((member) => member.plural))].sort(),
    ])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
