import { mergePatch } from '../../core/merge-patch.ts';
import { type JsonObject, stringAt } from '../../model/json.ts';
import { type ObjectKey, objectKey, type Resource } from '../../model/resource.ts';
import type { Cluster } from '../../ports.ts';

/** The host as it would be with the files applied. Nothing is ever written to the real one. */
export interface StagedHost {
  readonly cluster: Cluster;
  stage(resource: Resource, object: JsonObject): void;
  isStaged(resource: Resource, key: ObjectKey): boolean;
}

/** @param host read for what is not staged */
export function stagedHost(host: Cluster): StagedHost {
  const staged = new Map<string, { resource: Resource; object: JsonObject }>();

  function stage(resource: Resource, object: JsonObject): void {
    staged.set(idOf(resource, keyOf(object)), { resource, object });
  }

  const get: Cluster['get'] = async (resource, key) => {
    const found = staged.get(idOf(resource, key));
    return found === undefined ? host.get(resource, key) : { ok: true, value: found.object };
  };

  const list: Cluster['list'] = async (resource, options = {}) => {
    const listed = await host.list(resource, options);
    // A type that the files bring along is not served yet.
    if (!listed.ok && listed.error.kind !== 'NotFound') return listed;
    const { items, resourceVersion } = listed.ok
      ? listed.value
      : { items: [], resourceVersion: '' };
    const byId = new Map(items.map((item) => [idOf(resource, keyOf(item)), item]));
    for (const [id, one] of staged) {
      const within =
        options.namespace === undefined || options.namespace === keyOf(one.object).namespace;
      if (within && samePlural(one.resource, resource)) byId.set(id, one.object);
    }
    return { ok: true, value: { items: [...byId.values()], resourceVersion } };
  };

  const patch: Cluster['patch'] = async (resource, key, change) => {
    const current = await get(resource, key);
    if (!current.ok) return current;
    const value = mergePatch(current.value, change);
    stage(resource, value);
    return { ok: true, value };
  };

  const never = () => Promise.reject(new Error('a plan does not write to the host'));
  return {
    stage,
    isStaged: (resource, key) => staged.has(idOf(resource, key)),
    cluster: {
      get,
      list,
      patch,
      create: never,
      replace: never,
      delete: (resource, key) => get(resource, key),
      watch: host.watch,
      raw: host.raw,
    },
  };
}

/** @returns the same text for the same object, whatever the version of its API */
export function idOf(resource: Resource, { namespace, name }: ObjectKey): string {
  const within = resource.namespaced ? (namespace ?? '') : '';
  return `${resource.plural}.${resource.group}/${within}/${name}`;
}

function samePlural(one: Resource, other: Resource): boolean {
  return one.plural === other.plural && one.group === other.group;
}

export function keyOf(object: JsonObject): ObjectKey {
  return objectKey(
    stringAt(object, 'metadata', 'namespace'),
    stringAt(object, 'metadata', 'name') ?? '',
  );
}
