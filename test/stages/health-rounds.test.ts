import { describe, expect, it } from 'vitest';
import { isReady } from '../../lib/core/readiness.ts';
import { health, healthOfAll, healthTick } from '../../lib/stages/health.ts';
import { HostError } from '../../lib/stages/unwrap.ts';
import { DONE } from '../../lib/stages/verdict.ts';
import { callsSince, testFederation } from './federation.ts';
import { round, unprobed } from './unprobed.ts';

const probe = (cluster: string) => ({
  message: { v: 1, kind: 'probe', cluster } as const,
  attempt: 1,
});

describe('healthTick', () => {
  it('probes at once and sends the rounds until the next tick', async () => {
    const federation = unprobed();
    await healthTick(federation.ports);

    const nowMs = federation.clock.nowMs();
    expect(isReady(federation.clusterOf('east'))).toBe(true);
    expect(federation.probes.take()).toEqual(
      [10, 20, 30, 40, 50, 60].map((afterSeconds) => ({
        ...{ v: 1, kind: 'round', afterSeconds },
        dueAtMs: nowMs + afterSeconds * 1000,
      })),
    );
  });

  it('sends the rounds though a member hangs, and probes though the queue is away', async () => {
    const federation = unprobed();
    federation.member('east').raw = () => new Promise(() => undefined);
    const ticking = healthTick(federation.ports);
    await federation.clock.advance(1);
    expect(federation.probes.take()).toHaveLength(6);
    await federation.clock.advance(10_000);
    await ticking;

    federation.probes.refusal = new Error('SQS is away');
    federation.member('west').down = true;
    const failing = healthTick(federation.ports).catch((error: unknown) => error);
    await federation.clock.advance(10_000);
    expect(await failing).toEqual(new Error('SQS is away'));
    expect(federation.clusterOf('west')).toMatchObject({ status: { unconfirmed: { count: 1 } } });
  });

  it('sends the rounds though the host is away, and says so', async () => {
    const federation = unprobed();
    federation.host.down = true;

    await expect(healthTick(federation.ports)).rejects.toBeInstanceOf(HostError);
    expect(federation.probes.take()).toHaveLength(6);
  });

  it('leaves a tick out when the period is longer', async () => {
    const clusterHealthCheck = { period: '2m' };
    const federation = testFederation({ config: { scope: 'Cluster', clusterHealthCheck } });
    const probes = [];
    for (let minute = 0; minute < 4; minute++) {
      const { raw } = federation.member('east').calls;
      await healthTick(federation.ports);
      probes.push(federation.member('east').calls.raw > raw);
      await federation.clock.advance(60_000);
    }

    expect(probes).toEqual([true, false, true, false]);
    expect(federation.probes.take()).toEqual([]);
  });
});

describe('health', () => {
  it('probes the members that were asked about, each once', async () => {
    const federation = unprobed();

    expect(await health(federation.ports, [probe('east'), probe('east')])).toEqual([DONE, DONE]);
    expect(isReady(federation.clusterOf('east'))).toBe(true);
    expect(isReady(federation.clusterOf('west'))).toBe(false);
    expect(federation.member('east').calls.raw).toBe(2);
  });

  it('has nothing to do for a member that nobody knows', async () => {
    const federation = unprobed();

    expect(await health(federation.ports, [probe('nowhere')])).toEqual([DONE]);
  });

  it('takes several rounds for one, and asks a ready member for its health alone', async () => {
    const federation = unprobed();
    await healthOfAll(federation.ports);
    const before = { ...federation.host.calls };
    const { raw } = federation.member('east').calls;
    const batch = [round(federation), probe('west'), round(federation)];

    expect(await health(federation.ports, batch)).toEqual([DONE, DONE, DONE]);
    expect(federation.member('east').calls.raw).toBe(raw + 1);
    expect(callsSince(federation.host, before)).toEqual({ get: 1, list: 1, total: 2 });
  });

  it('leaves out a round that has waited too long', async () => {
    const federation = unprobed();
    const late = round(federation);
    await federation.clock.advance(30_000);

    expect(await health(federation.ports, [late])).toEqual([DONE]);
    expect(federation.member('east').calls.raw).toBe(0);
  });

  it('does not try a round again when the host refuses, but a request', async () => {
    const federation = unprobed();
    federation.host.down = true;

    expect(await health(federation.ports, [round(federation)])).toEqual([DONE]);
    await expect(health(federation.ports, [probe('east')])).rejects.toBeInstanceOf(HostError);
  });
});
