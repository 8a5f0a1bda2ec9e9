import { type JsonObject, objectAt, stringAt } from '../../model/json.ts';
import type { ObjectKey, Resource } from '../../model/resource.ts';
import type { ApiError } from '../../ports.ts';
import { qualifiedPlural } from './kind-rules.ts';

/** One write, as watches are told of it. Its objects are shared: copy before handing them out. */
export interface StoredChange {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** of a deleted object the last state, under the resourceVersion of its deletion */
  readonly object: JsonObject;
  /** the state before */
  readonly previous?: JsonObject;
  readonly resourceVersion: number;
}

export interface StoreListener {
  readonly resource: Resource;
  change(change: StoredChange): void;
  bookmark(): void;
  /** the stream breaks with `error`, or just ends */
  end(error: ApiError | undefined): void;
}

/** All objects of one cluster under one rising resourceVersion, and the history that watches start from. */
export interface Store {
  get(resource: Resource, key: ObjectKey): JsonObject | undefined;
  /** sorted by namespace, then name */
  all(resource: Resource, namespace?: string): JsonObject[];
  /** everything that lies in one namespace */
  contents(namespace: string): { resource: Resource; object: JsonObject }[];
  /** @returns the object as stored, with its new resourceVersion */
  put(resource: Resource, object: JsonObject): JsonObject;
  /** @returns the last state, under the resourceVersion of the deletion */
  remove(resource: Resource, object: JsonObject): JsonObject;
  resourceVersion(): number;
  /** @returns undefined when changes since then have been forgotten */
  changesAfter(resource: Resource, resourceVersion: number): StoredChange[] | undefined;
  /** the first version that a watch can still start from */
  oldestVersion(): number;
  /** Forgets the history. */
  compact(): void;
  readonly listeners: Set<StoreListener>;
}

interface Collection {
  readonly resource: Resource;
  readonly objects: Map<string, JsonObject>;
  changes: StoredChange[];
}

export function memoryStore(): Store {
  const collections = new Map<string, Collection>();
  const listeners = new Set<StoreListener>();
  // 0 has a meaning of its own for watches.
  let resourceVersion = 1;
  let oldestVersion = 1;

  function collectionOf(resource: Resource): Collection {
    const id = qualifiedPlural(resource);
    const known = collections.get(id);
    if (known !== undefined) return known;
    const made = { resource, objects: new Map(), changes: [] };
    collections.set(id, made);
    return made;
  }

  function tell(collection: Collection, change: StoredChange): void {
    collection.changes.push(change);
    const id = qualifiedPlural(collection.resource);
    for (const listener of [...listeners]) {
      if (qualifiedPlural(listener.resource) === id) listener.change(change);
    }
  }

  return {
    get: (resource, key) =>
      collectionOf(resource).objects.get(
        pathOf(resource.namespaced ? key.namespace : undefined, key.name),
      ),
    all: (resource, namespace) => sorted(collectionOf(resource).objects, namespace),
    contents: (namespace) => [...collections.values()].flatMap(contentsOf(namespace)),
    put(resource, object) {
      const collection = collectionOf(resource);
      const path = pathOfObject(object);
      const previous = collection.objects.get(path);
      const stored = withVersion(object, ++resourceVersion);
      collection.objects.set(path, stored);
      tell(collection, {
        type: previous === undefined ? 'ADDED' : 'MODIFIED',
        object: stored,
        ...(previous === undefined ? {} : { previous }),
        resourceVersion,
      });
      return stored;
    },
    remove(resource, object) {
      const collection = collectionOf(resource);
      const path = pathOfObject(object);
      const previous = collection.objects.get(path);
      if (previous === undefined) return object;
      collection.objects.delete(path);
      const last = withVersion(previous, ++resourceVersion);
      tell(collection, { type: 'DELETED', object: last, previous, resourceVersion });
      return last;
    },
    resourceVersion: () => resourceVersion,
    changesAfter(resource, version) {
      if (version < oldestVersion) return undefined;
      return collectionOf(resource).changes.filter((change) => change.resourceVersion > version);
    },
    oldestVersion: () => oldestVersion,
    compact() {
      for (const collection of collections.values()) collection.changes = [];
      oldestVersion = resourceVersion;
    },
    listeners,
  };
}

/** @returns the metadata of an object; empty when it has none */
export function metadataOf(object: JsonObject): JsonObject {
  return objectAt(object, 'metadata') ?? {};
}

function contentsOf(namespace: string) {
  return ({ resource, objects }: Collection) =>
    resource.namespaced ? sorted(objects, namespace).map((object) => ({ resource, object })) : [];
}

function withVersion(object: JsonObject, resourceVersion: number): JsonObject {
  const metadata = { ...metadataOf(object), resourceVersion: String(resourceVersion) };
  return { ...object, metadata };
}

function pathOf(namespace: string | undefined, name: string): string {
  return `${namespace ?? ''}/${name}`;
}

function pathOfObject(object: JsonObject): string {
  const metadata = metadataOf(object);
  return pathOf(stringAt(metadata, 'namespace'), stringAt(metadata, 'name') ?? '');
}

function sorted(objects: Map<string, JsonObject>, namespace: string | undefined): JsonObject[] {
  const prefix = namespace === undefined ? '' : `${namespace}/`;
  return [...objects.entries()]
    .filter(([path]) => path.startsWith(prefix))
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, object]) => object);
}
