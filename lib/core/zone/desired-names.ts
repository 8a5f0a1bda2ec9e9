import { isJsonObject, type JsonObject, listAt, stringAt, valueAt } from '../../model/json.ts';
import { DNS_TAKE_OVER_ANNOTATION, HOSTED_ZONE_ANNOTATION } from '../../model/names.ts';
import type { HostedZone, RecordSet } from '../../model/record-set.ts';
import { endpointName, setOfEndpoint } from './endpoint-set.ts';
import { ownerSet } from './ownership.ts';
import { bySet, setsHash } from './record-sets.ts';
import { zonesOf } from './zones.ts';

/** What one name is to have in a zone. */
export interface DesiredName {
  readonly name: string;
  /** namespace and name of the DNSEndpoint that it comes from */
  readonly by: string;
  /** what others have under the name may be replaced */
  readonly takeOver: boolean;
  /** the record sets, and a TXT for each that tells whose it is */
  readonly sets: readonly RecordSet[];
  /** another one when any of that is */
  readonly hash: string;
}

export const PROBLEM_REASONS = [
  'Conflict',
  'NameTaken',
  'NoZone',
  'Refused',
  'ZoneProblem',
] as const;

/** Why a name of a DNSEndpoint is not in the zone as it ought to be. */
export interface Problem {
  readonly dnsName: string;
  readonly reason: (typeof PROBLEM_REASONS)[number];
  readonly message: string;
}

export interface DesiredZone {
  readonly names: ReadonlyMap<string, DesiredName>;
  /** by DNSEndpoint; also for one without a name in this zone, if it is this zone's place to tell */
  readonly problems: ReadonlyMap<string, readonly Problem[]>;
}

export interface ZoneContext {
  readonly zone: HostedZone;
  /** all that we may write to; the first one tells of names that are in none */
  readonly zones: readonly HostedZone[];
  readonly ownerId: string;
}

/**
 * What all DNSEndpoints together want of one zone. A name belongs to one of them: the oldest that asks for it.
 *
 * @param objects DNSEndpoints, in any order; those that are being deleted want nothing
 */
export function desiredNames(objects: readonly JsonObject[], context: ZoneContext): DesiredZone {
  const names = new Map<string, DesiredName>();
  const problems = new Map<string, Problem[]>();
  const tell = (by: string, problem: Problem) =>
    problems.set(by, [...(problems.get(by) ?? []), problem]);
  const asked = objects
    .filter((each) => valueAt(each, 'metadata', 'deletionTimestamp') === undefined)
    .toSorted(byAge)
    .flatMap(askedBy);
  for (const each of asked) {
    const found = judge(each, names.get(each.name), context);
    if (found === undefined) continue;
    if ('reason' in found) tell(each.by, found);
    else names.set(each.name, found);
  }
  for (const name of crossing(names)) {
    tell(names.get(name)?.by ?? '', reserved(name));
    names.delete(name);
  }
  return { names, problems };
}

interface Asked {
  readonly object: JsonObject;
  readonly by: string;
  readonly name: string;
  readonly endpoints: readonly JsonObject[];
}

function askedBy(object: JsonObject): Asked[] {
  const endpoints = listAt(object, 'spec', 'endpoints').filter(isJsonObject);
  const byName = Map.groupBy(endpoints, endpointName);
  byName.delete('');
  const by = keyOf(object);
  return [...byName].map(([name, same]) => ({ object, by, name, endpoints: same }));
}

/** @returns undefined for a name of another zone */
function judge(
  asked: Asked,
  first: DesiredName | undefined,
  context: ZoneContext,
): DesiredName | Problem | undefined {
  const placed = placeOf(asked.name, asked.object, context);
  if (placed === 'elsewhere') return undefined;
  if (placed !== 'here') return placed;
  return first === undefined ? readName(asked, context) : taken(asked.name, first.by);
}

function placeOf(
  name: string,
  object: JsonObject,
  { zone, zones }: ZoneContext,
): 'here' | 'elsewhere' | Problem {
  const annotation = stringAt(object, 'metadata', 'annotations', HOSTED_ZONE_ANNOTATION) ?? '';
  const ids = annotation.split(',').flatMap((id) => id.trim() || []);
  const found = zonesOf(name, zones, ids);
  if (found.includes(zone.id)) return 'here';
  if (found.length > 0 || zones[0]?.id !== zone.id) return 'elsewhere';
  const known = zones.map((each) => `${each.name} (${each.id})`).join(', ');
  const among = ids.length > 0 ? `the zones ${ids.join(', ')} that it names` : 'any zone';
  const message = `The name is not in ${among}, as far as we may write: ${known}. Add the zone to the setting dns.zones, or change the name.`;
  return { dnsName: name, reason: 'NoZone', message };
}

function readName(
  { name, object, by, endpoints }: Asked,
  { zone, ownerId }: ZoneContext,
): DesiredName | Problem {
  const records: RecordSet[] = [];
  for (const endpoint of endpoints) {
    const read = setOfEndpoint(endpoint, zone.id);
    if (!read.ok) return { dnsName: name, reason: 'Refused', message: read.message };
    records.push(read.set);
  }
  const owners = records.map((set) => ownerSet(set, zone.name, { owner: ownerId, resource: by }));
  const sets = [...records, ...owners].sort(bySet);
  const takeOver = stringAt(object, 'metadata', 'annotations', DNS_TAKE_OVER_ANNOTATION) === 'true';
  return { name, by, takeOver, sets, hash: `${setsHash(sets)}${takeOver ? '!' : ''}` };
}

/** A CNAME stands alone at its name, and so cannot be where the TXT of another name has to be. */
function crossing(names: ReadonlyMap<string, DesiredName>): string[] {
  const all = [...names.values()];
  const texts = new Set(
    all.flatMap(({ name, sets }) => sets.flatMap((s) => (s.name === name ? [] : s.name))),
  );
  return all
    .filter(
      ({ name, sets }) =>
        texts.has(name) && sets.some((set) => set.name === name && set.type === 'CNAME'),
    )
    .map(({ name }) => name);
}

function taken(dnsName: string, by: string): Problem {
  const message = `The older DNSEndpoint ${by} has this name: change one of the two.`;
  return { dnsName, reason: 'NameTaken', message };
}

function reserved(dnsName: string): Problem {
  const message =
    'The TXT that tells the owner of another name has to be here, and a CNAME stands alone at its name: change one of the two names.';
  return { dnsName, reason: 'NameTaken', message };
}

function byAge(a: JsonObject, b: JsonObject): number {
  const ageOf = (object: JsonObject) =>
    `${stringAt(object, 'metadata', 'creationTimestamp') ?? ''} ${keyOf(object)}`;
  return ageOf(a) < ageOf(b) ? -1 : 1;
}

export function keyOf(object: JsonObject): string {
  return `${stringAt(object, 'metadata', 'namespace') ?? ''}/${stringAt(object, 'metadata', 'name') ?? ''}`;
}
