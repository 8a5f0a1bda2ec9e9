import { type JsonObject, valueAt } from '../../model/json.ts';
import { handOver, type Move } from './hand-over.ts';
import { type Candidate, planReplicas, type ReplicaPlan } from './plan-replicas.ts';
import { type Preference, preferenceOf } from './preference.ts';
import { overriddenReplicas, placedClusters, rewriteReplicas } from './rewrite.ts';
import type { RunningReplicas } from './running-replicas.ts';
import type { Standing } from './standing.ts';

/** What is known of one cluster that may be used (registered, and selected where the preference asks for that). */
export interface KnownCluster {
  readonly standing: Standing;
  /** absent when the cluster was not asked or has no target of ours; `unreadable`: it did not answer */
  readonly running?: RunningReplicas | 'unreadable';
}

export interface Schedule {
  /** the federated object as it is to be; absent when it is right already */
  readonly federated?: JsonObject;
  /** false: there is no cluster to plan for, and nothing was changed */
  readonly planned: boolean;
  /** what every cluster of the placement is told, also those that are left alone */
  readonly replicas: ReadonlyMap<string, number>;
  /** clusters that keep more than planned until others are ready; sorted */
  readonly waiting: readonly string[];
  readonly unplaced: number;
}

interface Part extends Move {
  readonly standing: Standing;
  readonly current: number;
  readonly capacity?: number;
}

/**
 * Decides what a federated object is to say about its replicas.
 *
 * Lost, held and paused clusters keep their entries as they are: a copy in a dead cluster cannot be changed anyway, and
 * after a return its pods still run. What a paused or cordoned cluster has is taken off the total before the rest is
 * spread.
 *
 * @param key `namespace/name` of the preference
 */
export function schedule(
  key: string,
  preference: Preference,
  federated: JsonObject,
  clusters: ReadonlyMap<string, KnownCluster>,
): Schedule {
  const placed = new Set(placedClusters(federated));
  const left = leftAlone(federated, clusters, placed);
  const parts = partsOf(federated, clusters, placed);
  const { bounded, fixedTotal } = countedOf(left, clusters);
  if (parts.length === 0) {
    const counted = bounded.reduce((sum, [, count]) => sum + count, fixedTotal);
    const unplaced = Math.max(0, preference.totalReplicas - counted);
    return { planned: false, replicas: left, waiting: [], unplaced };
  }

  const total = preference.totalReplicas - fixedTotal;
  const { plan, stay } = spread({ key, preference, total }, parts, bounded);
  const moves = parts.map((part): Move => {
    const overflow = plan.overflow.get(part.cluster) ?? 0;
    const wanted = stay.get(part.cluster) ?? (plan.planned.get(part.cluster) ?? 0) + overflow;
    return { ...part, wanted, overflow };
  });
  const { replicas, waiting } = handOver(moves);
  const next = rewriteReplicas(federated, { replicas, untouched: new Set(left.keys()) });
  return {
    ...(next === undefined ? {} : { federated: next }),
    planned: true,
    replicas: new Map([...left, ...replicas].sort(([a], [b]) => (a < b ? -1 : 1))),
    waiting,
    unplaced: plan.unplaced,
  };
}

type Count = readonly [cluster: string, replicas: number];

/**
 * How what is left alone counts. A cluster that is away for a moment keeps its share in the plan, up to what it has: were
 * its number taken off the total instead, each coming and going would move replicas of others.
 */
function countedOf(
  left: ReadonlyMap<string, number>,
  clusters: ReadonlyMap<string, KnownCluster>,
): { readonly bounded: readonly Count[]; readonly fixedTotal: number } {
  const counts = [...left].map(([name, count]) => {
    const standing = clusters.get(name)?.standing ?? 'lost';
    return { name, count, standing };
  });
  const bounded = counts
    .filter(({ standing }) => standing === 'held' || standing === 'open')
    .map(({ name, count }) => [name, count] as const);
  const fixedTotal = counts
    .filter(({ standing }) => ['paused', 'cordoned', 'drained'].includes(standing))
    .reduce((sum, { count }) => sum + count, 0);
  return { bounded, fixedTotal };
}

