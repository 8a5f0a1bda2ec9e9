import type { RecordSpec } from '../../model/dns-record.ts';
import type { ClusterEntry } from './cluster-entries.ts';
import { LATENCY_REGIONS } from './latency-regions.ts';
import type { NameSets, Piece } from './name-sets.ts';
import { byLatency, byLocation, checkOf, failover, weighted } from './routed.ts';
import type { Targets } from './targets.ts';

export type LiveEntry = ClusterEntry & { readonly targets: Targets };

/** The name that stands for the clusters of one Region, where there are several. */
export interface RegionName {
  readonly name: string;
  readonly sets: NameSets;
}

export interface GlobalPieces {
  readonly pieces: readonly Piece[];
  /** clusters without a set, and why */
  readonly leftOut: ReadonlyMap<string, string>;
}

const NOBODY: ReadonlyMap<string, string> = new Map();

/**
 * The record sets of the widest name: one per cluster, or with latency one per Region.
 *
 * @param live entries with targets, sorted by cluster
 * @param regionNames by Region, for Regions of two clusters and more
 */
export function globalPieces(
  spec: RecordSpec,
  live: readonly LiveEntry[],
  regionNames: ReadonlyMap<string, RegionName>,
): GlobalPieces {
  switch (spec.routing) {
    case 'latency':
      return latencyPieces(spec, live, regionNames);
    case 'weighted':
      return { pieces: weightedPieces(spec, live), leftOut: NOBODY };
    case 'failover':
      return failoverPieces(spec, live);
    case 'geolocation':
      return locationPieces(spec, live);
  }
}

export function weightedPieces(spec: RecordSpec, live: readonly LiveEntry[]): Piece[] {
  return live.map(({ cluster, targets }) => ({
    clusters: [cluster],
    targets,
    routed: weighted(spec, cluster),
  }));
}

/** Clusters outside AWS's Regions have no latency. Where there are no others, each gets its weight instead. */
function latencyPieces(
  spec: RecordSpec,
  live: readonly LiveEntry[],
  regionNames: ReadonlyMap<string, RegionName>,
): GlobalPieces {
  const isMeasured = ({ region }: LiveEntry) => region !== undefined && LATENCY_REGIONS.has(region);
  const measured = live.filter(isMeasured);
  if (measured.length === 0) return { pieces: weightedPieces(spec, live), leftOut: NOBODY };
  const byRegion = Map.groupBy(measured, ({ region = '' }) => region);
  const pieces = [...byRegion].sort().flatMap(([region, entries]): Piece[] => {
    const clusters = entries.map(({ cluster }) => cluster);
    const shared = regionNames.get(region);
    const targets = shared === undefined ? entries[0]?.targets : targetsThrough(shared);
    if (targets === undefined) return [];
    const checks = shared === undefined ? checkOf(spec, clusters[0] ?? '') : [];
    return [{ clusters, targets, routed: byLatency(region, checks) }];
  });
  const others = live.filter((entry) => !isMeasured(entry));
  return { pieces, leftOut: new Map(others.map((entry) => [entry.cluster, noLatency(entry)])) };
}

function noLatency({ region }: LiveEntry): string {
  const what =
    region === undefined
      ? 'The Region of the cluster is unknown'
      : `Route 53 knows no latency of Region ${region}`;
  return `${what}, so it has no part in the global name; set spec.eks.region or the label topology.kubernetes.io/region of its KubeFedCluster, or choose another routing.`;
}

function targetsThrough({ name, sets }: RegionName): Targets {
  return sets.cname
    ? { kind: 'host', host: name }
    : { kind: 'sameZone', name, ipv4: sets.ipv4, ipv6: sets.ipv6 };
}

/**
 * Route 53 has one primary and one secondary. It takes no primary without a health check, unless that is an alias with
 * a health of its own: then the name leads to the first live cluster alone, and is changed when that one goes.
 *
 * Source: AWS, Route 53 API reference, ResourceRecordSet Failover
 */
