import { CORE_GROUP, DNS_GROUP } from '../model/names.ts';
import { PREFERENCES } from '../model/scheduling.ts';
import type { FederatedType } from '../model/type-config.ts';
import type { PolicyRule } from './member-access.ts';

/** A ClusterRole that Kubernetes adds to the default role of the same name: whoever is `view` somewhere has it there. */
export interface UserRole {
  readonly name: string;
  /** `rbac.authorization.k8s.io/aggregate-to-…` */
  readonly aggregatesTo: 'admin' | 'edit' | 'view';
  readonly rules: readonly PolicyRule[];
}

const READ = ['get', 'list', 'watch'];
const WRITE = [...READ, 'create', 'update', 'patch', 'delete', 'deletecollection'];

/**
 * The roles of people on the host: `kubefed-admin` and `kubefed-edit` may write federated objects, preferences and DNS
 * records in the namespaces where Kubernetes lets them edit, `kubefed-view` may read them. Templates of Secrets are left
 * out of `kubefed-view`, as Secrets are out of `view`.
 *
 * @returns in the order admin, edit, view; groups and resources sorted
 * Source: KubeFed v0.10.0, its chart: the aggregated ClusterRoles kubefed-admin, kubefed-edit and kubefed-view.
 *   Kubernetes, default roles for people
 */
export function userRoles(types: readonly FederatedType[]): readonly UserRole[] {
  const groups = sorted(types.map(({ federated }) => federated.group));
  const written = sorted([...groups, DNS_GROUP, PREFERENCES.group]);
  const write: PolicyRule = { apiGroups: written, resources: ['*'], verbs: WRITE };
  const told: PolicyRule = {
    apiGroups: [CORE_GROUP],
    resources: ['federatedservicestatuses', 'propagatedversions'],
    verbs: READ,
  };
  const seen = groups.map((group) => ({
    apiGroups: [group],
    resources: sorted(
      types
        .filter((type) => type.federated.group === group && !isOfSecrets(type))
        .map(({ federated }) => federated.plural),
    ),
    verbs: READ,
  }));
  const others = {
    apiGroups: sorted([DNS_GROUP, PREFERENCES.group]),
    resources: ['*'],
    verbs: READ,
  };
  return [
    { name: 'kubefed-admin', aggregatesTo: 'admin', rules: [write, told] },
    { name: 'kubefed-edit', aggregatesTo: 'edit', rules: [write, told] },
    {
      name: 'kubefed-view',
      aggregatesTo: 'view',
      rules: [...seen.filter(({ resources }) => resources.length > 0), others, told],
    },
  ];
}

function isOfSecrets({ target }: FederatedType): boolean {
  return target.group === '' && target.kind === 'Secret';
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