interface SpreadOrder {
  readonly key: string;
  readonly preference: Preference;
  readonly total: number;
}

function spread(
  { key, preference, total }: SpreadOrder,
  parts: readonly Part[],
  bounded: readonly Count[],
) {
  let remaining = Math.max(0, total);
  const stay = new Map<string, number>();
  const candidates = bounded.map(([cluster, most]) => boundedCandidate(preference, cluster, most));
  for (const { cluster, standing, declared, current, capacity } of parts) {
    if (standing === 'cordoned') {
      const kept = Math.min(declared, remaining);
      stay.set(cluster, kept);
      remaining -= kept;
    } else if (standing === 'open') {
      const own = preferenceOf(preference, cluster);
      candidates.push({
        cluster,
        current,
        ...(own === undefined ? {} : { preference: own }),
        ...(capacity === undefined ? {} : { capacity }),
      });
    }
  }
  const order = { totalReplicas: remaining, rebalance: preference.rebalance, key };
  const plan: ReplicaPlan = planReplicas(order, candidates);
  return { plan, stay };
}

function boundedCandidate(preference: Preference, cluster: string, most: number): Candidate {
  const own = preferenceOf(preference, cluster);
  if (own === undefined) return { cluster };
  const { minReplicas, maxReplicas = most, weight } = own;
  const bounds = {
    minReplicas: Math.min(minReplicas, most),
    maxReplicas: Math.min(maxReplicas, most),
  };
  return { cluster, current: most, preference: { ...bounds, weight } };
}

/** @returns clusters that take part, sorted */
function partsOf(
  federated: JsonObject,
  clusters: ReadonlyMap<string, KnownCluster>,
  placed: ReadonlySet<string>,
): Part[] {
  return [...clusters]
    .filter(([, known]) => !isLeftAlone(known))
    .filter(([name, known]) => placed.has(name) || isWelcome(known))
    .map(([cluster, { standing, running }]): Part => {
      const target = running === undefined || running === 'unreadable' ? NOTHING : running;
      const told = placed.has(cluster) ? toldReplicas(federated, cluster) : target.declared;
      // A target that is not there yet is on its way.
      const declared = running === undefined ? told : Math.min(told, target.declared);
      const current = running === undefined ? told : Math.min(told, target.current);
      const { capacity, ready } = target;
      const known = capacity === undefined ? {} : { capacity };
      return { cluster, standing, wanted: 0, ready, declared, current, ...known };
    })
    .sort((a, b) => (a.cluster < b.cluster ? -1 : 1));
}

/** What takes no more is not placed anew; what runs there already is handed over first. */
function isWelcome({ standing, running }: KnownCluster): boolean {
  return standing === 'open' || running !== undefined;
}

const NOTHING: RunningReplicas = { declared: 0, ready: 0, current: 0 };

/** @returns what placed clusters that are left alone are told */
function leftAlone(
  federated: JsonObject,
  clusters: ReadonlyMap<string, KnownCluster>,
  placed: ReadonlySet<string>,
): Map<string, number> {
  const alone = [...clusters].filter(([name, known]) => placed.has(name) && isLeftAlone(known));
  return new Map(alone.map(([name]) => [name, toldReplicas(federated, name)]));
}

function isLeftAlone({ standing, running }: KnownCluster): boolean {
  return ['lost', 'held', 'paused'].includes(standing) || running === 'unreadable';
}

function toldReplicas(federated: JsonObject, cluster: string): number {
  const overridden = overriddenReplicas(federated, cluster);
  if (overridden !== undefined) return overridden;
  const written = valueAt(federated, 'spec', 'template', 'spec', 'replicas');
  return typeof written === 'number' ? written : 1;
}
