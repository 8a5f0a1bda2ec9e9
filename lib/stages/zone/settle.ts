import type { DesiredName } from '../../core/zone/desired-names.ts';
import { planNames, type Unit } from '../../core/zone/plan-names.ts';
import { isUnexpectedState } from '../../core/zone/refusals.ts';
import type { HeldName, ZoneState } from '../../core/zone/zone-state.ts';
import { ZONE_CHANGES } from '../../model/metric-names.ts';
import type { Clock, HostedZones, Log, Metrics } from '../../ports.ts';
import { type LookContext, look, type Seen } from './look.ts';
import { type RefusedUnit, type Written, writeUnits } from './write-units.ts';

export interface SettlePorts {
  readonly zones: HostedZones;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Log;
}

export interface Settled {
  readonly state: ZoneState;
  /** why not all of it was tried */
  readonly stop?: Written['stop'];
}

/** What is refused after a look at the zone is refused for good. */
const ROUNDS = 3;

/**
 * Makes the zone what is desired. What Route 53 refuses because the zone is not as known, is looked at by its names and
 * planned again; what it refuses for any other reason is held back until it asks for something else.
 *
 * @param seen what is known of the zone, and of others' sets in it
 */
export async function settle(
  ports: SettlePorts,
  context: LookContext,
  seen: Pick<Seen, 'state' | 'foreign'>,
  untilMs: number,
): Promise<Settled> {
  const zoneId = context.zone.id;
  let { state, foreign } = seen;
  for (let round = 1; ; round += 1) {
    const planned = planNames({ zoneId, desired: context.desired, state, foreign });
    state = hold(state, context.desired, [...planned.conflicts], 'Conflict');
    if (planned.units.length === 0) return { state };
    const result = await writeUnits(ports, planned.units, { zoneId, untilMs });
    ports.metrics.count(ZONE_CHANGES, changesIn(result.written));
    state = withWritten(state, result.written);
    const { again, final } = sorted(result.refused, round);
    for (const { unit, message } of final) {
      ports.log.warn('refused by Route 53', { zone: zoneId, name: unit.name, message });
    }
    const told = final.map(({ unit, message }): [string, string] => [unit.name, message]);
    state = hold(state, context.desired, told, 'Refused');
    if (result.stop !== undefined) return { state, stop: result.stop };
    if (again.length === 0) return { state };
    const looked = await look(ports.zones, context, state, again);
    if (!looked.ok) return { state, stop: looked.error };
    state = looked.value.state;
    foreign = new Map([...foreign, ...looked.value.foreign]);
  }
}

function sorted(refused: readonly RefusedUnit[], round: number) {
  const isPassing = ({ message }: RefusedUnit) => round < ROUNDS && isUnexpectedState(message);
  return {
    again: refused.filter(isPassing).map(({ unit }) => unit.name),
    final: refused.filter((each) => !isPassing(each)),
  };
}

function changesIn(units: readonly Unit[]): number {
  return units.reduce((sum, { changes }) => sum + changes.length, 0);
}

function withWritten(state: ZoneState, units: readonly Unit[]): ZoneState {
  const names = new Set(units.map(({ name }) => name));
  const kept = state.owned.filter(({ of }) => !names.has(of));
  return { ...state, owned: [...kept, ...units.flatMap(({ after }) => after)] };
}

function hold(
  state: ZoneState,
  desired: ReadonlyMap<string, DesiredName>,
  told: readonly (readonly [name: string, message: string])[],
  reason: HeldName['reason'],
): ZoneState {
  const held = new Map(state.held);
  for (const [name, message] of told) {
    const hash = desired.get(name)?.hash;
    if (hash !== undefined) held.set(name, { hash, reason, message });
  }
  return { ...state, held };
}
