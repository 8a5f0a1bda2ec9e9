import type { Resource } from '../../model/resource.ts';
import { WHOLE_RECORD_VERSION } from '../../model/resources.ts';

/** In what kinds differ, so far as it shows from outside. */
export interface KindRules {
  /** status is a subresource: creates and updates leave it alone, and it can be patched by itself */
  hasStatus(resource: Resource): boolean;
  /** metadata.generation counts the changes of anything but metadata and status */
  hasGeneration(resource: Resource): boolean;
  /** a replace without resourceVersion is taken */
  replacesUnconditionally(resource: Resource): boolean;
  /** a replace of what does not exist creates it */
  createsOnReplace(resource: Resource): boolean;
  /** a delete answers with the object that was, not with a Status */
  returnsDeleted(resource: Resource): boolean;
}

const WITH_STATUS = new Set([
  ...['namespaces', 'nodes', 'persistentvolumeclaims', 'persistentvolumes', 'pods'],
  ...['replicationcontrollers', 'resourcequotas', 'services'],
  ...['daemonsets.apps', 'deployments.apps', 'replicasets.apps', 'statefulsets.apps'],
  ...['cronjobs.batch', 'horizontalpodautoscalers.autoscaling', 'jobs.batch'],
  ...['ingresses.networking.k8s.io', 'poddisruptionbudgets.policy'],
  'customresourcedefinitions.apiextensions.k8s.io',
]);

const WITH_GENERATION = new Set([
  ...['daemonsets.apps', 'deployments.apps', 'replicasets.apps', 'statefulsets.apps'],
  ...['cronjobs.batch', 'jobs.batch', 'pods', 'poddisruptionbudgets.policy'],
  ...['ingresses.networking.k8s.io', 'networkpolicies.networking.k8s.io'],
  'customresourcedefinitions.apiextensions.k8s.io',
]);

const RETURNED_WHEN_DELETED = new Set([
  ...['persistentvolumeclaims', 'persistentvolumes', 'pods', 'podtemplates'],
  ...['resourcequotas', 'serviceaccounts'],
]);

/** The rules of a real API server that has our CRDs. Source: Kubernetes 1.34 */
export const KIND_RULES: KindRules = {
  hasStatus: (resource) =>
    isCustom(resource)
      ? resource.version !== WHOLE_RECORD_VERSION
      : WITH_STATUS.has(qualifiedPlural(resource)),
  hasGeneration: (resource) => isCustom(resource) || WITH_GENERATION.has(qualifiedPlural(resource)),
  replacesUnconditionally: (resource) => !isCustom(resource) && !isLease(resource),
  createsOnReplace: (resource) =>
    isLease(resource) ||
    qualifiedPlural(resource) === 'events' ||
    resource.group === 'rbac.authorization.k8s.io',
  returnsDeleted: (resource) => RETURNED_WHEN_DELETED.has(qualifiedPlural(resource)),
};

/** Groups of an API server's own have no dot, or end in `.k8s.io`. */
export function isCustom(resource: Resource): boolean {
  return resource.group.includes('.') && !resource.group.endsWith('.k8s.io');
}

/** @returns `deployments.apps`, `configmaps`: how API servers name a resource in their messages */
export function qualifiedPlural(resource: Resource): string {
  return resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`;
}

function isLease(resource: Resource): boolean {
  return qualifiedPlural(resource) === 'leases.coordination.k8s.io';
}
