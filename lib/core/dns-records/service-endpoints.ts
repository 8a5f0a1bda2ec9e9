import type { RecordSpec } from '../../model/dns-record.ts';
import type { ClusterEntry } from './cluster-entries.ts';
import { type Endpoint, type EndpointStyle, endpointsAt } from './endpoint.ts';
import { globalPieces, type LiveEntry, type RegionName, weightedPieces } from './global-pieces.ts';
import { type NameSets, nameSets } from './name-sets.ts';
import { isUsableName, type ServiceNames, serviceNames } from './record-names.ts';

export interface PlannedEndpoints {
  /** sorted by name, type and set identifier */
  readonly endpoints: readonly Endpoint[];
  /** live clusters without a set under a name, and why */
  readonly leftOut: ReadonlyMap<string, string>;
  /** what is wrong with the record as a whole */
  readonly problems: readonly string[];
}

export function isLive(entry: ClusterEntry): entry is LiveEntry {
  return entry.targets !== undefined;
}

/**
 * The record sets of a Service: zone (with `zoneRecords`), Region, global. A Region, or zone, of several clusters is a
 * weighted set of them, live or not, so that a cluster that goes takes nothing but its own set along. Without a live
 * cluster a zone leads to its Region and a Region to the global name.
 *
 * @param entries sorted by cluster
 * @param domain the `domain` of the Domain
 * Source: KubeFed v0.6.1, DNSEndpoints of Services (names, levels, fallbacks; there all sets were simple)
 */
export function serviceEndpoints(
  spec: RecordSpec,
  domain: string,
  entries: readonly ClusterEntry[],
  style: EndpointStyle,
): PlannedEndpoints {
  const names = serviceNames(spec, domain);
  const planned: Planning = { endpoints: [], leftOut: new Map() };
  const shared = regionLevel(spec, names, { entries, style, planned });
  const global = globalPieces(spec, entries.filter(isLive), shared);
  takeSets(planned, names.global, nameSets(names.global, global.pieces, style));
  for (const [cluster, why] of global.leftOut) planned.leftOut.set(cluster, why);

  const { prefixed } = names;
  if (prefixed === undefined) return usable({ ...planned, problems: [] });
  const inUse = new Set([names.global, ...planned.endpoints.map(({ dnsName }) => dnsName)]);
  if (inUse.has(prefixed)) {
    const problem = `spec.dnsPrefix: ${prefixed} is a name of this record already.`;
    return usable({ ...planned, problems: [problem] });
  }
  const { labels: _, ...unlabelled } = style;
  planned.endpoints.push(...fallback(prefixed, names.global, unlabelled));
  return usable({ ...planned, problems: [] });
}

/** What has been planned so far. */
export interface Planning {
  readonly endpoints: Endpoint[];
  readonly leftOut: Map<string, string>;
}

export function takeSets(planned: Planning, name: string, sets: NameSets): void {
  planned.endpoints.push(...sets.endpoints);
  for (const cluster of sets.leftOut) planned.leftOut.set(cluster, mixed(name));
}

interface Level {
  readonly entries: readonly ClusterEntry[];
  readonly style: EndpointStyle;
  readonly planned: Planning;
}

/** @returns the names of Regions with several clusters, one of them live */
function regionLevel(
  spec: RecordSpec,
  names: ServiceNames,
  level: Level,
): ReadonlyMap<string, RegionName> {
  const shared = new Map<string, RegionName>();
  const located = level.entries.filter(({ region }) => region !== undefined);
  for (const [region, entries] of Map.groupBy(located, (entry) => entry.region ?? '')) {
    const name = names.region(region);
    const sets = levelSets(spec, { name, wider: names.global }, { ...level, entries });
    if (sets !== undefined && entries.length > 1) shared.set(region, { name, sets });
    if (!spec.zoneRecords) continue;
    for (const [zone, inZone] of byZone(entries)) {
      const place = { name: names.zone(region, zone), wider: name };
      levelSets(spec, place, { ...level, entries: inZone });
    }
  }
  return shared;
}

/**
 * Plans one name below the global one.
 *
 * @param place.wider where the name leads without a live cluster
 * @returns undefined without a live cluster
 */
function levelSets(
  spec: RecordSpec,
  place: { readonly name: string; readonly wider: string },
  { entries, style, planned }: Level,
): NameSets | undefined {
  const live = entries.filter(isLive);
  if (live.length === 0) {
    planned.endpoints.push(...fallback(place.name, place.wider, style));
    return undefined;
  }
  const simple = live.map(({ cluster, targets }) => ({ clusters: [cluster], targets }));
  const pieces = entries.length > 1 ? weightedPieces(spec, live) : simple;
  const sets = nameSets(place.name, pieces, style);
  takeSets(planned, place.name, sets);
  return sets;
}

function byZone(entries: readonly ClusterEntry[]): Map<string, ClusterEntry[]> {
  const zones = new Map<string, ClusterEntry[]>();
  for (const entry of entries) {
    for (const zone of new Set(entry.zones)) {
      zones.set(zone, [...(zones.get(zone) ?? []), entry]);
    }
  }
  return zones;
}

function fallback(name: string, to: string, style: EndpointStyle): Endpoint[] {
  return endpointsAt(name, { kind: 'host', host: to }, style);
}

function mixed(name: string): string {
  return `The load balancer is known by a host name alone, which takes a CNAME; other clusters have addresses, and ${name} cannot have both.`;
}

/** Leaves out names that no zone can have, sorts the others. */
export function usable(planned: PlannedEndpoints): PlannedEndpoints {
  const isGood = ({ dnsName }: Endpoint) => isUsableName(dnsName);
  const bad = new Set(planned.endpoints.filter((e) => !isGood(e)).map(({ dnsName }) => dnsName));
  const endpoints = planned.endpoints.filter(isGood).toSorted((a, b) => {
    const [left, right] = [orderOf(a), orderOf(b)];
    return left < right ? -1 : Number(left > right);
  });
  const problems = [...bad].sort().map((name) => `${name} is no name that DNS can have.`);
  return { ...planned, endpoints, problems: [...planned.problems, ...problems] };
}

function orderOf({ dnsName, recordType, setIdentifier = '' }: Endpoint): string {
  return [dnsName, recordType, setIdentifier].join('\n');
}
