import type { RecordSet, ZoneChange } from '../../model/record-set.ts';
import type { DesiredName } from './desired-names.ts';
import { canUpsert, isSameSet, setKey } from './record-sets.ts';
import type { HeldName, OwnedSet, ZoneState } from './zone-state.ts';

/** All changes of one name; they are made together or not at all. */
export interface Unit {
  readonly name: string;
  /** deletes first */
  readonly changes: readonly ZoneChange[];
  /** what of the name is ours afterwards */
  readonly after: readonly OwnedSet[];
}

export interface PlannedZone {
  /** an alias comes after what it leads to; empty when the zone is as it ought to be */
  readonly units: readonly Unit[];
  /** names that others have, and what to do about it */
  readonly conflicts: ReadonlyMap<string, string>;
}

export interface ZoneFacts {
  readonly zoneId: string;
  readonly desired: ReadonlyMap<string, DesiredName>;
  readonly state: ZoneState;
  /** sets of others, by the name of ours that they touch; known only for names that have been listed */
  readonly foreign: ReadonlyMap<string, readonly RecordSet[]>;
}

/**
 * What has to be changed in a zone, and nothing else: what is new is created, so that Route 53 itself refuses a name
 * that somebody else has; what differs is put in place, or replaced where it cannot be; what is not wanted is deleted
 * as it is known to be.
 *
 * A name that is held back stays as it is until it asks for something else.
 */
export function planNames(facts: ZoneFacts): PlannedZone {
  const { desired, state } = facts;
  const owned = Map.groupBy(state.owned, ({ of }) => of);
  const units: Unit[] = [];
  const conflicts = new Map<string, string>();
  for (const name of [...new Set([...desired.keys(), ...owned.keys()])].sort()) {
    if (isHeld(desired.get(name), state.held.get(name))) continue;
    const before = (owned.get(name) ?? []).map(({ set }) => set);
    const planned = planName(desired.get(name), before, facts.foreign.get(name) ?? []);
    if (typeof planned === 'string') conflicts.set(name, planned);
    else if (planned.length > 0) {
      units.push({ name, changes: planned, after: ownedBy(desired.get(name)) });
    }
  }
  const isLast = ({ changes }: Unit) => Number(leadsWithin(changes, facts.zoneId));
  return { units: units.toSorted((a, b) => isLast(a) - isLast(b)), conflicts };
}

/** @returns what is in the way, or else the changes */
function planName(
  wanted: DesiredName | undefined,
  before: readonly RecordSet[],
  foreign: readonly RecordSet[],
): string | ZoneChange[] {
  const after = wanted?.sets ?? [];
  const inTheWay = clashing(after, before, foreign);
  const problem = inTheWay.length === 0 ? undefined : conflictOf(wanted, inTheWay);
  return problem ?? changesOf(before, after, inTheWay);
}

function isHeld(wanted: DesiredName | undefined, held: HeldName | undefined): boolean {
  return wanted !== undefined && held !== undefined && held.hash === wanted.hash;
}

function ownedBy(wanted: DesiredName | undefined): OwnedSet[] {
  if (wanted === undefined) return [];
  return wanted.sets.map((set) => ({ of: wanted.name, by: wanted.by, set }));
}

function changesOf(
  before: readonly RecordSet[],
  after: readonly RecordSet[],
  inTheWay: readonly RecordSet[],
): ZoneChange[] {
  const known = new Map(before.map((set) => [setKey(set), set]));
  const wanted = new Set(after.map(setKey));
  const gone = before.filter((set) => !wanted.has(setKey(set)));
  const deletes = [...inTheWay, ...gone];
  const puts: ZoneChange[] = [];
  for (const set of after) {
    const old = known.get(setKey(set));
    if (old === undefined) puts.push({ action: 'CREATE', set });
    else if (!isSameSet(old, set)) {
      const siblings = before.filter(({ name, type }) => name === set.name && type === set.type);
      const upsert = canUpsert(old, set, siblings.length > 1);
      if (!upsert) deletes.push(old);
      puts.push({ action: upsert ? 'UPSERT' : 'CREATE', set });
    }
  }
  return [...deletes.map((set): ZoneChange => ({ action: 'DELETE', set })), ...puts];
}

/** @returns sets of others that a set of ours cannot be beside */
function clashing(
  wanted: readonly RecordSet[],
  before: readonly RecordSet[],
  foreign: readonly RecordSet[],
): RecordSet[] {
  const has = (set: RecordSet) =>
    before.some(({ name, type }) => name === set.name && type === set.type);
  const fresh = wanted.filter((set) => !has(set));
  return foreign.filter((other) =>
    fresh.some(
      (set) =>
        set.name === other.name &&
        (set.type === other.type || set.type === 'CNAME' || other.type === 'CNAME'),
    ),
  );
}

function conflictOf(
  wanted: DesiredName | undefined,
  inTheWay: readonly RecordSet[],
): string | undefined {
  const what = [...new Set(inTheWay.map(({ name, type }) => `${type} ${name}`))].join(', ');
  const other = inTheWay.find(({ routing }) => routing?.kind === 'other');
  if (other !== undefined || wanted?.takeOver === false) {
    const remedy =
      other === undefined
        ? 'delete it, change the name, or set the annotation kubefed.io/dns-take-over: "true" on the DNS record to replace it'
        : 'delete it, or change the name; its routing is none that could be replaced';
    return `The zone has ${what} of somebody else: ${remedy}.`;
  }
  return undefined;
}

function leadsWithin(changes: readonly ZoneChange[], zoneId: string): boolean {
  return changes.some(
    ({ action, set }) => action !== 'DELETE' && set.alias?.hostedZoneId === zoneId,
  );
}
