import { fnv1 } from './fnv1.ts';
import type { ClusterPreference } from './preference.ts';

/** One cluster that replicas may be given to. */
export interface Candidate {
  readonly cluster: string;
  /** absent: the preference does not name it; it gets 0 */
  readonly preference?: ClusterPreference;
  /** replicas that run there */
  readonly current?: number;
  /** how many can run there; absent: not known */
  readonly capacity?: number;
}

export interface ReplicaPlan {
  /** every candidate, without overflow */
  readonly planned: ReadonlyMap<string, number>;
  /** more than fits now, in hope that capacity comes back; only clusters that have some */
  readonly overflow: ReadonlyMap<string, number>;
  /** replicas that found no place, not even as overflow */
  readonly unplaced: number;
}

interface Order {
  readonly totalReplicas: number;
  /** false: what runs stays where it is, as far as the total allows */
  readonly rebalance: boolean;
  /** `namespace/name` of the preference: it decides who is first among equal weights */
  readonly key: string;
}

interface Share extends Candidate, ClusterPreference {
  planned: number;
  kept: number;
  overflow: number;
}

/**
 * Spreads replicas over clusters: first the minimums, then (without rebalance) what runs already, then the rest by
 * weight in rounds, until no cluster can take more. The same input gives the same plan, in whatever order the
 * candidates come.
 *
 * Source: KubeFed v0.10.0, planner of ReplicaSchedulingPreference
 */
export function planReplicas(order: Order, candidates: readonly Candidate[]): ReplicaPlan {
  const shares = sharesOf(order, candidates);
  let remaining = giveMinimums(shares, order.totalReplicas);
  if (!order.rebalance) remaining = keepRunning(shares, remaining);
  remaining = spreadRest(shares, remaining);

  const planned = new Map(candidates.map(({ cluster }) => [cluster, 0]));
  const overflow = new Map<string, number>();
  let overflowing = 0;
  for (const share of shares) {
    planned.set(share.cluster, share.planned);
    const over = order.rebalance ? share.overflow : Math.min(share.overflow, remaining);
    if (over > 0) overflow.set(share.cluster, over);
    overflowing += over;
  }
  return { planned, overflow, unplaced: Math.max(0, remaining - overflowing) };
}

function sharesOf(order: Order, candidates: readonly Candidate[]): Share[] {
  const shares = candidates.flatMap((candidate): Share[] => {
    const { preference } = candidate;
    if (preference === undefined) return [];
    return [{ ...candidate, ...preference, planned: 0, kept: 0, overflow: 0 }];
  });
  const rank = new Map(shares.map(({ cluster }) => [cluster, fnv1(cluster + order.key)]));
  return shares.sort(
    (a, b) =>
      b.weight - a.weight ||
      (rank.get(a.cluster) ?? 0) - (rank.get(b.cluster) ?? 0) ||
      (a.cluster < b.cluster ? -1 : 1),
  );
}

function giveMinimums(shares: readonly Share[], total: number): number {
  let remaining = total;
  for (const share of shares) {
    share.planned = Math.min(share.minReplicas, remaining, roomOf(share));
    remaining -= share.planned;
  }
  return remaining;
}

function keepRunning(shares: readonly Share[], total: number): number {
  let remaining = total;
  for (const share of shares) {
    const limit = Math.min(share.maxReplicas ?? Number.POSITIVE_INFINITY, roomOf(share));
    const wanted = Math.min(share.current ?? 0, limit) - share.planned;
    share.kept = Math.min(Math.max(wanted, 0), remaining);
    share.planned += share.kept;
    remaining -= share.kept;
  }
  return remaining;
}

function spreadRest(all: readonly Share[], total: number): number {
  let remaining = total;
  let shares = all;
  let changed = true;
  while (changed && remaining > 0) {
    const round = spreadRound(shares, remaining);
    ({ remaining, changed, open: shares } = round);
  }
  return remaining;
}

function spreadRound(shares: readonly Share[], atStart: number) {
  const weights = shares.reduce((sum, { weight }) => sum + weight, 0);
  const open: Share[] = [];
  let remaining = atStart;
  let changed = false;
  if (weights === 0) return { remaining, changed, open };
  for (const share of shares) {
    const before = share.planned;
    const offered = Math.min(Math.ceil((atStart * share.weight) / weights), remaining);
    const { full, usedKept } = offer(share, offered);
    remaining -= share.planned - before;
    changed ||= usedKept || share.planned > before;
    if (!full) open.push(share);
  }
  return { remaining, changed, open };
}

/** What the cluster keeps already is taken off what it is offered. */
function offer(share: Share, offered: number): { full: boolean; usedKept: boolean } {
  const used = Math.min(offered, share.kept);
  share.kept -= used;
  let total = share.planned + offered - used;
  let full = false;
  if (share.maxReplicas !== undefined && total > share.maxReplicas) {
    total = share.maxReplicas;
    full = true;
  }
  const room = roomOf(share);
  if (total > room) {
    share.overflow = total - room;
    total = room;
    full = true;
  }
  share.planned = total;
  return { full, usedKept: used > 0 };
}

function roomOf({ capacity }: Candidate): number {
  return capacity ?? Number.POSITIVE_INFINITY;
}
