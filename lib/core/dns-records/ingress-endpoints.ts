import type { RecordSpec } from '../../model/dns-record.ts';
import type { ClusterEntry } from './cluster-entries.ts';
import type { EndpointStyle } from './endpoint.ts';
import { globalPieces, type RegionName, weightedPieces } from './global-pieces.ts';
import { LATENCY_REGIONS } from './latency-regions.ts';
import { nameSets } from './name-sets.ts';
import { hostRegionName } from './record-names.ts';
import {
  isLive,
  type PlannedEndpoints,
  type Planning,
  takeSets,
  usable,
} from './service-endpoints.ts';

/**
 * The record sets of an Ingress: its hosts, each routed as the global name of a Service. With latency, a Region of
 * several clusters needs a name for their weighted set: the host's, with the Region in front.
 *
 * @param entries sorted by cluster
 * Source: KubeFed v0.6.1, DNSEndpoints of Ingresses (there all addresses in one simple set, no Regions)
 */
export function ingressEndpoints(
  spec: RecordSpec,
  entries: readonly ClusterEntry[],
  style: EndpointStyle,
): PlannedEndpoints {
  const planned: Planning = { endpoints: [], leftOut: new Map() };
  const taken = new Set(spec.hosts);
  for (const host of spec.hosts) {
    const shared = sharedRegions(spec, host, entries, { style, taken });
    for (const { name, sets } of shared.values()) takeSets(planned, name, sets);
    const global = globalPieces(spec, entries.filter(isLive), shared);
    takeSets(planned, host, nameSets(host, global.pieces, style));
    for (const [cluster, why] of global.leftOut) planned.leftOut.set(cluster, why);
  }
  return usable({ ...planned, problems: [] });
}

/** Only Regions that Route 53 measures: the others have no set that would lead there. */
function sharedRegions(
  spec: RecordSpec,
  host: string,
  entries: readonly ClusterEntry[],
  { style, taken }: { readonly style: EndpointStyle; readonly taken: Set<string> },
): Map<string, RegionName> {
  const shared = new Map<string, RegionName>();
  if (spec.routing !== 'latency') return shared;
  const located = entries.filter(
    ({ region }) => region !== undefined && LATENCY_REGIONS.has(region),
  );
  for (const [region, inRegion] of Map.groupBy(located, (entry) => entry.region ?? '')) {
    const live = inRegion.filter(isLive);
    if (inRegion.length < 2 || live.length === 0) continue;
    const name = hostRegionName(host, region, taken);
    taken.add(name);
    shared.set(region, { name, sets: nameSets(name, weightedPieces(spec, live), style) });
  }
  return shared;
}
