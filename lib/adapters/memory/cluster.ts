import { createHash } from 'node:crypto';
import { isJsonObject, type JsonObject, stringAt } from '../../model/json.ts';
import { type ObjectKey, objectKey, type Resource } from '../../model/resource.ts';
import type { ApiError, ApiResult, Clock, Cluster, ListOptions } from '../../ports.ts';
import { virtualClock } from './clock.ts';
import { type FaultHook, type Gate, type GateControls, gateOf, type MemoryCall } from './gate.ts';
import { copyObject } from './json-copy.ts';
import { KIND_RULES, type KindRules } from './kind-rules.ts';
import { newObject } from './object-states.ts';
import { listObjects } from './reads.ts';
import { notFound, refuse } from './refusals.ts';
import { memoryStore, metadataOf, type Store } from './store.ts';
import { watchStore } from './watch-stream.ts';
import { memoryWrites, type WriteSettings } from './writes.ts';

export interface MemoryClusterOptions {
  /** makes uids differ between clusters */
  readonly name?: string;
  /** for timestamps and the timeouts of watches; absent: one that stands still */
  readonly clock?: Clock;
  readonly fail?: FaultHook;
  /** whether a namespace must exist before anything is created in it; absent: no */
  readonly requireNamespaces?: boolean;
  /** whether a deleted namespace is emptied and goes; absent: yes. Without, it stays as terminating. */
  readonly namespaceController?: boolean;
  /** resources that the cluster knows; absent: all */
  readonly isServed?: (resource: Resource) => boolean;
  /** whether a read that puts up with an older state gets it: the cache lags behind; absent: never */
  readonly lags?: () => boolean;
  /** defaulting and validation of what is written; may change its argument and return it */
  readonly admit?: (resource: Resource, object: JsonObject) => ApiResult;
  /** where this cluster is to differ from a real one */
  readonly rules?: Partial<KindRules>;
}

export interface MemoryCluster extends Cluster, GateControls {
  /**
   * Puts an object there over what there was, with status and metadata as given; no faults, counts or checks.
   *
   * @returns the object with what it lacked
   */
  seed(resource: Resource, object: JsonObject): JsonObject;
  /** Reads without being counted. */
  peek(resource: Resource, key: ObjectKey): JsonObject | undefined;
  /** sorted by namespace and name */
  peekAll(resource: Resource, namespace?: string): JsonObject[];
  /** Sends a bookmark to every watch. */
  bookmark(): void;
  /** Forgets the history: a watch from before is `Gone`. */
  compact(): void;
  /** Ends every watch, as servers and load balancers do now and then; with an error it breaks. */
  endWatches(error?: ApiError): void;
}

/**
 * A cluster in memory that behaves like a real API server in what this program can notice: versions, generations,
 * preconditions, status subresources, finalizers, namespaces, selectors and watches. There is no schema, no admission
 * (but see `admit`), no garbage collector, no field manager; any propagation policy is taken as Background.
 *
 * Source: Kubernetes 1.34; one contract suite runs over this and over a real API server
 */
export function memoryCluster(options: MemoryClusterOptions = {}): MemoryCluster {
  const store = memoryStore();
  const clock = options.clock ?? virtualClock();
  const settings = settingsOf(store, clock, options);
  const endWatches = (error?: ApiError) => {
    for (const listener of [...store.listeners]) listener.end(error);
  };
  const gate = gateOf(options.fail, options.isServed ?? (() => true), endWatches);
  const verbs: Cluster = {
    ...objectVerbs(gate, settings, options.lags),
    ...otherVerbs(gate, store, clock),
  };

  // The controls come first: they have accessors, which must not be copied.
  return Object.assign(gate.controls, verbs, {
    seed: (resource: Resource, object: JsonObject) => copyObject(seed(settings, resource, object)),
    peek: (resource: Resource, key: ObjectKey) => {
      const found = store.get(resource, key);
      return found && copyObject(found);
    },
    peekAll: (resource: Resource, namespace?: string) =>
      store.all(resource, namespace).map(copyObject),
    bookmark: () => {
      for (const listener of [...store.listeners]) listener.bookmark();
    },
    compact: () => store.compact(),
    endWatches,
  });
}

function settingsOf(store: Store, clock: Clock, options: MemoryClusterOptions): WriteSettings {
  const identity = createHash('sha256')
    .update(options.name ?? '')
    .digest('hex')
    .slice(0, 8);
  let made = 0;
  return {
    store,
    rules: { ...KIND_RULES, ...options.rules },
    nowMs: clock.nowMs,
    nextUid: () => `${identity}-0000-4000-8000-${String(++made).padStart(12, '0')}`,
    nextSuffix: () => (++made).toString(36).padStart(5, '0'),
    admit: options.admit ?? ((_, object) => ({ ok: true, value: object })),
    requireNamespaces: options.requireNamespaces ?? false,
    namespaceController: options.namespaceController ?? true,
  };
}

