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
  /** whether the members that may come and go do so */
  readonly flaps: boolean;
  /** of the preference */
  readonly rebalance: boolean;
}

export interface FlappingRun {
  /** how often a member went */
  readonly losses: number;
  /** updates that changed something in members that are always there, after everything was in sync */
  readonly writesToHealthy: number;
  /** requests to write there, those included that found everything as they wanted it */
  readonly requestsToHealthy: number;
  /** the fewest replicas that ran at one time, over all members */
  readonly fewestRunning: number;
  /** the fewest that ran in members that are always there */
  readonly fewestInHealthy: number;
  /** what every member has to be given at least, added up */
  readonly minimumSum: number;
}

const MEMBERS = 100;
const FLAPPING = 30;
const MINIMUM_IN_EACH = 1;
const TOTAL_REPLICAS = 300;
const MINUTES = 3;
const WORKERS = 20;
const SETTLED_AFTER_MS = 30_000;
const SAMPLE_MS = 2_000;
const CONFIG = { namespace: 'shop', name: 'config' };
const WEB = { namespace: 'shop', name: 'web' };

/**
 * Some minutes of a hundred members with one ReplicaSchedulingPreference and an edit each minute. Flapping members go for
 * 20 to 150 s, which is now less, now more than a failover waits for, and stay about as long.
 */
export async function runFlapping(options: FlappingOptions): Promise<FlappingRun> {
  const { seed, flaps, rebalance } = options;
  const random = seededRandom(seed);
  const names = Array.from({ length: MEMBERS }, (_, i) => `member-${i}`);
  const healthy = names.slice(FLAPPING);
  let written = 0;
  const trace = (line: string, details?: unknown) => {
    const { wrote, cluster } = Object(details);
    if (line === 'apply: applied' && wrote && healthy.includes(cluster)) written += 1;
  };
  const world = newWorld(random, { faults: 0, crashes: 0 }, { names, slowness: 0.01, trace });
  const channels = newChannels(world);
  startWorkers(world, channels, WORKERS);
  startSchedules(world, channels);
  furnish(world, rebalance);
  await world.clock.advance(SETTLED_AFTER_MS);

  const requests = () => healthy.reduce((sum, name) => sum + world.writes(name), 0);
  const before = { written, requests: requests() };
  const seen = { losses: 0 };
  const restless = flaps ? names.slice(0, FLAPPING) : [];
  for (const name of restless) void flap(world, name, seen);
  let [fewestRunning, fewestInHealthy] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const untilMs = world.clock.nowMs() + MINUTES * 60_000;
  for (let turn = 0; world.clock.nowMs() < untilMs; turn++) {
    if (turn % (60_000 / SAMPLE_MS) === 0) await edit(world, turn);
    await world.clock.advance(SAMPLE_MS);
    fewestRunning = Math.min(fewestRunning, running(world, names));
    fewestInHealthy = Math.min(fewestInHealthy, running(world, healthy));
  }
  return {
    losses: seen.losses,
    writesToHealthy: written - before.written,
    requestsToHealthy: requests() - before.requests,
    ...{ fewestRunning, fewestInHealthy, minimumSum: MEMBERS * MINIMUM_IN_EACH },
  };
}

/** @returns what flapping has cost that it must not; empty when all is well */
export function brokenByFlapping(quiet: FlappingRun, flapping: FlappingRun): string[] {
  const { writesToHealthy, fewestRunning, minimumSum } = flapping;
  const isDear = writesToHealthy > 2 * quiet.writesToHealthy;
  const isShort = fewestRunning < minimumSum;
  return [
    ...(isDear
      ? [`${writesToHealthy} writes, more than twice the ${quiet.writesToHealthy} of a quiet run`]
      : []),
    ...(isShort ? [`${fewestRunning} replicas ran, fewer than ${minimumSum}`] : []),
  ];
}

function furnish({ host }: World, rebalance: boolean): void {
  const everywhere = { placement: { clusterSelector: {} } };
  host.seed(CONFIG_MAP.federated, federated(CONFIG_MAP, { ...CONFIG, spec: everywhere }));
  const template = { spec: { color: 'red' } };
  host.seed(DEPLOYMENT.federated, federated(DEPLOYMENT, { ...WEB, template, spec: everywhere }));
  host.seed(PREFERENCES, {
    metadata: WEB,
    spec: {
      ...{ targetKind: 'FederatedDeployment', totalReplicas: TOTAL_REPLICAS, rebalance },
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
