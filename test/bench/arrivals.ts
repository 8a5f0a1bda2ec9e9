import { type JsonObject, listAt, stringAt } from '../../lib/model/json.ts';
import type { Resource } from '../../lib/model/resource.ts';
import type { Cluster } from '../../lib/ports.ts';

/** Watches a resource and remembers when each object was first seen as wanted. */
export interface Arrivals {
  /** @returns when the object was first seen so, in ms of `performance.now()`; waits for it */
  seen(name: string): Promise<number>;
  /** resolves when that many have been seen so */
  count(wanted: number): Promise<void>;
  /** resolves when all that were seen have been deleted again */
  gone(): Promise<void>;
  stop(): void;
}

/** @param isWanted what to wait for; also called again when an object changes after it was forgotten */
export function watchArrivals(
  cluster: Cluster,
  resource: Resource,
  isWanted: (object: JsonObject) => boolean,
): Arrivals {
  const at = new Map<string, number>();
  const present = new Set<string>();
  const stop = new AbortController();
  let wake = Promise.withResolvers<void>();

  function take(type: string, object: JsonObject): void {
    const name = stringAt(object, 'metadata', 'name') ?? '';
    if (type === 'DELETED') present.delete(name);
    else if (isWanted(object)) {
      present.add(name);
      if (!at.has(name)) at.set(name, performance.now());
    }
    wake.resolve();
    wake = Promise.withResolvers();
  }

  async function run(): Promise<void> {
    let resourceVersion = '0';
    while (!stop.signal.aborted) {
      const options = { namespace: 'bench', resourceVersion, timeoutSeconds: 600 };
      for await (const event of cluster.watch(resource, { ...options, signal: stop.signal })) {
        resourceVersion = stringAt(event.object, 'metadata', 'resourceVersion') ?? resourceVersion;
        if (event.type !== 'BOOKMARK') take(event.type, event.object);
      }
    }
  }

  async function until<T>(look: () => T | undefined): Promise<T> {
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      await wake.promise;
    }
  }

  void run();
  return {
    seen: (name) => until(() => at.get(name)),
    count: (wanted) => until(() => (at.size >= wanted ? null : undefined)).then(() => undefined),
    gone: () => until(() => (present.size === 0 ? null : undefined)).then(() => undefined),
    stop: () => stop.abort(),
  };
}

/** @returns whether the Propagation condition is True and says so of the newest generation */
export function isPropagated(federated: JsonObject): boolean {
  const conditions = listAt(federated, 'status', 'conditions');
  return conditions.some(
    (c) => stringAt(c, 'type') === 'Propagation' && stringAt(c, 'status') === 'True',
  );
}
