import type { JsonObject } from '../../model/json.ts';
import type { Resource } from '../../model/resource.ts';
import type { ApiError, Clock, Cluster, ListOptions, WatchEvent } from '../../ports.ts';
import { type Follower, follow } from './follow.ts';
import type { Checkpoint } from './lease.ts';

/** One watch: a resource of one cluster and what to do with what it shows. */
export interface Source {
  readonly clusterName: string;
  readonly cluster: Cluster;
  readonly resource: Resource;
  /** sets it apart from another watch of the same resource */
  readonly purpose?: string;
  readonly options: ListOptions;
  readonly onEvent: (event: WatchEvent) => void;
  readonly onList: (items: JsonObject[], missed: boolean) => void;
}

export interface Sources {
  /** Starts what is new, stops what is not listed any more, leaves the others running. */
  set(sources: readonly Source[]): void;
  /** where every running watch stands, and where those stood that could not start yet */
  positions(): Checkpoint;
  /** resolves when every source of the cluster has been answered once, well or badly */
  settled(clusterName: string): Promise<void>;
  stop(): Promise<void>;
}

interface Running {
  readonly source: Source;
  readonly follower: Follower;
  readonly settled: Promise<void>;
  readonly stop: AbortController;
}

/** Keeps a changing set of watches going, each from the checkpoint's position. */
export function sources(
  clock: Clock,
  checkpoint: Checkpoint,
  onError: (source: Source, error: ApiError) => void,
): Sources {
  const running = new Map<string, Running>();
  const positions = new Map(Object.entries(checkpoint));

  function start(id: string, source: Source): Running {
    const stop = new AbortController();
    const from = positions.get(id);
    const { promise: settled, resolve } = Promise.withResolvers<void>();
    const followed = {
      ...source,
      ...(from === undefined ? {} : { from }),
      onSettled: () => resolve(),
      onError: (error: ApiError) => onError(source, error),
    };
    return { source, follower: follow(followed, clock, stop.signal), settled, stop };
  }

  function stopAllBut(wanted: ReadonlyMap<string, Source>): void {
    for (const [id, { source, stop }] of running) {
      if (wanted.get(id)?.cluster === source.cluster) continue;
      stop.abort();
      running.delete(id);
      // What is watched again later, or in another cluster of that name, is listed first.
      positions.delete(id);
    }
  }

  return {
    set(wanted) {
      const byId = new Map(wanted.map((source) => [sourceId(source), source]));
      stopAllBut(byId);
      for (const [id, source] of byId) {
        if (!running.has(id)) running.set(id, start(id, source));
      }
    },
    positions() {
      for (const [id, { follower }] of running) {
        const position = follower.position();
        if (position !== undefined) positions.set(id, position);
      }
      return Object.fromEntries(positions);
    },
    async settled(clusterName) {
      const concerned = [...running.values()].filter((r) => r.source.clusterName === clusterName);
      await Promise.all(concerned.map((r) => r.settled));
    },
    async stop() {
      for (const { stop } of running.values()) stop.abort();
      await Promise.all([...running.values()].map((r) => r.follower.done));
    },
  };
}

function sourceId({ clusterName, resource, purpose, options: { namespace } }: Source): string {
  const place = namespace === undefined ? '' : `/${namespace}`;
  const id = `${clusterName}/${resource.plural}.${resource.group}${place}`;
  return purpose === undefined ? id : `${id}#${purpose}`;
}
