import { describe, expect, it } from 'vitest';
import { isReady } from '../../lib/core/readiness.ts';
import { KUBEFED_CLUSTERS } from '../../lib/model/resources.ts';
import { healthOfAll } from '../../lib/stages/health.ts';
import { A, RED } from './config-map-a.ts';
import { type TestFederation, testFederation } from './federation.ts';
import { CONFIG_MAP, KUBEFED_NAMESPACE } from './objects.ts';

const MEMBERS = Array.from({ length: 100 }, (_, i) => `member-${i}`);
const FLAPPING = MEMBERS.slice(0, 30);
const ROUNDS = 30;
const EDIT_EACH_ROUNDS = 10;

interface Seen {
  readonly flips: number;
  readonly writesToHealthy: number;
}

/** Five minutes with an edit in between; each flip of a member has all objects looked at, as the watch asks for. */
async function fiveMinutes(isDown: (member: number, round: number) => boolean): Promise<Seen> {
  const federation = testFederation({ members: MEMBERS });
  await federation.settle([
    await federation.createFederated(CONFIG_MAP, { ...RED, clusters: MEMBERS }),
  ]);
  const before = writesToHealthy(federation);
  let flips = 0;
  for (let round = 0; round < ROUNDS; round++) {
    FLAPPING.forEach((name, member) => {
      federation.member(name).down = isDown(member, round);
    });
    await federation.clock.advance(10_000);
    const was = readyOnes(federation);
    await healthOfAll(federation.ports);
    const is = readyOnes(federation);
    const changed = MEMBERS.filter((name) => was.has(name) !== is.has(name)).length;
    flips += changed;
    if (round % EDIT_EACH_ROUNDS === 0) {
      const data = { round: String(round) };
      await federation.host.patch(CONFIG_MAP.federated, A, { spec: { template: { data } } });
    } else if (changed === 0) continue;
    await federation.settle([federation.change(CONFIG_MAP, 'a', { cause: 'cluster' })]);
  }
  return { flips, writesToHealthy: writesToHealthy(federation) - before };
}

function readyOnes({ host }: TestFederation): Set<string> {
  const ready = MEMBERS.filter((name) =>
    isReady(host.peek(KUBEFED_CLUSTERS, { namespace: KUBEFED_NAMESPACE, name }) ?? {}),
  );
  return new Set(ready);
}

function writesToHealthy(federation: TestFederation): number {
  return MEMBERS.slice(FLAPPING.length)
    .map((name) => federation.member(name).calls)
    .reduce((sum, calls) => sum + calls.create + calls.replace + calls.patch + calls.delete, 0);
}

describe('30 of 100 members that flap', () => {
  it('cost the others no write, however often they come and go', async () => {
    const quiet = await fiveMinutes(() => false);
    const flapping = await fiveMinutes((member, round) => (member + round) % 7 < 4);

    expect(quiet).toEqual({ flips: 0, writesToHealthy: 70 * (ROUNDS / EDIT_EACH_ROUNDS) });
    expect(flapping.flips).toBeGreaterThan(100);
    expect(flapping.writesToHealthy).toBe(quiet.writesToHealthy);
  }, 60_000);

  it('are not lost at all as long as they answer each third time', async () => {
    const { flips } = await fiveMinutes((member, round) => (member + round) % 3 > 0);

    expect(flips).toBe(0);
  }, 60_000);
});