function failoverPieces(spec: RecordSpec, live: readonly LiveEntry[]): GlobalPieces {
  const rank = ({ cluster }: LiveEntry) => {
    const at = spec.failoverOrder.indexOf(cluster);
    return at < 0 ? spec.failoverOrder.length : at;
  };
  const ranked = live.toSorted((a, b) => rank(a) - rank(b));
  const [first] = ranked;
  if (first === undefined) return { pieces: [], leftOut: NOBODY };
  const hasHealth = first.targets.kind === 'alias' || checkOf(spec, first.cluster).length > 0;
  const waiting = (entries: readonly LiveEntry[]) =>
    new Map(entries.map(({ cluster }) => [cluster, waitingMessage(hasHealth, first.cluster)]));
  if (!hasHealth) {
    const pieces = [{ clusters: [first.cluster], targets: first.targets }];
    return { pieces, leftOut: waiting(ranked.slice(1)) };
  }
  // A CNAME and addresses cannot share the name: the secondary is the next that goes with the primary.
  const fits = ({ targets }: LiveEntry) =>
    (targets.kind === 'host') === (first.targets.kind === 'host');
  const second = ranked.slice(1).find(fits);
  const piece = ({ cluster, targets }: LiveEntry, role: 'PRIMARY' | 'SECONDARY'): Piece => ({
    clusters: [cluster],
    targets,
    routed: failover(spec, cluster, role),
  });
  const pieces = [
    piece(first, 'PRIMARY'),
    ...(second === undefined ? [] : [piece(second, 'SECONDARY')]),
  ];
  return { pieces, leftOut: waiting(ranked.slice(1).filter((entry) => entry !== second)) };
}

function waitingMessage(hasHealth: boolean, first: string): string {
  return hasHealth
    ? 'The cluster waits behind the primary and the secondary of the failover.'
    : `The cluster waits behind ${first}, which has no health check: name one in healthCheck.ids, and Route 53 fails over by itself.`;
}

const ELSEWHERE = { country: '*' };

/** Whoever is in no location gets an answer too: from the cluster of `*`, or else from the first one. */
function locationPieces(spec: RecordSpec, live: readonly LiveEntry[]): GlobalPieces {
  const located = live.flatMap((entry) => {
    const location = spec.locations.get(entry.cluster);
    return location === undefined ? [] : [{ entry, location }];
  });
  // Route 53 takes a location once: the first live cluster has it, another steps in when that goes.
  const byPlace = [...Map.groupBy(located, ({ location }) => JSON.stringify(location)).values()];
  const pieces: Piece[] = byPlace.flatMap(([first]) => {
    if (first === undefined) return [];
    const { cluster, targets } = first.entry;
    const routed = byLocation(spec, { cluster, location: first.location });
    return [{ clusters: [cluster], targets, routed }];
  });
  const waiting = byPlace.flatMap((same) => same.slice(1).map(({ entry }) => entry.cluster));
  const others = live.filter(({ cluster }) => !spec.locations.has(cluster));
  const hasDefault = located.some(({ location }) => location.country === '*');
  const fallback = hasDefault ? undefined : (others[0] ?? live[0]);
  if (fallback !== undefined) {
    const { cluster, targets } = fallback;
    const place = { cluster, location: ELSEWHERE, ending: '/default' };
    pieces.push({ clusters: [cluster], targets, routed: byLocation(spec, place) });
  }
  const without = others.filter((entry) => entry !== fallback).map(({ cluster }) => cluster);
  const told = (clusters: readonly string[], why: string) =>
    clusters.map((cluster): [string, string] => [cluster, why]);
  return {
    pieces,
    leftOut: new Map([
      ...told(waiting, 'Another live cluster has the same location in geolocations.'),
      ...told(without, 'The cluster has no location in geolocations.'),
    ]),
  };
}
