import type { RecordSpec } from '../../model/dns-record.ts';
import { type JsonObject, stringAt } from '../../model/json.ts';
import { type Absence, absenceOf, absenceWhenDrained, type Observed } from './liveness.ts';
import { type Address, type FactsFound, type Targets, targetsOf } from './targets.ts';

/** One member as the records see it. */
export interface DnsCluster {
  readonly name: string;
  readonly region?: string;
  /** sorted; may be empty */
  readonly zones: readonly string[];
  readonly observed: Observed;
  /** somebody wants it out of traffic */
  readonly isDrained?: true;
}

export interface ClusterEntry {
  readonly cluster: string;
  readonly region?: string;
  readonly zones: readonly string[];
  /** what goes into the status; empty when the cluster gets no record set */
  readonly addresses: readonly JsonObject[];
  /** absent when the cluster gets no record set */
  readonly targets?: Targets;
  /** why it gets none, or why it has one all the same */
  readonly absence?: Absence;
}

/** What was true at the last pass. */
export interface LastEntries {
  /** `status.dns[].loadBalancer.ingress` by cluster */
  readonly addresses: ReadonlyMap<string, readonly JsonObject[]>;
}

/**
 * Which clusters get a record set, and to what address.
 *
 * A cluster that could not be asked keeps what it had. When none is healthy, all that had a record set at the last pass
 * keep it: a wrong health check must not take a Service off the net. Clusters where the Service is gone, or has no
 * address any more, are not among them. So a drained cluster keeps its record set until another is healthy.
 *
 * @param clusters in any order
 * @returns one entry per cluster, sorted by name
 * Source: KubeFed v0.6.1 (entries of a Service); failing open as Route 53 does when all targets are unhealthy
 */
export function clusterEntries(
  spec: RecordSpec,
  clusters: readonly DnsCluster[],
  last: LastEntries,
  factsOf: (hostname: string) => FactsFound,
): ClusterEntry[] {
  const judged = clusters.map((cluster) => judge(spec, cluster, last, factsOf));
  const someHealthy = judged.some(
    ({ entry, unhealthy }) => entry.targets !== undefined && !unhealthy,
  );
  return judged
    .map(({ entry, kept }) => (someHealthy || kept === undefined ? entry : kept))
    .sort((a, b) => (a.cluster < b.cluster ? -1 : 1));
}

interface Judged {
  readonly entry: ClusterEntry;
  /** what it is if nothing else is healthy */
  readonly kept?: ClusterEntry;
  readonly unhealthy: boolean;
}

function judge(
  spec: RecordSpec,
  cluster: DnsCluster,
  last: LastEntries,
  factsOf: (hostname: string) => FactsFound,
): Judged {
  const { observed } = cluster;
  const lastAddresses = last.addresses.get(cluster.name) ?? [];
  const found = absenceOf(spec, observed);
  const absence = cluster.isDrained ? absenceWhenDrained(cluster.name, found) : found;
  if (absence === undefined) {
    const addresses = observed.state === 'present' ? observed.addresses : [];
    return { entry: entryOf(cluster, addresses, factsOf), unhealthy: false };
  }
  const empty = entryWith(cluster, { addresses: [], absence });
  if (lastAddresses.length === 0 || !absence.passing) return { entry: empty, unhealthy: true };
  const current = observed.state === 'present' ? observed.addresses : lastAddresses;
  const message = `${absence.message} Its record set stays, for no ${cluster.isDrained ? 'other ' : ''}cluster is healthy.`;
  const kept = entryOf(cluster, current, factsOf, { ...absence, message });
  if (kept.targets === undefined) return { entry: empty, unhealthy: true };
  if (absence.reason !== 'ClusterUnreachable') return { entry: empty, kept, unhealthy: true };
  // One failed question is no verdict: that is what the readiness of the cluster is for.
  return { entry: entryOf(cluster, current, factsOf, absence), unhealthy: true };
}

function entryOf(
  cluster: DnsCluster,
  addresses: readonly JsonObject[],
  factsOf: (hostname: string) => FactsFound,
  absence?: Absence,
): ClusterEntry {
  const found = targetsOf(addresses.map(addressOf), factsOf);
  if (found.found) {
    const { targets } = found;
    return entryWith(cluster, {
      addresses,
      targets,
      ...(absence === undefined ? {} : { absence }),
    });
  }
  const unknown = { reason: 'LoadBalancerUnknown', message: found.message, passing: true } as const;
  return entryWith(cluster, { addresses: [], absence: unknown });
}

function entryWith(
  { name, region, zones }: DnsCluster,
  rest: Pick<ClusterEntry, 'addresses' | 'targets' | 'absence'>,
): ClusterEntry {
  return { cluster: name, ...(region === undefined ? {} : { region }), zones, ...rest };
}

/** @returns the parts of an entry of `status.loadBalancer.ingress` that lead anywhere */
export function addressOf(entry: JsonObject): Address {
  const ip = stringAt(entry, 'ip');
  const hostname = stringAt(entry, 'hostname');
  return { ...(ip ? { ip } : {}), ...(hostname ? { hostname } : {}) };
}