/** Arguments are copied when the call is made, answers when they are given: nothing is shared with the caller. */
function objectVerbs(
  gate: Gate,
  settings: WriteSettings,
  lags: () => boolean = () => false,
): Pick<Cluster, 'get' | 'create' | 'replace' | 'patch' | 'delete'> {
  const { store } = settings;
  const writes = memoryWrites(settings);

  async function pass(call: MemoryCall, run: () => ApiResult): Promise<ApiResult> {
    const result = await gate.pass(call, run);
    return result.ok ? { ok: true, value: copyObject(result.value) } : result;
  }

  return {
    get: (resource, key, notOlderThan) =>
      pass({ verb: 'get', resource, key }, () => {
        const old =
          notOlderThan !== undefined && lags() ? stateAt(store, resource, notOlderThan) : undefined;
        const value = old ?? store.get(resource, key);
        return value === undefined ? notFound(resource, key.name) : { ok: true, value };
      }),
    create(resource, object) {
      const given = copyObject(object);
      const call = { verb: 'create', resource, key: keyOf(given) } as const;
      return pass(call, () => writes.create(resource, given));
    },
    replace(resource, object) {
      const given = copyObject(object);
      const call = { verb: 'replace', resource, key: keyOf(given) } as const;
      return pass(call, () => writes.replace(resource, given));
    },
    patch(resource, key, patch, subresource) {
      const given = copyObject(patch);
      const below = subresource === undefined ? {} : { subresource };
      const call = { verb: 'patch', resource, key, ...below } as const;
      return pass(call, () => writes.patch(resource, key, given, subresource === 'status'));
    },
    delete: (resource, key, options = {}) =>
      pass({ verb: 'delete', resource, key }, () => writes.delete(resource, key, options)),
  };
}

/** @returns the object that had this resourceVersion; undefined when that is forgotten */
function stateAt(store: Store, resource: Resource, version: string): JsonObject | undefined {
  const [first] = store.changesAfter(resource, Number(version) - 1) ?? [];
  return first?.resourceVersion === Number(version) ? first.object : undefined;
}

function otherVerbs(
  gate: Gate,
  store: Store,
  clock: Clock,
): Pick<Cluster, 'list' | 'watch' | 'raw'> {
  return {
    list: (resource, options = {}) =>
      gate.pass({ verb: 'list', resource, key: namespaceOf(options) }, () =>
        listObjects(store, resource, options),
      ),
    async *watch(resource, options) {
      const call = { verb: 'watch', resource, key: namespaceOf(options) } as const;
      const opened = await gate.pass(call, () => ({ ok: true, value: undefined }));
      if (!opened.ok) return opened.error;
      return yield* watchStore(store, clock, resource, options);
    },
    raw: (path) => gate.pass({ verb: 'raw', key: {} }, () => rawAnswer(path)),
  };
}

function rawAnswer(path: string): ApiResult<string> {
  if (/^\/(healthz|livez|readyz)$/.test(path)) return { ok: true, value: 'ok' };
  if (path === '/version') {
    const version = { major: '1', minor: '34', gitVersion: 'v1.34.0' };
    return { ok: true, value: JSON.stringify(version) };
  }
  return refuse('NotFound', '404 page not found');
}

function seed(settings: WriteSettings, resource: Resource, object: JsonObject): JsonObject {
  const { store, rules } = settings;
  const given = copyObject(object);
  const key = keyOf(given);
  const existing = store.get(resource, key);
  const birth = { name: key.name, uid: settings.nextUid(), nowMs: settings.nowMs() };
  const fresh = newObject(resource, given, birth, rules);
  const { uid, creationTimestamp, generation } = metadataOf(existing ?? fresh);
  const known = generation === undefined ? {} : { generation };
  const metadata: JsonObject = {
    ...{ ...metadataOf(fresh), uid, creationTimestamp },
    ...{ ...known, ...metadataOf(given) },
  };
  if (!resource.namespaced) delete metadata['namespace'];
  const { status } = given;
  const withStatus = isJsonObject(status) ? { status } : {};
  return store.put(resource, copyObject({ ...fresh, ...withStatus, metadata }));
}

function keyOf(object: JsonObject): ObjectKey {
  const metadata = metadataOf(object);
  return objectKey(stringAt(metadata, 'namespace'), stringAt(metadata, 'name') ?? '');
}

function namespaceOf({ namespace }: ListOptions): { namespace?: string } {
  return namespace === undefined ? {} : { namespace };
}
