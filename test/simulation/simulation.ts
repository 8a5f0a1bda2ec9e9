/** One seeded run of the whole pipeline on one virtual clock: a storm, quiet, a sweep, and what must hold then. */
import { isReady } from '../../lib/core/readiness.ts';
import { type JsonObject, listAt, stringAt, valueAt } from '../../lib/model/json.ts';
import { WATCH_LEASE } from '../../lib/model/names.ts';
import { KUBEFED_CLUSTERS, LEASES } from '../../lib/model/resources.ts';
import { PREFERENCES } from '../../lib/model/scheduling.ts';
import { KUBEFED_NAMESPACE } from '../stages/objects.ts';
import { brokenInvariants, heldTooLong, LONGEST_HOLD_MS } from './invariants.ts';
import { type Channels, newChannels } from './queues.ts';
import { type Random, seededRandom } from './random.ts';
import { startSchedules, sweep } from './schedules.ts';
import { storm } from './users.ts';
import { startWorkers } from './workers.ts';
import { newWorld, type World } from './world.ts';

export interface SimulationOptions {
  readonly seed: number;
  /** probability that a call fails during the storm; invocations crash a quarter as often */
  readonly faultRate: number;
  /** absent: what must hold is looked at after a sweep; false: without the help of one */
  readonly sweep?: boolean;
  /** is told what happens, for whoever has to find out why a seed fails */
  readonly trace?: (line: string) => void;
}

export interface FailedRun {
  readonly seed: number;
  /** what does not hold; the first of maybe several */
  readonly invariant: string;
  /** all that does not hold */
  readonly problems: readonly string[];
  readonly replay: string;
}

export const DEFAULT_FAULT_RATE = 0.04;

/** What acts have set in motion goes on in bad weather for so long after the last of them, then in good weather. */
const STORM_OUTLASTS_ACTS_MS = 20_000;
/** Without the help of a sweep: longer than a message stays invisible, and a watch lies idle. */
const QUIET_MS = 45_000;
const STEP_MS = 5_000;
/** In good weather everything ends within that time: a sweep comes each ten minutes. */
const CALM_STEPS_AT_MOST = 240;
/** Long enough for a cluster that was lost thrice to be given replicas again. */
const SETTLE_STEPS_AT_MOST = 60;
/** A watch that lives renews its Lease each five seconds. */
const RENEWED_MS = 7_000;

/** @returns undefined when everything holds */
export async function simulate(options: SimulationOptions): Promise<FailedRun | undefined> {
  const { seed, faultRate } = options;
  const random = seededRandom(seed);
  const systemRandom = Math.random;
  const { stackTraceLimit } = Error;
  // The pause of a retry is random too.
  Math.random = random.next;
  // Thousands of errors are made and none of their stacks is looked at.
  Error.stackTraceLimit = 0;
  try {
    const problems = await run(options, random);
    const [invariant] = problems;
    if (invariant === undefined) return undefined;
    const replay = `npm run simulate -- --seeds 1 --from ${seed} --fault-rate ${faultRate}`;
    return { seed, invariant, problems, replay };
  } finally {
    Math.random = systemRandom;
    Error.stackTraceLimit = stackTraceLimit;
  }
}

async function run(
  { faultRate, trace, sweep: helped = true }: SimulationOptions,
  random: Random,
): Promise<string[]> {
  const weather = { faults: faultRate, crashes: faultRate / 4 };
  let startedMs = 0;
  const traced = (line: string, details?: unknown) => {
    if (trace === undefined) return;
    const seconds = ((world.clock.nowMs() - startedMs) / 1000).toFixed(3);
    trace(`${seconds} ${line}${details === undefined ? '' : ` ${JSON.stringify(details)}`}`);
  };
  const world = newWorld(random, weather, { trace: traced });
  startedMs = world.clock.nowMs();
  const channels = newChannels(world);
  startWorkers(world, channels);
  startSchedules(world, channels);

  const stormy = { over: false, settled: false };
  void storm(world, channels, actsOf(random)).then((lasting) => {
    stormy.over = true;
    void Promise.all(lasting).then(() => {
      stormy.settled = true;
    });
  });
  while (!stormy.over) await world.clock.advance(STEP_MS);
  for (let ms = 0; ms < STORM_OUTLASTS_ACTS_MS && !stormy.settled; ms += STEP_MS) {
    await world.clock.advance(STEP_MS);
  }
  weather.faults = 0;
  weather.crashes = 0;
  world.trace('the storm is over');
  for (let steps = 0; !stormy.settled; steps++) {
    if (steps > CALM_STEPS_AT_MOST) return ['a namespace hangs in its deletion'];
    await world.clock.advance(STEP_MS);
  }
  if (world.lost.size > 0) await world.clock.advance(LONGEST_HOLD_MS + STEP_MS);
  const held = heldTooLong(world);
  if (held.length > 0) return held;
  comeBack(world);
  await settle(world, channels);
  if (helped) void sweep(world, channels);
  else await world.clock.advance(QUIET_MS);
  await settle(world, channels);
  const problems = brokenInvariants(world, channels);
  if (problems.length > 0) return problems;
  const writes = world.writes();
  void sweep(world, channels);
  await settle(world, channels);
  return world.writes() === writes
    ? brokenInvariants(world, channels)
    : [`a further pass wrote ${world.writes() - writes} times`];
}

/** Most bugs need few acts, so most storms are short. */
function actsOf({ between, chance }: Random): number {
  return chance(0.2) ? between(10, 26) : between(3, 8);
}

function comeBack({ lost, members, trace }: World): void {
  for (const name of lost) {
    trace(`back: ${name}`);
    const member = members.get(name);
    if (member !== undefined) member.down = false;
  }
  lost.clear();
}

/** Lets time pass until everybody is there and nothing has been left to do for two steps. */
async function settle(world: World, channels: Channels): Promise<void> {
  let idle = 0;
  for (let steps = 0; steps < SETTLE_STEPS_AT_MOST && idle < 2; steps++) {
    await world.clock.advance(STEP_MS);
    const { changes, jobs, outcomes, preferences } = channels;
    const busy = [changes, jobs, outcomes, preferences].some(
      ({ queue }) => !isEmpty(queue.depth()),
    );
    idle = busy || !everybodyIsThere(world) ? 0 : idle + 1;
  }
}

function isEmpty({ visible, inFlight }: { visible: number; inFlight: number }): boolean {
  return visible + inFlight === 0;
}

/** Members that are known to be ready, and a watch that tells of them. */
function everybodyIsThere({ host, clock }: World): boolean {
  const lease = host.peek(LEASES, { namespace: KUBEFED_NAMESPACE, name: WATCH_LEASE });
  const renewedMs = Date.parse(stringAt(lease, 'spec', 'renewTime') ?? '');
  const watched =
    stringAt(lease, 'spec', 'holderIdentity') !== '' && clock.nowMs() - renewedMs <= RENEWED_MS;
  const isAtRest = (preference: JsonObject) =>
    valueAt(preference, 'status', 'recheckAt') === undefined &&
    stringAt(listAt(preference, 'status', 'conditions')[0], 'reason') !== 'HandingOver';
  return (
    watched &&
    host.peekAll(KUBEFED_CLUSTERS).every(isReady) &&
    host.peekAll(PREFERENCES).every(isAtRest)
  );
}
