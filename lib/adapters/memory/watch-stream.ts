import type { JsonObject } from '../../model/json.ts';
import { apiVersionOf, type Resource } from '../../model/resource.ts';
import type { ApiError, Clock, WatchEvent, WatchOptions } from '../../ports.ts';
import { copyObject } from './json-copy.ts';
import { matcherOf, metadataOnly, selects } from './reads.ts';
import { refuse } from './refusals.ts';
import { metadataOf, type Store, type StoredChange, type StoreListener } from './store.ts';

/** What comes out of a stream: events, then its end. */
type Delivery = { readonly event: WatchEvent } | { readonly end: ApiError | undefined };

/** One watch on the store, over its history and then live; see `Cluster.watch`. */
export async function* watchStore(
  store: Store,
  clock: Clock,
  resource: Resource,
  options: WatchOptions,
): AsyncGenerator<WatchEvent, ApiError | undefined> {
  if (options.signal.aborted) return undefined;
  const matcher = matcherOf(options);
  if (!matcher.ok) return matcher.error;
  const view = viewOf(resource, options, selects(matcher.value, options));
  const inbox = inboxOf<Delivery>();
  const started = start(store, resource, options.resourceVersion, view);
  if ('error' in started) return started.error;
  for (const event of started.events) inbox.put({ event });

  const listener = listenerOf(store, resource, view, inbox);
  const over = new AbortController();
  const end = () => inbox.put({ end: undefined });
  store.listeners.add(listener);
  options.signal.addEventListener('abort', end);
  void clock.sleep(options.timeoutSeconds * 1000, over.signal).then(end);
  try {
    while (true) {
      const delivery = await inbox.take();
      if (options.signal.aborted) return undefined;
      if ('end' in delivery) return delivery.end;
      yield delivery.event;
    }
  } finally {
    store.listeners.delete(listener);
    options.signal.removeEventListener('abort', end);
    over.abort();
  }
}

interface View {
  /** @returns what a watcher is told of a change; undefined when it is none of its business */
  change(change: StoredChange): WatchEvent | undefined;
  added(object: JsonObject): WatchEvent | undefined;
  bookmark(resourceVersion: number, annotations?: JsonObject): WatchEvent;
}

function viewOf(
  resource: Resource,
  { metadataOnly: partial }: WatchOptions,
  isSelected: (object: JsonObject) => boolean,
): View {
  const event = (type: WatchEvent['type'], object: JsonObject): WatchEvent => ({
    type,
    object: partial ? metadataOnly(object) : copyObject(object),
  });
  return {
    change({ type, object, previous, resourceVersion }) {
      const was = previous !== undefined && isSelected(previous);
      const is = type !== 'DELETED' && isSelected(object);
      if (is) return event(was ? 'MODIFIED' : 'ADDED', object);
      if (!was) return undefined;
      // Who no longer sees an object is told its last state that it could see.
      const metadata = { ...metadataOf(previous), resourceVersion: String(resourceVersion) };
      return event('DELETED', { ...previous, metadata });
    },
    added: (object) => (isSelected(object) ? event('ADDED', object) : undefined),
    bookmark(resourceVersion, annotations) {
      const metadata = {
        resourceVersion: String(resourceVersion),
        ...(annotations === undefined ? {} : { annotations }),
      };
      return event('BOOKMARK', {
        kind: resource.kind,
        apiVersion: apiVersionOf(resource),
        metadata,
      });
    },
  };
}

function listenerOf(
  store: Store,
  resource: Resource,
  view: View,
  inbox: Inbox<Delivery>,
): StoreListener {
  return {
    resource,
    change(change) {
      const event = view.change(change);
      if (event !== undefined) inbox.put({ event });
    },
    bookmark: () => inbox.put({ event: view.bookmark(store.resourceVersion()) }),
    end: (error) => inbox.put({ end: error }),
  };
}

function start(
  store: Store,
  resource: Resource,
  from: string,
  view: View,
): { events: WatchEvent[] } | { error: ApiError } {
  if (from === '' || from === '0') {
    const present = store.all(resource).map(view.added);
    const end = view.bookmark(store.resourceVersion(), { 'k8s.io/initial-events-end': 'true' });
    return { events: [...present.filter((event) => event !== undefined), end] };
  }
  const changes = store.changesAfter(resource, Number(from));
  if (changes === undefined) {
    return refuse('Gone', `too old resource version: ${from} (${store.oldestVersion()})`);
  }
  return { events: changes.map(view.change).filter((event) => event !== undefined) };
}

interface Inbox<T> {
  put(item: T): void;
  /** Waits for the next item. */
  take(): Promise<T>;
}

function inboxOf<T>(): Inbox<T> {
  const items: T[] = [];
  let wake: (() => void) | undefined;
  return {
    put(item) {
      items.push(item);
      wake?.();
    },
    async take() {
      for (;;) {
        const item = items.shift();
        if (item !== undefined) return item;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
