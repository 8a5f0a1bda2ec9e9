import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { handOver } from '../../../lib/core/spread/hand-over.ts';

const move = (cluster: string, wanted: number, declared: number, ready: number) => ({
  cluster,
  wanted,
  declared,
  ready,
});

describe('handOver', () => {
  it('gives more at once and takes nothing that runs before the others are ready', () => {
    const { replicas, waiting } = handOver([move('east', 3, 7, 7), move('west', 4, 0, 0)]);
    expect(Object.fromEntries(replicas)).toEqual({ east: 7, west: 4 });
    expect(waiting).toEqual(['east']);
  });

  it('takes as many as have become ready elsewhere', () => {
    const { replicas } = handOver([move('east', 3, 7, 7), move('west', 4, 4, 2)]);
    expect(Object.fromEntries(replicas)).toEqual({ east: 5, west: 4 });
  });

  it('takes pods that are not ready at once', () => {
    const { replicas, waiting } = handOver([move('east', 3, 7, 3), move('west', 4, 0, 0)]);
    expect(Object.fromEntries(replicas)).toEqual({ east: 3, west: 4 });
    expect(waiting).toEqual([]);
  });

  it('does not wait for pods that find no node', () => {
    const moves = [move('east', 3, 7, 7), { ...move('west', 4, 4, 0), overflow: 4 }];
    expect(handOver(moves).replicas.get('east')).toBe(3);
  });

  it('never takes ready pods below what is wanted in all', () => {
    const count = fc.nat(20);
    const moves = fc
      .array(fc.record({ wanted: count, declared: count, ready: count }), { maxLength: 6 })
      .map((all) => all.map((one, index) => ({ cluster: `c${index}`, ...one })));
    fc.assert(
      fc.property(moves, (all) => {
        const { replicas } = handOver(all);
        const running = (now: (cluster: string) => number) =>
          all.reduce((sum, one) => sum + Math.min(one.ready, one.declared, now(one.cluster)), 0);
        const wanted = all.reduce((sum, one) => sum + one.wanted, 0);
        const before = running(() => Number.POSITIVE_INFINITY);
        const after = running((cluster) => replicas.get(cluster) ?? 0);
        expect(after).toBeGreaterThanOrEqual(Math.min(wanted, before));
        for (const one of all) {
          expect(replicas.get(one.cluster)).toBeGreaterThanOrEqual(one.wanted);
        }
      }),
    );
  });
});
