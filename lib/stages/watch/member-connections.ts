import { goJson } from '../../core/hash.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Clock, Cluster, Log, Members } from '../../ports.ts';

export interface Connected {
  readonly name: string;
  readonly cluster: Cluster;
}

export interface MemberConnections {
  /** Connects to members that are new or changed, lets go of those that left; those that fail are tried again. */
  follow(kubeFedClusters: ReadonlyMap<string, JsonObject>): Promise<void>;
  /** members that a connection could be made to, whether they answer or not */
  connected(): readonly Connected[];
}

const RECONNECT_MS = 15_000;

/** @param onNew is called when the set of connections has got new ones */
export function memberConnections(
  ports: { readonly members: Members; readonly clock: Clock; readonly log: Log },
  stopping: AbortSignal,
  onNew: () => void,
): MemberConnections {
  const connections = new Map<string, { spec: string; cluster: Cluster }>();
  let wanted: ReadonlyMap<string, JsonObject> = new Map();
  let retrying = false;

  async function connect(name: string, object: JsonObject): Promise<'new' | 'kept' | 'failed'> {
    const spec = goJson(object['spec'] ?? null);
    if (connections.get(name)?.spec === spec) return 'kept';
    const opened = await ports.members.connect(object);
    if (!opened.ok) {
      ports.log.warn('member cannot be watched', { cluster: name, error: opened.error });
      return 'failed';
    }
    // Meanwhile it may have changed or left; who told of that has connected already.
    if (goJson(wanted.get(name)?.['spec'] ?? null) !== spec) return 'kept';
    connections.set(name, { spec, cluster: opened.value });
    return 'new';
  }

  async function connectAll(): Promise<void> {
    for (const name of connections.keys()) if (!wanted.has(name)) connections.delete(name);
    const attempts = [...wanted].map(([name, object]) => connect(name, object));
    const results = await Promise.all(attempts);
    if (results.includes('new')) onNew();
    if (results.includes('failed')) void retryLater();
  }

  async function retryLater(): Promise<void> {
    if (retrying) return;
    retrying = true;
    await ports.clock.sleep(RECONNECT_MS, stopping);
    retrying = false;
    if (!stopping.aborted) await connectAll();
  }

  return {
    follow(kubeFedClusters) {
      wanted = new Map(kubeFedClusters);
      return connectAll();
    },
    connected: () => [...connections].map(([name, { cluster }]) => ({ name, cluster })),
  };
}
