import {
  type MemberAccessRules,
  memberAccessRules,
  memberAdminRules,
  type PolicyRule,
} from '../../core/member-access.ts';
import type { JsonObject } from '../../model/json.ts';
import {
  OBSERVER_GROUP,
  OBSERVER_ROLE,
  PROPAGATOR_GROUP,
  PROPAGATOR_ROLE,
} from '../../model/names.ts';
import { apiVersionOf, type ObjectKey, objectKey, type Resource } from '../../model/resource.ts';
import {
  CLUSTER_ROLE_BINDINGS,
  CLUSTER_ROLES,
  NAMESPACES,
  ROLE_BINDINGS,
  ROLES,
} from '../../model/resources.ts';
import type { WantedObject } from '../cluster-objects.ts';
import type { Federation } from '../host/federation.ts';

/** What a subject may do, before it is known how far the federation reaches. */
interface Grant {
  readonly name: string;
  readonly subject: JsonObject;
  readonly rules: PolicyRule[];
}

/**
 * The roles and bindings that an EKS member needs: one pair for who writes, one for who looks. In a federation of one
 * namespace they are of that namespace; only the health paths, which belong to no namespace, need a ClusterRole.
 *
 * @param admin let the writer do everything, not just what the enabled types need
 */
export function eksAccessObjects(federation: Federation, admin: boolean): WantedObject[] {
  const rules = rulesFor(federation, admin);
  return [
    ...ownNamespace(federation),
    ...grantObjects(federation, {
      name: PROPAGATOR_ROLE,
      subject: groupSubject(PROPAGATOR_GROUP),
      rules: rules.propagator,
    }),
    ...grantObjects(federation, {
      name: OBSERVER_ROLE,
      subject: groupSubject(OBSERVER_GROUP),
      rules: rules.observer,
    }),
  ];
}

/** Roles of a namespace need the namespace. */
function ownNamespace({ scope, namespace }: Federation): WantedObject[] {
  if (scope === 'Cluster') return [];
  const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
  return [{ resource: NAMESPACES, object }];
}

/** The same for a member that is reached with the token of a ServiceAccount, which does both. */
export function tokenAccessObjects(
  federation: Federation,
  admin: boolean,
  serviceAccount: ObjectKey,
): WantedObject[] {
  const rules = rulesFor(federation, admin);
  return grantObjects(federation, {
    name: tokenRoleName(serviceAccount.name),
    subject: { kind: 'ServiceAccount', ...serviceAccount },
    rules: [...rules.propagator, ...rules.observer],
  });
}

/** @returns KubeFed's name for the role of a member's ServiceAccount. Source: KubeFed v0.10.0, kubefedctl join */
export function tokenRoleName(serviceAccount: string): string {
  return `kubefed-controller-manager:${serviceAccount}`;
}

/** @returns every role and binding of this name that join may have made, bindings first */
export function grantKeys(
  namespace: string,
  name: string,
): { resource: Resource; key: ObjectKey }[] {
  return [
    { resource: CLUSTER_ROLE_BINDINGS, key: { name } },
    { resource: CLUSTER_ROLES, key: { name } },
    { resource: ROLE_BINDINGS, key: { namespace, name } },
    { resource: ROLES, key: { namespace, name } },
  ];
}

function rulesFor(federation: Federation, admin: boolean): MemberAccessRules {
  const targets = federation.types.map((type) => type.target);
  const namespacedOnly = federation.scope === 'Namespaced';
  const rules = memberAccessRules(
    namespacedOnly ? targets.filter((one) => one.namespaced) : targets,
  );
  return admin ? { ...rules, propagator: memberAdminRules() } : rules;
}

function grantObjects(federation: Federation, grant: Grant): WantedObject[] {
  if (federation.scope === 'Cluster') return pair(CLUSTER_ROLES, CLUSTER_ROLE_BINDINGS, grant);
  const ofNamespace = grant.rules.filter((rule) => !isClusterWide(rule));
  const ofCluster = grant.rules.filter(isClusterWide);
  const inNamespace = { ...grant, rules: ofNamespace, namespace: federation.namespace };
  return [
    ...pair(ROLES, ROLE_BINDINGS, inNamespace),
    ...(ofCluster.length === 0
      ? []
      : pair(CLUSTER_ROLES, CLUSTER_ROLE_BINDINGS, { ...grant, rules: ofCluster })),
  ];
}

function isClusterWide({ nonResourceURLs, resources }: PolicyRule): boolean {
  return nonResourceURLs !== undefined || resources?.includes('nodes') === true;
}

function pair(
  roles: Resource,
  bindings: Resource,
  { namespace, name, subject, rules }: Grant & { namespace?: string },
): WantedObject[] {
  // Not our managed label: with it the watch would take them for propagated objects.
  const labels = { 'app.kubernetes.io/managed-by': 'kubefed-eks' };
  const metadata = { ...objectKey(namespace, name), labels };
  return [
    {
      resource: roles,
      object: { apiVersion: apiVersionOf(roles), kind: roles.kind, metadata, rules },
    },
    {
      resource: bindings,
      object: {
        apiVersion: apiVersionOf(bindings),
        kind: bindings.kind,
        metadata,
        roleRef: { apiGroup: roles.group, kind: roles.kind, name },
        subjects: [subject],
      },
    },
  ];
}

function groupSubject(name: string): JsonObject {
  return { apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name };
}
