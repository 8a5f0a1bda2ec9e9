import type { DesiredName } from '../../core/zone/desired-names.ts';
import {
  belonging,
  type ForeignEdit,
  foreignEdits,
  ownedSets,
} from '../../core/zone/owned-sets.ts';
import { namesOfOwner } from '../../core/zone/ownership.ts';
import type { OwnedSet, ZoneState } from '../../core/zone/zone-state.ts';
import type { HostedZone, RecordSet } from '../../model/record-set.ts';
import type { HostedZones, ZoneResult } from '../../ports.ts';

export interface LookContext {
  readonly zone: HostedZone;
  readonly ownerId: string;
  readonly desired: ReadonlyMap<string, DesiredName>;
}

export interface Seen {
  readonly state: ZoneState;
  /** sets of others, by the name of ours that they touch */
  readonly foreign: ReadonlyMap<string, readonly RecordSet[]>;
  readonly edits: readonly ForeignEdit[];
}

/** More names than that are found faster by listing the zone, 300 sets a call. */
const MOST_NAMES = 20;

/**
 * Looks at the zone itself where what is known of it turned out wrong, or in an audit.
 *
 * @param names what to look at; absent for the whole zone
 */
export async function look(
  zones: HostedZones,
  context: LookContext,
  state: ZoneState,
  names?: readonly string[],
): Promise<ZoneResult<Seen>> {
  const wanted = names?.flatMap((name) => namesAround(name, context, state));
  const places = wanted === undefined ? undefined : [...new Set(wanted)];
  const isWhole = places === undefined || places.length > MOST_NAMES;
  const listed = isWhole
    ? await zones.list(context.zone.id)
    : await listEach(zones, context.zone.id, places);
  if (!listed.ok) return listed;
  const about = belonging([...state.owned, ...wantedSets(context.desired)]);
  const { zone, ownerId } = context;
  const found = ownedSets(listed.value, { zoneName: zone.name, ownerId }, about);
  const scope = isWhole ? undefined : new Set(names);
  const isIn = ({ of }: OwnedSet) => scope === undefined || scope.has(of);
  const owned = [...state.owned.filter((each) => !isIn(each)), ...found.owned.filter(isIn)];
  const foreign = foreignByName(found.foreign, context.desired);
  const edits = foreignEdits(state.owned.filter(isIn), found);
  return { ok: true, value: { state: { ...state, owned }, foreign, edits } };
}

async function listEach(
  zones: HostedZones,
  zoneId: string,
  names: readonly string[],
): Promise<ZoneResult<RecordSet[]>> {
  const sets: RecordSet[] = [];
  for (const name of names) {
    const listed = await zones.list(zoneId, name);
    if (!listed.ok) return listed;
    sets.push(...listed.value);
  }
  return { ok: true, value: sets };
}

function namesAround(name: string, { desired, zone }: LookContext, state: ZoneState): string[] {
  const known = state.owned.flatMap(({ of, set }) => (of === name ? [set] : []));
  const sets = [...known, ...(desired.get(name)?.sets ?? [])];
  const owners = sets.flatMap((set) => (set.type === 'TXT' ? [] : namesOfOwner(set, zone.name)));
  return [name, ...sets.map((set) => set.name), ...owners];
}

function wantedSets(desired: ReadonlyMap<string, DesiredName>): OwnedSet[] {
  return [...desired.values()].flatMap(({ name, by, sets }) =>
    sets.map((set) => ({ of: name, by, set })),
  );
}

function foreignByName(
  foreign: readonly RecordSet[],
  desired: ReadonlyMap<string, DesiredName>,
): Map<string, RecordSet[]> {
  const at = Map.groupBy(foreign, ({ name }) => name);
  return new Map(
    [...desired.values()].map(({ name, sets }) => {
      const places = new Set(sets.map((set) => set.name));
      return [name, [...places].flatMap((place) => at.get(place) ?? [])];
    }),
  );
}
