/** One seeded run of the whole pipeline on one virtual clock: a storm, quiet, a sweep, and what must hold then. */
import { brokenInvariants, heldTooLong } from './invariants.ts';
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

/** Longer than a message stays invisible, and a watch lies idle. */
const QUIET_MS = 40_000;
/** Longer than the deadline of a deletion, and what it takes to notice that a member is lost. */
const QUIET_WITHOUT_A_MEMBER_MS = 150_000;
const STEP_MS = 10_000;
const STEPS_AT_MOST = 120;
/** Where most calls fail, a namespace goes with the help of several sweeps, ten minutes apart. */
const STORM_STEPS_AT_MOST = 720;

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
  const world = newWorld(random, weather, (line, details) => {
    if (trace === undefined) return;
    const seconds = ((world.clock.nowMs() - startedMs) / 1000).toFixed(3);
    trace(`${seconds} ${line}${details === undefined ? '' : ` ${JSON.stringify(details)}`}`);
  });
  startedMs = world.clock.nowMs();
  const channels = newChannels(world);
  startWorkers(world, channels);
  startSchedules(world, channels);

  const stormy = { over: false };
  void storm(world, channels, actsOf(random)).then(() => {
    stormy.over = true;
  });
  for (let steps = 0; !stormy.over; steps++) {
    if (steps > STORM_STEPS_AT_MOST)
      return ['the storm does not end: a namespace hangs in its deletion'];
    await world.clock.advance(STEP_MS);
  }
  weather.faults = 0;
  weather.crashes = 0;
  world.trace('the storm is over');
  await world.clock.advance(world.lost.size > 0 ? QUIET_WITHOUT_A_MEMBER_MS : QUIET_MS);
  const held = heldTooLong(world);
  if (held.length > 0) return held;
  if (comeBack(world)) await world.clock.advance(QUIET_WITHOUT_A_MEMBER_MS);

  if (helped) void sweep(world, channels);
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
  return chance(0.25) ? between(12, 30) : between(3, 10);
}

/** Those that were lost; whoever asks for their health finds it within a minute. */
function comeBack({ lost, members, trace }: World): boolean {
  const any = lost.size > 0;
  for (const name of lost) {
    trace(`back: ${name}`);
    const member = members.get(name);
    if (member !== undefined) member.down = false;
  }
  lost.clear();
  return any;
}

async function settle(world: World, channels: Channels): Promise<void> {
  for (let steps = 0; steps < STEPS_AT_MOST; steps++) {
    await world.clock.advance(STEP_MS);
    const { changes, jobs, outcomes } = channels;
    const busy = [changes, jobs, outcomes].some(({ queue }) => queue.messages().length > 0);
    if (!busy) break;
  }
  await world.clock.advance(STEP_MS);
}
