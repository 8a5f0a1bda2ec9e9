import type { Targets } from './targets.ts';

/** One record set in external-dns's shape, as it stands in `spec.endpoints[]` of a DNSEndpoint. */
export type Endpoint = {
  dnsName: string;
  recordType: 'A' | 'AAAA' | 'CNAME';
  targets: string[];
  /** seconds; absent for an alias, which has that of its target */
  recordTTL?: number;
  setIdentifier?: string;
  labels?: Record<string, string>;
  providerSpecific?: Property[];
};

export type Property = { name: string; value: string };

/** What all record sets of one record have in common. */
export interface EndpointStyle {
  readonly ttlSeconds: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly evaluateTargetHealth: boolean;
}

/** What makes a record set one of several under its name; absent for a simple one. */
export interface Routed {
  readonly setIdentifier: string;
  readonly properties: readonly Property[];
}

export function property(name: string, value: string): Property {
  return { name, value };
}

/**
 * @returns the record sets of one name that lead to `targets`: A, AAAA or both, or one CNAME; empty when an AWS load
 *   balancer can be reached over neither IPv4 nor IPv6
 * Source: external-dns v0.22, AWS provider (names of the properties)
 */
export function endpointsAt(
  dnsName: string,
  targets: Targets,
  style: EndpointStyle,
  routed?: Routed,
): Endpoint[] {
  return recordsOf(targets, style).map(({ recordType, values, isAlias, properties }) => {
    const all = [...properties, ...(routed?.properties ?? [])].sort(byName);
    return {
      dnsName,
      recordType,
      targets: values,
      ...(isAlias ? {} : { recordTTL: style.ttlSeconds }),
      ...(routed === undefined ? {} : { setIdentifier: routed.setIdentifier }),
      ...(style.labels === undefined ? {} : { labels: { ...style.labels } }),
      ...(all.length === 0 ? {} : { providerSpecific: all }),
    };
  });
}

interface RecordParts {
  readonly recordType: Endpoint['recordType'];
  readonly values: string[];
  readonly isAlias: boolean;
  readonly properties: readonly Property[];
}

function recordsOf(targets: Targets, style: EndpointStyle): RecordParts[] {
  switch (targets.kind) {
    case 'host':
      return [plain('CNAME', [targets.host])];
    case 'addresses':
      return [
        ...(targets.ipv4.length > 0 ? [plain('A', targets.ipv4)] : []),
        ...(targets.ipv6.length > 0 ? [plain('AAAA', targets.ipv6)] : []),
      ];
    case 'alias':
      return aliases(targets, targets.host, aliasProperties(targets.hostedZoneId, style));
    case 'sameZone':
      return aliases(targets, targets.name, aliasProperties('same-zone', style));
  }
}

function plain(recordType: RecordParts['recordType'], values: readonly string[]): RecordParts {
  return { recordType, values: [...values], isAlias: false, properties: [] };
}

function aliases(
  { ipv4, ipv6 }: { readonly ipv4: boolean; readonly ipv6: boolean },
  host: string,
  properties: readonly Property[],
): RecordParts[] {
  const types = [...(ipv4 ? (['A'] as const) : []), ...(ipv6 ? (['AAAA'] as const) : [])];
  return types.map((recordType) => ({ recordType, values: [host], isAlias: true, properties }));
}

function aliasProperties(hostedZoneId: string, { evaluateTargetHealth }: EndpointStyle) {
  return [
    property('alias', 'true'),
    property('aws/evaluate-target-health', String(evaluateTargetHealth)),
    property('aws/target-hosted-zone', hostedZoneId),
  ];
}

function byName(a: Property, b: Property): number {
  return a.name < b.name ? -1 : 1;
}
