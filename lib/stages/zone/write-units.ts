import { batchesOf } from '../../core/zone/batches.ts';
import type { Unit } from '../../core/zone/plan-names.ts';
import { culpritsAmong, isQuota, messageFor } from '../../core/zone/refusals.ts';
import type { Clock, HostedZones, ZoneError } from '../../ports.ts';

export interface RefusedUnit {
  readonly unit: Unit;
  /** what Route 53 said about it */
  readonly message: string;
}

export interface Written {
  readonly written: readonly Unit[];
  readonly refused: readonly RefusedUnit[];
  /** why the rest was not tried; `Late` when time ran out */
  readonly stop?: ZoneError | { readonly kind: 'Late'; readonly messages: readonly string[] };
}

export interface WriteOptions {
  readonly zoneId: string;
  /** no request is started after that moment, in ms since the epoch */
  readonly untilMs: number;
}

/**
 * Writes units in as few requests as the limits allow. A batch that Route 53 refuses is parted: from those that its
 * messages name, or else in halves, until the culprits stand alone. They are put aside, and the others are written.
 *
 * @returns what became of each unit; those in none of the lists were not tried
 */
export async function writeUnits(
  { zones, clock }: { readonly zones: HostedZones; readonly clock: Clock },
  units: readonly Unit[],
  { zoneId, untilMs }: WriteOptions,
): Promise<Written> {
  const written: Unit[] = [];
  const refused: RefusedUnit[] = [];
  const waiting = batchesOf(units);
  for (let batch = waiting.shift(); batch !== undefined; batch = waiting.shift()) {
    if (clock.nowMs() > untilMs) {
      return { written, refused, stop: { kind: 'Late', messages: ['There was no time left.'] } };
    }
    const changes = batch.flatMap((unit) => unit.changes);
    const result = await zones.change(zoneId, changes);
    if (result.ok) {
      written.push(...batch);
      continue;
    }
    const { error } = result;
    if (error.kind !== 'Refused' || isQuota(error.messages))
      return { written, refused, stop: error };
    const parted = part(batch, error.messages);
    refused.push(...parted.culprits);
    waiting.unshift(...parted.rest);
  }
  return { written, refused };
}

function part(
  batch: readonly Unit[],
  messages: readonly string[],
): { readonly culprits: readonly RefusedUnit[]; readonly rest: readonly Unit[][] } {
  const named = batch.length === 1 ? batch : culpritsAmong(batch, messages);
  if (named.length > 0) {
    const others = batch.filter((unit) => !named.includes(unit));
    return {
      culprits: named.map((unit) => ({ unit, message: messageFor(unit, messages) })),
      rest: others.length === 0 ? [] : [others],
    };
  }
  const half = Math.ceil(batch.length / 2);
  return { culprits: [], rest: [batch.slice(0, half), batch.slice(half)] };
}
