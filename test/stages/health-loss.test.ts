import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isReady } from '../../lib/core/readiness.ts';
import { KUBEFED_CLUSTERS } from '../../lib/model/resources.ts';
import { health, healthOfAll, healthTick } from '../../lib/stages/health.ts';
import { KUBEFED_NAMESPACE } from './objects.ts';
import { round, unprobed } from './unprobed.ts';

const EAST = { namespace: KUBEFED_NAMESPACE, name: 'east' };
const LOSS_SECONDS = 40;
const RETURN_SECONDS = 20;

type Way = 'refuses' | 'hangs' | 'hangs, then refuses';

/** A federation on Lambda's time: a tick each minute, or up to nine seconds late, and the rounds that it sent. */
function ticking(lateSeconds: readonly number[]) {
  const federation = unprobed();
  const { clock, ports, probes } = federation;
  const ticks = lateSeconds.map((late, minute) => minute * 60 + late);
  const work: Promise<unknown>[] = [];
  let due: { atSecond: number; message: ReturnType<typeof probes.take>[number] }[] = [];
  let second = 0;

  async function pass(): Promise<void> {
    if (ticks.includes(second)) work.push(healthTick(ports));
    for (const { atSecond, message } of due) {
      if (atSecond === second) work.push(health(ports, [{ message, attempt: 1 }]));
    }
    due = due.filter(({ atSecond }) => atSecond > second);
    await clock.advance(1_000);
    for (const message of probes.take()) {
      const afterSeconds = message.kind === 'round' ? message.afterSeconds : 0;
      due.push({ atSecond: second + afterSeconds, message });
    }
    second += 1;
  }

  return {
    federation,
    async until(isSo: () => boolean, atMost: number): Promise<number> {
      const before = second;
      while (!isSo() && second - before < atMost) await pass();
      return second - before;
    },
    async end(): Promise<void> {
      await clock.advance(10_000);
      await Promise.all(work);
    },
  };
}

describe('the time until a loss is known', () => {
  it('is 40 s at most, and that until a return 20 s, however late the ticks are', async () => {
    const lateness = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 6, maxLength: 6 });
    const moment = fc.integer({ min: 20, max: 130 });
    const way = fc.constantFrom<Way>('refuses', 'hangs', 'hangs, then refuses');
    await fc.assert(
      fc.asyncProperty(lateness, moment, way, async ([, ...late], from, how) => {
        const life = ticking([0, ...late]);
        const member = life.federation.member('east');
        const { raw } = member;
        const ready = () => isReady(life.federation.clusterOf('east'));
        await life.until(() => false, from);
        expect(ready()).toBe(true);

        let hangs = 0;
        member.raw = () => {
          hangs += 1;
          const dead = how === 'refuses' || (how === 'hangs, then refuses' && hangs > 1);
          if (!dead) return new Promise(() => undefined);
          const error = { kind: 'Unreachable', message: 'ECONNREFUSED' } as const;
          return Promise.resolve({ ok: false, error });
        };
        expect(await life.until(() => !ready(), 90)).toBeLessThanOrEqual(LOSS_SECONDS);
        member.raw = raw;
        expect(await life.until(ready, 90)).toBeLessThanOrEqual(RETURN_SECONDS);
        await life.end();
      }),
      { numRuns: 40 },
    );
  });

  it('is not longer because somebody writes to the KubeFedCluster during a probe', async () => {
    const federation = unprobed();
    await healthOfAll(federation.ports);
    const east = federation.member('east');
    east.raw = async () => {
      const metadata = { labels: { touched: String(federation.clock.nowMs()) } };
      await federation.host.patch(KUBEFED_CLUSTERS, EAST, { metadata });
      return { ok: false, error: { kind: 'Unreachable', message: 'ECONNREFUSED' } };
    };
    for (const ready of [true, true, false]) {
      await federation.clock.advance(10_000);
      await health(federation.ports, [round(federation)]);
      expect(isReady(federation.clusterOf('east'))).toBe(ready);
    }
  });

  it('does not count a probe back, or twice, that a later one has overtaken', async () => {
    const federation = unprobed();
    await healthOfAll(federation.ports);
    const east = federation.member('east');
    const { raw } = east;
    await federation.clock.advance(10_000);
    east.raw = () => new Promise(() => undefined);
    const hanging = health(federation.ports, [round(federation)]);
    await federation.clock.advance(6_000);
    east.raw = raw;
    east.down = true;
    await health(federation.ports, [round(federation)]);
    await federation.clock.advance(4_000);
    await hanging;

    expect(federation.clusterOf('east')).toMatchObject({ status: { unconfirmed: { count: 1 } } });
    east.down = false;
    await federation.clock.advance(10_000);
    await health(federation.ports, [round(federation)]);
    expect(federation.clusterOf('east')['status']).not.toHaveProperty('unconfirmed');
  });
});
