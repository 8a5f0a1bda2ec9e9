import { describe, expect, it } from 'vitest';
import { readPreference } from '../../../lib/core/spread/preference.ts';
import { type KnownCluster, schedule } from '../../../lib/core/spread/schedule.ts';
import type { Standing } from '../../../lib/core/spread/standing.ts';
import type { JsonObject } from '../../../lib/model/json.ts';

const NAMES = ['east', 'north', 'west'];
const preference = (totalReplicas: number, rest: JsonObject = { rebalance: true }) =>
  readPreference({ spec: { targetKind: 'FederatedDeployment', totalReplicas, ...rest } });

function federated(replicas: Record<string, number>): JsonObject {
  const clusters = Object.keys(replicas).sort();
  return {
    spec: {
      placement: { clusters: clusters.map((name) => ({ name })) },
      overrides: clusters.map((clusterName) => ({
        clusterName,
        clusterOverrides: [{ path: '/spec/replicas', value: replicas[clusterName] }],
      })),
    },
  };
}

const runs = (declared: number, ready: number) => ({ declared, ready, current: declared });

/** each cluster runs as many ready pods as given */
function known(
  ready: Record<string, number>,
  standings: Record<string, Standing> = {},
): Map<string, KnownCluster> {
  return new Map(
    NAMES.map((name) => [
      name,
      {
        standing: standings[name] ?? 'open',
        running: runs(ready[name] ?? 0, ready[name] ?? 0),
      },
    ]),
  );
}
const numbers = (map: ReadonlyMap<string, number>) => Object.fromEntries(map);
const EVEN = { east: 3, north: 3, west: 3 };

describe('schedule', () => {
  it('spreads over all clusters, and is content with the result', () => {
    const first = schedule('demo/web', preference(9), federated({}), known({}));
    expect(numbers(first.replicas)).toEqual(EVEN);
    const again = schedule('demo/web', preference(9), first.federated ?? {}, known(EVEN));
    expect(again.federated).toBeUndefined();
  });

  it('leaves a cluster alone that is away for a moment, and gives its share to nobody', () => {
    const now = schedule('demo/web', preference(9), federated(EVEN), known(EVEN, { east: 'held' }));
    expect(now.federated).toBeUndefined();
    expect(numbers(now.replicas)).toEqual(EVEN);
  });

  it('gives a held cluster no more, and does not make others pay for what it has too much', () => {
    const uneven = { east: 5, north: 3, west: 3 };
    const held = known(uneven, { east: 'held' });
    const more = schedule('demo/web', preference(18), federated(uneven), held);
    expect(numbers(more.replicas)).toEqual({ east: 5, north: 7, west: 6 });
    const less = schedule('demo/web', preference(9), federated(uneven), held);
    expect(less.federated).toBeUndefined();
  });

  it('takes off the total what a paused cluster has', () => {
    const paused = known({ east: 5, north: 3, west: 3 }, { east: 'paused' });
    const now = schedule('demo/web', preference(9), federated({ ...EVEN, east: 5 }), paused);
    expect(numbers(now.replicas)).toEqual({ east: 5, north: 2, west: 2 });
  });

  it('gives the share of a lost cluster to the others and keeps its entry', () => {
    const now = schedule('demo/web', preference(9), federated(EVEN), known(EVEN, { east: 'lost' }));
    expect(numbers(now.replicas)).toEqual({ east: 3, north: 5, west: 4 });
    expect(now.federated).toEqual(federated({ east: 3, north: 5, west: 4 }));
  });

  it.each([
    ['has no pod ready yet', 0, { east: 3, north: 5, west: 4 }],
    ['has one pod ready', 1, { east: 3, north: 4, west: 4 }],
    ['has all its pods ready', 3, EVEN],
  ])('takes from the others only what a returned cluster runs: it %s', (_, ready, replicas) => {
    const clusters = known({ north: 5, west: 4 });
    clusters.set('east', { standing: 'open', running: runs(3, ready) });
    const moved = federated({ east: 3, north: 5, west: 4 });
    const now = schedule('demo/web', preference(9), moved, clusters);
    expect(numbers(now.replicas)).toEqual(replicas);
  });

  it('drains a cluster only as the others become ready', () => {
    const draining = { east: 'drained' } as const;
    const first = schedule('demo/web', preference(9), federated(EVEN), known(EVEN, draining));
    expect(numbers(first.replicas)).toEqual({ east: 3, north: 5, west: 4 });
    expect(first.waiting).toEqual(['east']);

    const ready = { east: 3, north: 5, west: 4 };
    const last = schedule('demo/web', preference(9), federated(ready), known(ready, draining));
    expect(numbers(last.replicas)).toEqual({ east: 0, north: 5, west: 4 });
  });

  it('gives a cordoned cluster no more and takes nothing from it', () => {
    const cordoned = { east: 'cordoned' } as const;
    const now = schedule('demo/web', preference(15), federated(EVEN), known(EVEN, cordoned));
    expect(numbers(now.replicas)).toEqual({ east: 3, north: 6, west: 6 });
  });

  it('places nothing anew in a cluster that takes no more', () => {
    const clusters = known({ north: 5, west: 4 });
    clusters.set('east', { standing: 'cordoned' });
    const now = schedule('demo/web', preference(9), federated({ north: 5, west: 4 }), clusters);
    expect(now.federated).toBeUndefined();
  });

  it('leaves replicas where they start, without rebalance, however slowly', () => {
    const uneven = { east: 7, north: 1, west: 1 };
    const clusters = known(uneven);
    clusters.set('east', { standing: 'open', running: runs(7, 4) });
    const now = schedule('demo/web', preference(9, {}), federated(uneven), clusters);
    expect(now.federated).toBeUndefined();
  });

  it('does not touch a cluster that does not answer', () => {
    const clusters = known(EVEN);
    clusters.set('east', { standing: 'open', running: 'unreadable' });
    const now = schedule('demo/web', preference(9), federated(EVEN), clusters);
    expect(now.federated).toBeUndefined();
  });

  it('changes nothing without any cluster to plan for', () => {
    const all = { east: 'lost', north: 'lost', west: 'lost' } as const;
    const now = schedule('demo/web', preference(9), federated(EVEN), known(EVEN, all));
    expect(now).toMatchObject({ planned: false, unplaced: 9 });
    expect(now.federated).toBeUndefined();
  });

  it('finds nothing missing where what is held is all there is', () => {
    const all = { east: 'held', north: 'held', west: 'held' } as const;
    const now = schedule('demo/web', preference(9), federated(EVEN), known(EVEN, all));
    expect(now).toMatchObject({ planned: false, unplaced: 0 });
  });

  it('says how many replicas found no place', () => {
    const bounded = preference(9, { clusters: { '*': { weight: 1, maxReplicas: 2 } } });
    const now = schedule('demo/web', bounded, federated({}), known({}));
    expect(now.unplaced).toBe(3);
  });
});
