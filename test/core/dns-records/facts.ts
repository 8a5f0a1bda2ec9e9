import type { DnsCluster } from '../../../lib/core/dns-records/cluster-entries.ts';
import type { Endpoint } from '../../../lib/core/dns-records/endpoint.ts';
import { type PlannedRecord, planRecord } from '../../../lib/core/dns-records/plan-record.ts';
import type { FactsFound, LoadBalancerFacts } from '../../../lib/core/dns-records/targets.ts';
import { type RecordKind, readRecordSpec } from '../../../lib/model/dns-record.ts';
import type { JsonObject } from '../../../lib/model/json.ts';

export const spec = (fields: JsonObject = {}, kind: RecordKind = 'service') =>
  readRecordSpec(kind, {
    metadata: { name: 'web', namespace: 'shop' },
    spec: kind === 'service' ? { domainRef: 'prod', ...fields } : fields,
  });

export const east = (n = 1) => `east-${n}.us-east-1.elb.amazonaws.com`;
export const west = (n = 1) => `west-${n}.elb.eu-west-1.amazonaws.com`;

/** @param address an IP address, a host name, or nothing for a Service without a load balancer */
export function member(
  name: string,
  region: string | undefined,
  address?: string,
  more: Partial<DnsCluster> = {},
): DnsCluster {
  const entry: JsonObject = /^[\d.]+$|:/.test(address ?? '')
    ? { ip: address }
    : { hostname: address };
  return {
    name,
    ...(region === undefined ? {} : { region }),
    zones: [],
    observed: {
      state: 'present',
      addresses: address === undefined ? [] : [entry],
      hasReadyEndpoint: true,
    },
    ...more,
  };
}

export const dualstack: LoadBalancerFacts = { hostedZoneId: 'ZDUAL', ipv4: true, ipv6: true };

/** Load balancers are IPv4 alone, in the zone `Z` and the first part of their name, but for those in `known`. */
export function factsOf(known: Record<string, LoadBalancerFacts | string> = {}) {
  return (host: string): FactsFound => {
    const facts = known[host];
    if (typeof facts === 'string') return { found: false, message: facts };
    const name = host.split('.')[0] ?? '';
    return { found: true, facts: facts ?? { hostedZoneId: `Z${name}`, ipv4: true, ipv6: false } };
  };
}

export function plan(
  of: ReturnType<typeof spec>,
  clusters: readonly DnsCluster[],
  more: { status?: JsonObject; known?: Record<string, LoadBalancerFacts | string> } = {},
): PlannedRecord {
  return planRecord(of, {
    clusters,
    domain: 'example.com',
    domainName: 'kube-federation-system/prod',
    status: more.status,
    factsOf: factsOf(more.known),
  });
}

/** @returns one line per record set, without the domain: name, type, what makes it one of several, targets */
export function lines(endpoints: readonly Endpoint[]): string[] {
  return endpoints.map(({ dnsName, recordType, setIdentifier, providerSpecific = [], targets }) => {
    const short = (name: string) =>
      name.replace('web.shop.prod.svc', 'P').replace('.example.com', '');
    const given = providerSpecific
      .filter(({ name }) => !/^alias$|evaluate/.test(name))
      .map(
        ({ name, value }) => `${name.replace('aws/', '').replace('target-hosted-', '')}=${value}`,
      );
    const set = setIdentifier === undefined ? [] : [`[${setIdentifier}]`];
    return [short(dnsName), recordType, ...set, ...given, '→', targets.map(short).join(',')].join(
      ' ',
    );
  });
}
