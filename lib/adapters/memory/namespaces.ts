import { type JsonObject, objectAt, stringAt } from '../../model/json.ts';
import type { Resource } from '../../model/resource.ts';
import { NAMESPACES } from '../../model/resources.ts';
import { qualifiedPlural } from './kind-rules.ts';
import { isTerminating } from './object-states.ts';
import { notFound, type Refusal, refuse } from './refusals.ts';
import { metadataOf, type Store } from './store.ts';

/** @returns why nothing can be created in the namespace; undefined when it can */
export function namespaceRefusal(
  store: Store,
  resource: Resource,
  object: JsonObject,
  mustExist: boolean,
): Refusal | undefined {
  const namespace = stringAt(object, 'metadata', 'namespace');
  if (!resource.namespaced || namespace === undefined) return undefined;
  const found = store.get(NAMESPACES, { name: namespace });
  if (found === undefined) return mustExist ? notFound(NAMESPACES, namespace) : undefined;
  if (!isTerminating(found)) return undefined;
  const name = stringAt(object, 'metadata', 'name') ?? '';
  return refuse(
    'Forbidden',
    `${qualifiedPlural(resource)} "${name}" is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`,
  );
}

/** @returns a new Namespace with what every server adds to one */
export function furnishedNamespace(namespace: JsonObject): JsonObject {
  const status = { phase: 'Active' };
  return withOwnLabel({ ...namespace, spec: { finalizers: ['kubernetes'] }, status });
}

/** @returns an updated Namespace; its spec is not for clients to change */
export function updatedNamespace(current: JsonObject, next: JsonObject): JsonObject {
  return withOwnLabel({ ...next, spec: current['spec'] });
}

function withOwnLabel(namespace: JsonObject): JsonObject {
  const metadata = metadataOf(namespace);
  const own = { 'kubernetes.io/metadata.name': stringAt(metadata, 'name') ?? '' };
  const labels = { ...objectAt(metadata, 'labels'), ...own };
  return { ...namespace, metadata: { ...metadata, labels } };
}

/** @returns a Namespace that has been marked as terminating, as its phase tells */
export function terminatingNamespace(namespace: JsonObject): JsonObject {
  const { deletionGracePeriodSeconds: _, ...metadata } = metadataOf(namespace);
  return { ...namespace, metadata, status: { phase: 'Terminating' } };
}

/** @returns the Namespace without the finalizer that stands for its content */
export function emptiedNamespace(namespace: JsonObject): JsonObject {
  return { ...namespace, spec: {} };
}

export function isNamespaces(resource: Resource): boolean {
  return resource.group === '' && resource.plural === NAMESPACES.plural;
}
