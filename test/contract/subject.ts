import type { JsonObject } from '../../lib/model/json.ts';
import { apiVersionOf, type Resource } from '../../lib/model/resource.ts';
import { CONFIG_MAPS } from '../../lib/model/resources.ts';
import type { ApiError, ApiResult, Cluster, WatchEvent, WatchOptions } from '../../lib/ports.ts';

/** What a contract is checked on: the cluster serves WIDGETS, and not UNSERVED. */
export interface Subject {
  readonly cluster: Cluster;
  readonly cleanUp: () => Promise<void>;
}

/** Where the objects of the contract lie; it exists. */
export const NAMESPACE = 'contract';

export const WIDGETS: Resource = {
  group: 'contract.example.com',
  version: 'v1',
  kind: 'Widget',
  plural: 'widgets',
  namespaced: true,
};
export const UNSERVED: Resource = { ...WIDGETS, kind: 'Gadget', plural: 'gadgets' };

export const SERVICE_ACCOUNTS: Resource = {
  ...{ group: '', version: 'v1', kind: 'ServiceAccount' },
  ...{ plural: 'serviceaccounts', namespaced: true },
};

export const ROLES: Resource = {
  ...{ group: 'rbac.authorization.k8s.io', version: 'v1', kind: 'Role' },
  ...{ plural: 'roles', namespaced: true },
};

let made = 0;

/** A name that no other object of this run has. */
export function freshName(prefix: string): string {
  made += 1;
  return `${prefix}-${String(made).padStart(3, '0')}`;
}

export function widget(name: string, metadata: JsonObject = {}): JsonObject {
  return { ...typed(WIDGETS, name, metadata), spec: { size: 1 } };
}

export function configMap(name: string, metadata: JsonObject = {}): JsonObject {
  return { ...typed(CONFIG_MAPS, name, metadata), data: { color: 'red' } };
}

export function typed(resource: Resource, name: string, metadata: JsonObject = {}): JsonObject {
  const namespace = resource.namespaced ? { namespace: NAMESPACE } : {};
  const type = { apiVersion: apiVersionOf(resource), kind: resource.kind };
  return { ...type, metadata: { name, ...namespace, ...metadata } };
}

/** @throws when the call was refused */
export function accepted<T>(result: ApiResult<T>): T {
  if (result.ok) return result.value;
  throw new Error(`refused: ${result.error.kind}: ${result.error.message}`);
}

/** @throws when the call was not refused */
export function refused(result: ApiResult<unknown>): ApiError {
  if (!result.ok) return result.error;
  throw new Error(`accepted: ${JSON.stringify(result.value)}`);
}

/** @returns the object without what depends on the server's field managers */
export function comparable(object: JsonObject): JsonObject {
  const { metadata } = object;
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) return object;
  const { managedFields: _, ...rest } = metadata;
  return { ...object, metadata: rest };
}

export const key = (name: string) => ({ namespace: NAMESPACE, name });

const PATIENCE_MS = 10_000;

/** Watches until an event about the object `last`, or about nothing within 10 s; bookmarks are left out. */
export async function eventsUntil(
  cluster: Cluster,
  resource: Resource,
  last: string,
  options: Partial<WatchOptions> & { resourceVersion: string },
): Promise<WatchEvent[]> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const events: WatchEvent[] = [];
  for await (const event of cluster.watch(resource, { timeoutSeconds: 30, signal, ...options })) {
    if (event.type === 'BOOKMARK') continue;
    events.push({ ...event, object: comparable(event.object) });
    if (JSON.stringify(event.object).includes(`"${last}"`)) break;
  }
  return events;
}

/** Lets a watch run to its end. */
export async function endOf(
  cluster: Cluster,
  resource: Resource,
  options: Partial<WatchOptions> & { resourceVersion: string },
): Promise<ApiError | undefined> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const watch = cluster.watch(resource, { timeoutSeconds: 30, signal, ...options });
  for (;;) {
    const step = await watch.next();
    if (step.done) return step.value;
  }
}
