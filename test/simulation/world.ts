/** The clusters of a simulation, the time they take, and what goes wrong with them. */
import { type VirtualClock, virtualClock } from '../../lib/adapters/memory/clock.ts';
import { type MemoryCluster, memoryCluster } from '../../lib/adapters/memory/cluster.ts';
import type { Fault, FaultHook, MemoryCall } from '../../lib/adapters/memory/gate.ts';
import { KUBEFED_CONFIGS } from '../../lib/model/kubefed-config.ts';
import { WATCH_LEASE } from '../../lib/model/names.ts';
import { type ObjectKey, qualifiedName } from '../../lib/model/resource.ts';
import { KUBEFED_CLUSTERS, NAMESPACES } from '../../lib/model/resources.ts';
import { FEDERATED_TYPE_CONFIGS, type FederatedType } from '../../lib/model/type-config.ts';
import type { ApiErrorKind } from '../../lib/ports.ts';
import {
  federated,
  KUBEFED_NAMESPACE,
  kubeFedCluster,
  NAMESPACE,
  namespaceObject,
  TYPE_CONFIGS,
} from '../stages/objects.ts';
import type { Random } from './random.ts';

/** Everything that the parts of one simulation share. */
export interface World {
  readonly random: Random;
  readonly clock: VirtualClock;
  readonly host: MemoryCluster;
  readonly members: ReadonlyMap<string, MemoryCluster>;
  readonly weather: Weather;
  /** federated objects that somebody has made and nobody has deleted, by `federatedId` */
  readonly made: Set<string>;
  /** names of clusters that others reach, but this program does not */
  readonly cutOff: Set<string>;
  /** what is paused now */
  readonly holds: Set<Hold>;
  /** writes to what is paused */
  readonly trespasses: string[];
  /** names of members that do not come back before the end */
  readonly lost: Set<string>;
  /** Runs one call as somebody who is not part of this program: it is quick and does not fail. */
  asOther<T>(call: () => T): T;
  /**
   * Writes that this program has tried so far, those left out that a watch makes of itself.
   *
   * @param cluster only those to this one
   */
  writes(cluster?: string): number;
  trace(line: string, details?: unknown): void;
}

/** A pause: of a cluster, or of an object in all of them. */
export interface Hold {
  readonly cluster?: string;
  /** of targets */
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly sinceMs: number;
  /** whether it is still in force: its annotation may have gone with its object, or with another pause */
  isOn(): boolean;
}

/** What was under way when the pause came may still be written. */
const UNDER_WAY_MS = 20_000;

/** What goes wrong, as probabilities; all 0 when the storm is over. */
export interface Weather {
  /** that a call to an API server or a queue fails */
  faults: number;
  /** that an invocation dies, or is not heard of again when it has done its work */
  crashes: number;
}

export const NAMESPACE_NAMES = ['shop', 'till'];
/** A namespace of the members that is nobody's business. */
export const FOREIGN_NAMESPACE = 'own';

/** How long a member out of reach may hold up a deletion: shorter than many outages are here. */
export const DEADLINE_SECONDS = 40;

const WRITES = new Set(['create', 'replace', 'patch', 'delete']);

export interface WorldOptions {
  readonly trace?: World['trace'];
  /** names of members; absent: two, now and then three */
  readonly names?: readonly string[];
  /** probability that a call takes up to 1.5 s; absent: drawn */
  readonly slowness?: number;
}

