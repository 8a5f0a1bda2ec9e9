import { type JsonObject, stringAt } from '../model/json.ts';
import { WATCH_HELD } from '../model/metric-names.ts';
import {
  type FederationWatch,
  federationWatch,
  type WatchPorts,
} from './watch/federation-watch.ts';
import {
  type Checkpoint,
  type LeaseHold,
  readLease,
  type WatchLease,
  writeLease,
} from './watch/lease.ts';

export interface WatchOptions {
  /** unlike that of any other invocation */
  readonly holder: string;
  /** how long to hold the watches at most */
  readonly holdMs: number;
}

/** `standby`: another invocation holds the watches; `replaced`: a successor took over; `released`: the time was up. */
export type WatchEnd = 'standby' | 'replaced' | 'released';

const RENEW_MS = 5_000;
/** A successor comes once a minute: the offer stands long enough to meet one before the time is up. */
const OFFER_MS = 90_000;
const READY_MS = 10_000;
const FLUSH_MS = 2_500;
const TAKE_TRIES = 3;

/**
 * Holds the watches of host and members, if nobody else does. The Lease carries the checkpoint; a successor starts
 * from it before it takes the Lease, so that for a moment both watch (make before break) and no event is lost. What
 * both send is planned twice and written once.
 *
 * @throws {HostError} the host cannot be reached at the start, or refuses the Lease
 */
export async function watch(ports: WatchPorts, options: WatchOptions): Promise<WatchEnd> {
  const { host, clock, kubefedNamespace: namespace } = ports;
  const untilMs = clock.nowMs() + options.holdMs;
  const lease = await readLease(host, namespace, clock);
  if (lease.state === 'held') return 'standby';

  const running = federationWatch(ports, lease.checkpoint);
  try {
    return await holdWatches(ports, { ...options, untilMs }, running, lease);
  } catch (error) {
    await running.stop();
    throw error;
  }
}

async function holdWatches(
  ports: WatchPorts,
  { holder, untilMs }: { readonly holder: string; readonly untilMs: number },
  running: FederationWatch,
  lease: WatchLease,
): Promise<WatchEnd> {
  const { host, clock, kubefedNamespace: namespace } = ports;
  await within(READY_MS, running.ready, ports);
  const hold = { holder, handoverAfterMs: untilMs - OFFER_MS };
  let checkpoint = lease.checkpoint;
  let object = await take(ports, lease, { ...hold, checkpoint });
  if (object === undefined) {
    await running.stop();
    return 'standby';
  }

  while (clock.nowMs() < untilMs) {
    await clock.sleep(Math.min(RENEW_MS, untilMs - clock.nowMs()));
    checkpoint = (await newestCheckpoint(running, ports)) ?? checkpoint;
    object = await renew(ports, object, { ...hold, checkpoint });
    if (object === undefined) {
      await running.stop();
      return 'replaced';
    }
    ports.metrics.count(WATCH_HELD);
    ports.metrics.flush();
  }
  checkpoint = await running.stop();
  await writeLease(host, { namespace, object }, { ...hold, checkpoint, release: true }, clock);
  return 'released';
}

/**
 * The holder of an offered Lease may renew it at the very moment that we take it: then we look again. What it has
 * checkpointed meanwhile we have been watching ourselves.
 *
 * @returns undefined when somebody else has taken it
 */
async function take(ports: WatchPorts, lease: WatchLease, hold: LeaseHold) {
  const { host, clock, kubefedNamespace: namespace } = ports;
  let current = lease;
  for (let tries = TAKE_TRIES; tries > 0 && current.state !== 'held'; tries--) {
    const taken = await writeLease(host, { namespace, object: current.object }, hold, clock);
    if (taken !== undefined) return taken;
    current = await readLease(host, namespace, clock);
  }
  return undefined;
}

/** @returns undefined while messages are still on their way: then the older checkpoint stays */
function newestCheckpoint(
  running: FederationWatch,
  ports: WatchPorts,
): Promise<Checkpoint | undefined> {
  return within(FLUSH_MS, running.checkpoint(), ports);
}

/** @returns the Lease as it stands now; undefined when somebody else holds it */
async function renew(
  ports: WatchPorts,
  object: JsonObject,
  hold: LeaseHold,
): Promise<JsonObject | undefined> {
  const { host, clock, kubefedNamespace: namespace } = ports;
  try {
    const renewed = await writeLease(host, { namespace, object }, hold, clock);
    if (renewed !== undefined) return renewed;
    // It is ours all the same when nothing but the answer to an earlier renewal was lost.
    const found = await readLease(host, namespace, clock);
    const holder = stringAt(found.object, 'spec', 'holderIdentity');
    return holder === hold.holder ? found.object : undefined;
  } catch (error) {
    // The host is away for a moment. We go on: whoever takes an expired Lease makes the next write fail.
    ports.log.warn('lease not renewed', { error });
    return object;
  }
}

async function within<T>(
  ms: number,
  work: Promise<T>,
  { clock }: Pick<WatchPorts, 'clock'>,
): Promise<T | undefined> {
  const done = new AbortController();
  const timeUp = clock.sleep(ms, done.signal).then(() => undefined);
  try {
    return await Promise.race([work, timeUp]);
  } finally {
    done.abort();
  }
}
