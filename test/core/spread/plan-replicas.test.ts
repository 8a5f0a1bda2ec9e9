import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Candidate, planReplicas } from '../../../lib/core/spread/plan-replicas.ts';
import type { ClusterPreference } from '../../../lib/core/spread/preference.ts';

type Counts = Record<string, number>;
const CLUSTERS = ['east', 'west', 'north'];
const weighted = (weight: number): ClusterPreference => ({ minReplicas: 0, weight });
const ALIKE = { '*': weighted(1) };
const BOUNDED = {
  east: { minReplicas: 4, maxReplicas: 6, weight: 1 },
  west: { minReplicas: 4, maxReplicas: 8, weight: 2 },
};

function candidates(
  preferences: Record<string, ClusterPreference>,
  current: Counts = {},
  capacity: Counts = {},
): Candidate[] {
  return CLUSTERS.map((cluster) => {
    const preference = preferences[cluster] ?? preferences['*'];
    return {
      cluster,
      ...(preference === undefined ? {} : { preference }),
      ...(current[cluster] === undefined ? {} : { current: current[cluster] }),
      ...(capacity[cluster] === undefined ? {} : { capacity: capacity[cluster] }),
    };
  });
}

interface Vector {
  preferences: Record<string, ClusterPreference>;
  total: number;
  rebalance?: boolean;
  current?: Counts;
  capacity?: Counts;
  plan: Counts;
  overflow?: Counts;
  unplaced?: number;
}

const VECTORS: Vector[] = [
  { preferences: ALIKE, total: 10, plan: { north: 4, west: 4, east: 2 } },
  { preferences: ALIKE, total: 1, plan: { north: 1, west: 0, east: 0 } },
  {
    preferences: { east: weighted(2), west: weighted(1) },
    total: 9,
    plan: { east: 6, west: 3, north: 0 },
  },
  { preferences: BOUNDED, total: 9, plan: { west: 5, east: 4, north: 0 } },
  { preferences: BOUNDED, total: 20, plan: { west: 8, east: 6, north: 0 }, unplaced: 6 },
  {
    preferences: ALIKE,
    total: 9,
    current: { east: 7, west: 1 },
    plan: { east: 7, west: 1, north: 1 },
  },
  {
    preferences: ALIKE,
    total: 9,
    rebalance: true,
    current: { east: 7, west: 1 },
    plan: { east: 3, west: 3, north: 3 },
  },
  {
    preferences: ALIKE,
    total: 12,
    rebalance: true,
    current: { east: 4, west: 4, north: 1 },
    capacity: { north: 1 },
    plan: { west: 6, east: 5, north: 1 },
    overflow: { north: 3 },
  },
  {
    preferences: ALIKE,
    total: 12,
    current: { east: 4, west: 4, north: 1 },
    capacity: { north: 1 },
    plan: { west: 6, east: 5, north: 1 },
  },
  {
    preferences: { east: { minReplicas: 2, weight: 0 } },
    total: 9,
    rebalance: true,
    plan: { east: 2, west: 0, north: 0 },
    unplaced: 7,
  },
];

const replicas = fc.integer({ min: 0, max: 40 });
const optional = fc.option(replicas, { nil: undefined });
const anyCandidate = fc
  .record({ min: replicas, above: optional, weight: fc.nat(5), current: optional, room: optional })
  .map(({ min, above, weight, current, room }) => ({
    preference: {
      minReplicas: min,
      weight,
      ...(above === undefined ? {} : { maxReplicas: min + above }),
    },
    ...(current === undefined ? {} : { current }),
    ...(room === undefined ? {} : { capacity: room }),
  }));
const anyCandidates = fc
  .array(anyCandidate, { minLength: 1, maxLength: 6 })
  .map((all): Candidate[] => all.map((one, index) => ({ cluster: `c${index}`, ...one })));
const sum = (counts: ReadonlyMap<string, number>) =>
  [...counts.values()].reduce((total, count) => total + count, 0);

describe('planReplicas', () => {
  it.each(VECTORS)('plans as KubeFed does: total $total, $plan', (vector) => {
    const { total, rebalance = false } = vector;
    const planned = planReplicas(
      { totalReplicas: total, rebalance, key: 'demo/web' },
      candidates(vector.preferences, vector.current, vector.capacity),
    );
    expect(Object.fromEntries(planned.planned)).toEqual(vector.plan);
    expect(Object.fromEntries(planned.overflow)).toEqual(vector.overflow ?? {});
    expect(planned.unplaced).toBe(vector.unplaced ?? 0);
  });

  it('plans no more than the total, and places or reports the rest; each overflow is within it', () => {
    fc.assert(
      fc.property(anyCandidates, replicas, (all, totalReplicas) => {
        const order = { totalReplicas, rebalance: false, key: 'ns/name' };
        const { planned, overflow, unplaced } = planReplicas(order, all);
        const rest = totalReplicas - sum(planned);
        expect(rest).toBeGreaterThanOrEqual(0);
        for (const over of overflow.values()) expect(over).toBeLessThanOrEqual(rest);
        expect(sum(overflow) + unplaced).toBeGreaterThanOrEqual(rest);
      }),
    );
  });

  it('stays within maximum and capacity of each cluster', () => {
    fc.assert(
      fc.property(anyCandidates, replicas, fc.boolean(), (all, totalReplicas, rebalance) => {
        const { planned } = planReplicas({ totalReplicas, rebalance, key: 'ns/name' }, all);
        for (const { cluster, preference, capacity } of all) {
          const limit = Math.min(preference?.maxReplicas ?? 1e9, capacity ?? 1e9);
          expect(planned.get(cluster)).toBeLessThanOrEqual(limit);
        }
      }),
    );
  });

  it('does not depend on the order of the candidates', () => {
    fc.assert(
      fc.property(anyCandidates, replicas, fc.boolean(), (all, totalReplicas, rebalance) => {
        const order = { totalReplicas, rebalance, key: 'ns/name' };
        const [one, other] = [planReplicas(order, all), planReplicas(order, all.toReversed())];
        expect(new Map([...one.planned].sort())).toEqual(new Map([...other.planned].sort()));
        expect(one.unplaced).toBe(other.unplaced);
      }),
    );
  });

  it('plans the same again once its plan runs', () => {
    fc.assert(
      fc.property(anyCandidates, replicas, fc.boolean(), (all, totalReplicas, rebalance) => {
        const order = { totalReplicas, rebalance, key: 'ns/name' };
        const roomy = all.map(({ capacity: _, ...candidate }) => candidate);
        const first = planReplicas(order, roomy).planned;
        const running = roomy.map((one) => ({ ...one, current: first.get(one.cluster) ?? 0 }));
        expect(planReplicas(order, running).planned).toEqual(first);
      }),
    );
  });
});