export function newWorld(random: Random, weather: Weather, options: WorldOptions = {}): World {
  const { trace = () => undefined } = options;
  const clock = virtualClock();
  let other = false;
  const writes = new Map<string, number>();

  const cutOff = new Set<string>();
  const holds = new Set<Hold>();
  const trespasses: string[] = [];
  const isHeld = (name: string, { resource, key }: MemoryCall) =>
    name !== 'host' &&
    [...holds].some(
      (hold) =>
        clock.nowMs() - hold.sinceMs > UNDER_WAY_MS &&
        hold.isOn() &&
        (hold.cluster === undefined
          ? hold.kind === resource?.kind &&
            hold.name === key.name &&
            hold.namespace === key.namespace
          : hold.cluster === name),
    );

  const failOf =
    (name: string): FaultHook =>
    (call) => {
      if (other) return undefined;
      if (WRITES.has(call.verb) && !isRoutine(call)) {
        if (isHeld(name, call)) trespasses.push(`${name}: ${call.verb} ${call.key.name} is paused`);
        writes.set(name, (writes.get(name) ?? 0) + 1);
      }
      return troubleOf(name, call);
    };

  const slowness = options.slowness ?? random.pick([0, 0.03, 0.15]);
  async function troubleOf(name: string, call: MemoryCall): Promise<Fault | undefined> {
    await clock.sleep(random.chance(slowness) ? random.between(20, 1_500) : random.between(1, 8));
    if (cutOff.has(name)) return { kind: 'Unreachable', message: 'simulated: no route' };
    return random.chance(weather.faults) ? faultOf(call, random) : undefined;
  }

  let lenientReads = 0;
  const lags = () => ++lenientReads % 2 === 0;
  const cluster = (name: string) =>
    memoryCluster({ name, clock, fail: failOf(name), requireNamespaces: true, lags });
  const names = options.names ?? ['east', 'west', ...(random.chance(0.2) ? ['north'] : [])];
  const host = cluster('host');
  const members = new Map(names.map((name) => [name, cluster(name)]));
  furnish(host, members);
  return {
    ...{ random, clock, host, members, weather, cutOff, holds, trespasses, trace },
    made: new Set([federatedId(NAMESPACE, { namespace: 'shop', name: 'shop' })]),
    lost: new Set(),
    writes: (cluster) =>
      cluster === undefined
        ? [...writes.values()].reduce((sum, count) => sum + count, 0)
        : (writes.get(cluster) ?? 0),
    asOther(call) {
      other = true;
      try {
        return call();
      } finally {
        other = false;
      }
    },
  };
}

/** The Lease, and the status of types, which a watch that failed to write it leaves to its successor. */
function isRoutine({ resource, key }: MemoryCall): boolean {
  return key.name === WATCH_LEASE || resource?.kind === FEDERATED_TYPE_CONFIGS.kind;
}

function faultOf({ verb }: MemoryCall, random: Random): Fault {
  const changes = verb === 'replace' || verb === 'patch';
  const kinds: ApiErrorKind[] = ['Throttled', 'Unreachable', 'TimedOut', 'ServerError'];
  if (changes) kinds.push('Conflict');
  const kind = random.pick(kinds);
  // Whether the write has been done before the connection broke, only the server knows.
  const lost = WRITES.has(verb) && (kind === 'TimedOut' || kind === 'Unreachable');
  const applied = lost && random.chance(0.5) ? { applied: true } : {};
  const wait = kind === 'Throttled' ? { retryAfterSeconds: random.between(1, 3) } : {};
  return { kind, message: `simulated ${kind}`, ...applied, ...wait };
}

function furnish(host: MemoryCluster, members: ReadonlyMap<string, MemoryCluster>): void {
  for (const name of [KUBEFED_NAMESPACE, ...NAMESPACE_NAMES, 'default']) {
    host.seed(NAMESPACES, namespaceObject(name));
  }
  for (const config of TYPE_CONFIGS) host.seed(FEDERATED_TYPE_CONFIGS, config);
  host.seed(KUBEFED_CONFIGS, {
    metadata: { name: 'kubefed', namespace: KUBEFED_NAMESPACE },
    spec: { scope: 'Cluster', syncController: { deletionDeadline: `${DEADLINE_SECONDS}s` } },
  });
  host.seed(
    NAMESPACE.federated,
    federated(NAMESPACE, {
      namespace: 'shop',
      name: 'shop',
      spec: { placement: { clusterSelector: {} } },
    }),
  );
  for (const [name, member] of members) {
    host.seed(KUBEFED_CLUSTERS, kubeFedCluster(name, { ready: true, labels: { tier: 'gold' } }));
    member.seed(NAMESPACES, namespaceObject(FOREIGN_NAMESPACE));
  }
}

export function federatedId(type: FederatedType, key: ObjectKey): string {
  return `${type.federated.kind} ${qualifiedName(key)}`;
}
