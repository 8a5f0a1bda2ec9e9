import type { RecordSpec } from '../../model/dns-record.ts';
import { isJsonObject, type JsonObject, listAt, stringAt } from '../../model/json.ts';
import { type ClusterEntry, clusterEntries, type DnsCluster } from './cluster-entries.ts';
import type { Endpoint, EndpointStyle } from './endpoint.ts';
import { ingressEndpoints } from './ingress-endpoints.ts';
import { type PlannedEndpoints, serviceEndpoints } from './service-endpoints.ts';
import type { FactsFound } from './targets.ts';

export interface RecordFacts {
  /** every member, in any order */
  readonly clusters: readonly DnsCluster[];
  /** the `domain` of the Domain that a Service's record refers to; absent when there is no such Domain */
  readonly domain?: string;
  /** name of the Domain with its namespace, for the message */
  readonly domainName: string;
  /** `status` of the record as it stands */
  readonly status: JsonObject | undefined;
  readonly factsOf: (hostname: string) => FactsFound;
}

export interface PlannedRecord {
  readonly status: JsonObject;
  /** sorted by name, type and set identifier; empty when there is nothing to lead to */
  readonly endpoints: readonly Endpoint[];
}

/**
 * What the status of a record, and the DNSEndpoint made of it, ought to be.
 *
 * Without its Domain a Service has no names: the DNSEndpoint is to go, and the status says why. (KubeFed left both as
 * they were.)
 */
export function planRecord(spec: RecordSpec, facts: RecordFacts): PlannedRecord {
  if (spec.kind === 'service' && facts.domain === undefined) {
    const message = `Domain ${facts.domainName} does not exist: create it, or change spec.domainRef.`;
    return { status: { message }, endpoints: [] };
  }
  const last = { addresses: lastAddresses(facts.status) };
  const entries = clusterEntries(spec, facts.clusters, last, facts.factsOf);
  const planned = endpointsOf(spec, facts.domain ?? '', entries);
  const { endpoints, problems } = planned;
  return {
    status: {
      ...(spec.kind === 'service' ? { domain: facts.domain ?? '' } : {}),
      dns: entries.map((entry) => statusEntry(spec, entry, planned.leftOut.get(entry.cluster))),
      ...(problems.length === 0 ? {} : { message: problems.join(' ') }),
    },
    endpoints,
  };
}

function endpointsOf(
  spec: RecordSpec,
  domain: string,
  entries: readonly ClusterEntry[],
): PlannedEndpoints {
  const style: EndpointStyle = {
    ttlSeconds: spec.ttlSeconds,
    ...(spec.externalName === undefined ? {} : { labels: { serviceName: spec.name } }),
    // A primary that is an alias has no other health. Source: AWS, Route 53, failover alias records
    evaluateTargetHealth: spec.evaluateTargetHealth || spec.routing === 'failover',
  };
  return spec.kind === 'service'
    ? serviceEndpoints(spec, domain, entries, style)
    : ingressEndpoints(spec, entries, style);
}

function statusEntry(
  spec: RecordSpec,
  { cluster, region, zones, addresses, absence }: ClusterEntry,
  leftOut: string | undefined,
): JsonObject {
  const why =
    absence ?? (leftOut === undefined ? undefined : { reason: 'LeftOut', message: leftOut });
  return {
    cluster,
    loadBalancer: addresses.length === 0 ? {} : { ingress: [...addresses] },
    ...(spec.kind === 'service' && zones.length > 0 ? { zones: [...zones] } : {}),
    ...(spec.kind === 'service' && region !== undefined ? { region } : {}),
    ...(why === undefined ? {} : { reason: why.reason, message: why.message }),
  };
}

function lastAddresses(status: JsonObject | undefined): Map<string, readonly JsonObject[]> {
  return new Map(
    listAt(status, 'dns').map((entry) => [
      stringAt(entry, 'cluster') ?? '',
      listAt(entry, 'loadBalancer', 'ingress').filter(isJsonObject),
    ]),
  );
}
