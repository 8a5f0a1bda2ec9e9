/** Many members, some of which come and go: what that costs the others, and whether replicas are ever too few. */
import { type JsonObject, valueAt } from '../../lib/model/json.ts';
import { PREFERENCES } from '../../lib/model/scheduling.ts';
import { CONFIG_MAP, DEPLOYMENT, federated } from '../stages/objects.ts';
import { newChannels } from './queues.ts';
import { seededRandom } from './random.ts';
import { startSchedules } from './schedules.ts';
import { startWorkers } from './workers.ts';
import { newWorld, type World } from './world.ts';

export interface FlappingOptions {
  readonly seed: number;
  /** how many of the members come and go; the others are always there */
  readonly flapping: number;
}

export interface FlappingRun {
  /** how often a member went */
  readonly losses: number;
  /** writes to members that are always there, after everything was in sync */
  readonly writesToHealthy: number;
  /** the fewest replicas that ran at one time, over all members */
  readonly fewestRunning: number;
  /** the fewest that ran in members that are always there */
  readonly fewestInHealthy: number;
  /** what every member has to be given at least, added up */
  readonly minimumSum: number;
}

const MEMBERS = 100;
const MINIMUM_IN_EACH = 1;
const TOTAL_REPLICAS = 300;
const MINUTES = 10;
const WORKERS = 20;
const SETTLED_AFTER_MS = 90_000;
const SAMPLE_MS = 2_000;
const CONFIG = { namespace: 'shop', name: 'config' };
const WEB = { namespace: 'shop', name: 'web' };

/**
 * Ten minutes of a hundred members with one ReplicaSchedulingPreference and an edit each minute. Flapping members go for
 * 20 to 150 s, which is now less, now more than a failover waits for, and stay about as long.
 */
export async function runFlapping({ seed, flapping }: FlappingOptions): Promise<FlappingRun> {
  const random = seededRandom(seed);
  const names = Array.from({ length: MEMBERS }, (_, i) => `member-${i}`);
  const world = newWorld(random, { faults: 0, crashes: 0 }, { names, slowness: 0.01 });
  const channels = newChannels(world);
  startWorkers(world, channels, WORKERS);
  startSchedules(world, channels);
  furnish(world);
  await world.clock.advance(SETTLED_AFTER_MS);

  const healthy = names.slice(flapping);
  const writes = () => healthy.reduce((sum, name) => sum + world.writes(name), 0);
  const before = writes();
  const seen = { losses: 0 };
  for (const name of names.slice(0, flapping)) void flap(world, name, seen);
  let [fewestRunning, fewestInHealthy] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const untilMs = world.clock.nowMs() + MINUTES * 60_000;
  for (let turn = 0; world.clock.nowMs() < untilMs; turn++) {
    if (turn % (60_000 / SAMPLE_MS) === 0) await edit(world, turn);
    await world.clock.advance(SAMPLE_MS);
    fewestRunning = Math.min(fewestRunning, running(world, names));
    fewestInHealthy = Math.min(fewestInHealthy, running(world, healthy));
  }
  return {
    ...{ losses: seen.losses, writesToHealthy: writes() - before },
    ...{ fewestRunning, fewestInHealthy, minimumSum: MEMBERS * MINIMUM_IN_EACH },
  };
}

function furnish({ host }: World): void {
  const everywhere = { placement: { clusterSelector: {} } };
  host.seed(CONFIG_MAP.federated, federated(CONFIG_MAP, { ...CONFIG, spec: everywhere }));
  host.seed(DEPLOYMENT.federated, federated(DEPLOYMENT, { ...WEB, spec: everywhere }));
  host.seed(PREFERENCES, {
    metadata: WEB,
    spec: {
      ...{ targetKind: 'FederatedDeployment', totalReplicas: TOTAL_REPLICAS, rebalance: true },
      clusters: { '*': { weight: 1, minReplicas: MINIMUM_IN_EACH } },
    },
  });
}

async function flap({ clock, members, random }: World, name: string, seen: { losses: number }) {
  const member = members.get(name);
  if (member === undefined) return;
  for (;;) {
    await clock.sleep(random.between(20, 150) * 1000);
    member.down = true;
    seen.losses += 1;
    await clock.sleep(random.between(20, 150) * 1000);
    member.down = false;
  }
}

async function edit({ host, clock, asOther }: World, turn: number): Promise<void> {
  const data = { color: `color-${turn}` };
  const edits: [typeof CONFIG_MAP, typeof CONFIG, JsonObject][] = [
    [CONFIG_MAP, CONFIG, { data }],
    [DEPLOYMENT, WEB, { spec: data }],
  ];
  for (const [type, key, template] of edits) {
    const edited = asOther(() => host.patch(type.federated, key, { spec: { template } }));
    await clock.advance(0);
    await edited;
  }
}

/** A member out of reach runs what it has. */
function running({ members }: World, names: readonly string[]): number {
  return names
    .map((name) => members.get(name)?.peek(DEPLOYMENT.target, WEB))
    .map((target) => Math.min(...REPLICAS.map((path) => Number(valueAt(target, ...path) ?? 0))))
    .reduce((sum, replicas) => sum + replicas, 0);
}

const REPLICAS = [
  ['spec', 'replicas'],
  ['status', 'readyReplicas'],
] as const;
