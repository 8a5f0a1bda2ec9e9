import {
  type DesiredZone,
  desiredNames,
  keyOf,
  type Problem,
} from '../../core/zone/desired-names.ts';
import type { ZoneState } from '../../core/zone/zone-state.ts';
import { DNS_ENDPOINTS } from '../../model/dns-record.ts';
import { type JsonObject, objectAt } from '../../model/json.ts';
import { ZONE_FOREIGN_EDITS, ZONE_NAMES_HELD } from '../../model/metric-names.ts';
import type { HostedZone } from '../../model/record-set.ts';
import type {
  Clock,
  Cluster,
  HostedZones,
  Log,
  Metrics,
  ZoneError,
  ZoneResult,
} from '../../ports.ts';
import { unwrap } from '../unwrap.ts';
import { DONE, type Verdict } from '../verdict.ts';
import { putStatuses } from './endpoint-status.ts';
import { loadState, saveState } from './known-state.ts';
import { type LookContext, look, type Seen } from './look.ts';
import { type Settled, settle } from './settle.ts';
import { toldOfZone, verdictOf } from './zone-problems.ts';

export interface ZonePorts {
  readonly host: Cluster;
  readonly zones: HostedZones;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly kubefedNamespace: string;
  /** ids of the hosted zones that may be written to */
  readonly zoneIds: readonly string[];
  readonly ownerId: string;
}

export interface ZonePassed {
  readonly verdict: Verdict;
  /** version of the list of DNSEndpoints that the pass has seen */
  readonly resourceVersion: string;
  /** DNSEndpoints that have other problems than before */
  readonly changed: readonly JsonObject[];
}

/** What is left of the function's 60 seconds is for the state and the statuses. */
const WRITING_MS = 35_000;

/**
 * Makes one hosted zone what all DNSEndpoints together want of it. Two calls to the host tell what is to be done, what is
 * wanted and what has been written; Route 53 is called where they differ, and only to write.
 *
 * @param audit the zone is listed, and what is there counts
 * @throws {HostError} the host refused: the message is to be tried again
 */
export async function bringZoneInLine(
  ports: ZonePorts,
  { zoneId, audit, attempt }: { zoneId: string; audit: boolean; attempt: number },
): Promise<ZonePassed> {
  const untilMs = ports.clock.nowMs() + WRITING_MS;
  const [described, listed, loaded] = await Promise.all([
    describeAll(ports),
    ports.host.list(DNS_ENDPOINTS).then(unwrap),
    loadState(ports, zoneId),
  ]);
  const { items, resourceVersion } = listed;
  const own = described.get(zoneId);
  const unknown = unknownZone(zoneId, described);
  if (own === undefined || !own.ok || unknown !== undefined) {
    const { id, stop } = unknown ?? { id: zoneId, stop: NOT_SET };
    if (stop.kind === 'NoSuchZone') {
      await saveState(ports, zoneId, { before: loaded, after: EMPTY });
    }
    const problems = toldOfZone(id, stop, withEntry(items, zoneId));
    ports.log.warn('zone not known, nothing written', { zone: id, stop });
    const told = problems.size === 0 ? [] : items;
    const changed = await putStatuses(ports.host, told, { zoneId, desired: NOTHING, problems });
    return { verdict: verdictOf(stop, attempt), resourceVersion, changed };
  }
  const zones = [...described.values()].flatMap((each) => (each.ok ? [each.value] : []));
  const { ownerId } = ports;
  const desired = desiredNames(items, { zone: own.value, zones, ownerId });
  const context = { zone: own.value, ownerId, desired: desired.names };
  const state = withoutOutdated(loaded.state, desired);
  const settled = await lookAndSettle(ports, context, { state, audit, untilMs });
  const after = settled.stop?.kind === 'NoSuchZone' ? EMPTY : settled.state;
  await saveState(ports, zoneId, { before: loaded, after });
  ports.metrics.count(ZONE_NAMES_HELD, after.held.size);
  const problems = problemsOf(zoneId, desired, settled);
  const changed = await putStatuses(ports.host, items, { zoneId, desired, problems });
  const verdict = settled.stop === undefined ? DONE : verdictOf(settled.stop, attempt);
  return { verdict, resourceVersion, changed };
}

const NOT_SET: ZoneError = { kind: 'NoSuchZone', messages: ['It is in no setting.'] };
const EMPTY: ZoneState = { owned: [], held: new Map() };
const NOTHING: DesiredZone = { names: new Map(), problems: new Map() };

async function describeAll({
  zones,
  zoneIds,
}: ZonePorts): Promise<Map<string, ZoneResult<HostedZone>>> {
  const each = zoneIds.map(
    async (id): Promise<[string, ZoneResult<HostedZone>]> => [id, await zones.describe(id)],
  );
  return new Map(await Promise.all(each));
}

/**
 * A zone whose name is not known might be the one that a name belongs to: as long as that is so, nothing is written to
 * others. One that does not exist is no such zone.
 */
function unknownZone(
  zoneId: string,
  described: ReadonlyMap<string, ZoneResult<HostedZone>>,
): { readonly id: string; readonly stop: ZoneError } | undefined {
  for (const [id, found] of described) {
    if (!found.ok && (id === zoneId || found.error.kind !== 'NoSuchZone')) {
      return { id, stop: found.error };
    }
  }
  return undefined;
}

async function lookAndSettle(
  ports: ZonePorts,
  context: LookContext,
  { state, audit, untilMs }: { state: ZoneState; audit: boolean; untilMs: number },
): Promise<Settled> {
  if (!audit) return settle(ports, context, { state, foreign: new Map() }, untilMs);
  // What was refused once is tried again once a day: others may have made room.
  const looked = await look(ports.zones, context, { ...state, held: new Map() });
  if (!looked.ok) return { state, stop: looked.error };
  report(ports, context.zone.id, looked.value);
  return settle(ports, context, looked.value, untilMs);
}

function report({ log, metrics }: ZonePorts, zone: string, { edits }: Seen): void {
  metrics.count(ZONE_FOREIGN_EDITS, edits.length);
  for (const { name, what } of edits)
    log.warn('somebody else has changed the zone', { zone, name, what });
}

/** A name that asks for something else is tried again. */
function withoutOutdated(state: ZoneState, { names }: DesiredZone): ZoneState {
  const held = [...state.held].filter(([name, { hash }]) => names.get(name)?.hash === hash);
  return { ...state, held: new Map(held) };
}

function problemsOf(
  zoneId: string,
  { names, problems }: DesiredZone,
  { state, stop }: Settled,
): Map<string, Problem[]> {
  const told = new Map([...problems].map(([by, each]) => [by, [...each]]));
  const tell = (by: string, problem: Problem) => told.set(by, [...(told.get(by) ?? []), problem]);
  for (const [dnsName, { reason, message }] of state.held) {
    const by = names.get(dnsName)?.by;
    if (by !== undefined) tell(by, { dnsName, reason, message });
  }
  const everybody = [...new Set([...names.values()].map(({ by }) => by))];
  for (const [by, each] of stop === undefined ? [] : toldOfZone(zoneId, stop, everybody)) {
    for (const problem of each) tell(by, problem);
  }
  return told;
}

function withEntry(objects: readonly JsonObject[], zoneId: string): string[] {
  return objects.flatMap((object) =>
    objectAt(object, 'status', 'zones', zoneId) === undefined ? [] : [keyOf(object)],
  );
}
