import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPreference } from '../../../lib/core/spread/preference.ts';
import { type KnownCluster, schedule } from '../../../lib/core/spread/schedule.ts';
import { type ClusterMemory, standingOf } from '../../../lib/core/spread/standing.ts';
import type { JsonObject } from '../../../lib/model/json.ts';

const STEP_SECONDS = 20;
const STEPS = (2 * 3600) / STEP_SECONDS;
const STEADY = ['s1', 's2', 's3', 's4'];
const TOTAL = 60;
const PREFERENCE = readPreference({
  spec: { targetKind: 'FederatedDeployment', totalReplicas: TOTAL, rebalance: true },
});

/** A cluster that is Ready and not Ready in turns, each so many steps. */
interface Flapping {
  readonly up: number;
  readonly down: number;
}

const flapping = fc.record({
  up: fc.integer({ min: 1, max: 30 }),
  down: fc.integer({ min: 1, max: 30 }),
});

interface Seen {
  writes: number;
  losses: number;
  leastInSteady: number;
}

/** Two hours; whoever is Ready runs what it is told by the next step, the others leave what they have as it is. */
function play(clusters: readonly Flapping[]): Seen {
  const names = [...STEADY, ...clusters.map((_, index) => `f${index}`)];
  const memories = new Map<string, ClusterMemory>();
  const running = new Map<string, number>();
  let federated: JsonObject = { spec: { placement: {} } };
  const seen: Seen = { writes: 0, losses: 0, leastInSteady: TOTAL };
  for (let step = 0; step < STEPS; step++) {
    const known = names.map((name): [string, KnownCluster] => {
      const { ready, since } = readinessAt(clusters, name, step);
      const condition = { type: 'Ready', status: ready ? 'True' : 'False' };
      const lastTransitionTime = String(since * STEP_SECONDS);
      const cluster = { status: { conditions: [{ ...condition, lastTransitionTime }] } };
      const now = { nowIso: String(step * STEP_SECONDS), secondsSince: sinceAt(step) };
      const found = standingOf(cluster, memories.get(name), PREFERENCE, now);
      if (found.memory.lost && !memories.get(name)?.lost) seen.losses += 1;
      memories.set(name, found.memory);
      const count = running.get(name) ?? 0;
      const runs = { declared: count, ready: count, current: count };
      return [name, { standing: found.standing, ...(ready ? { running: runs } : {}) }];
    });
    const planned = schedule('demo/web', PREFERENCE, federated, new Map(known));
    if (planned.federated !== undefined) seen.writes += 1;
    federated = planned.federated ?? federated;
    for (const [name, { running: runs }] of known) {
      if (runs !== undefined) running.set(name, planned.replicas.get(name) ?? 0);
    }
    const inSteady = STEADY.reduce((sum, name) => sum + (running.get(name) ?? 0), 0);
    if (step > 0) seen.leastInSteady = Math.min(seen.leastInSteady, inSteady);
  }
  return seen;
}

function readinessAt(clusters: readonly Flapping[], name: string, step: number) {
  const flaps = clusters[Number(name.slice(1))];
  if (name.startsWith('s') || flaps === undefined) return { ready: true, since: 0 };
  const { up, down } = flaps;
  const phase = step % (up + down);
  return phase < up
    ? { ready: true, since: step - phase }
    : { ready: false, since: step - phase + up };
}

const sinceAt = (step: number) => (time: string | undefined) =>
  time === undefined ? 0 : step * STEP_SECONDS - Number(time);

describe('a flapping cluster', () => {
  it('is lost ever more rarely, and each loss costs a handful of writes', () => {
    fc.assert(
      fc.property(fc.array(flapping, { minLength: 1, maxLength: 3 }), (clusters) => {
        const { writes, losses, leastInSteady } = play(clusters);
        // 20 s, 40 s … 30 min of waiting, and 60 s before each: 10 times fit into two hours.
        expect(losses).toBeLessThanOrEqual(10 * clusters.length);
        expect(writes).toBeLessThanOrEqual(1 + 4 * losses);
        // What is steady never has less than its share of all.
        const share = Math.floor(TOTAL / (STEADY.length + clusters.length)) * STEADY.length;
        expect(leastInSteady).toBeGreaterThanOrEqual(share);
      }),
      { numRuns: 6 },
    );
  });

  it('moves nothing when it is away for less than the delay', () => {
    expect(
      play([
        { up: 1, down: 2 },
        { up: 30, down: 2 },
      ]),
    ).toMatchObject({ writes: 1, losses: 0 });
  });
});
