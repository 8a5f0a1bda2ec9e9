import type { RecordSpec } from '../../model/dns-record.ts';

/** The names of one Service, from the widest to the narrowest. */
export interface ServiceNames {
  readonly global: string;
  region(region: string): string;
  zone(region: string, zone: string): string;
  /** of `dnsPrefix`; absent without */
  readonly prefixed?: string;
}

/**
 * `<service>.<namespace>.<Domain object>.svc[[.<zone>].<Region>].<domain>`; `externalName` stands in place of the
 * Service's name.
 *
 * @param domain the `domain` of the Domain
 * Source: KubeFed v0.6.1, DNSEndpoints of Services
 */
export function serviceNames(spec: RecordSpec, domain: string): ServiceNames {
  const suffix = lower(domain);
  const service = spec.externalName ?? spec.name;
  const prefix = lower(`${service}.${spec.namespace}.${spec.domainRef}.svc`);
  const region = (of: string) => `${prefix}.${lower(of)}.${suffix}`;
  return {
    global: `${prefix}.${suffix}`,
    region,
    zone: (of, zone) => `${prefix}.${lower(zone)}.${lower(of)}.${suffix}`,
    ...(spec.dnsPrefix === undefined ? {} : { prefixed: `${lower(spec.dnsPrefix)}.${suffix}` }),
  };
}

/**
 * The name under which the clusters of one Region stand for a host of an Ingress, where there are several.
 *
 * @param taken the other names in use; underscores are put before the Region until the name is free
 */
export function hostRegionName(host: string, region: string, taken: ReadonlySet<string>): string {
  // An asterisk is a wildcard only in front.
  const base = host.startsWith('*.') ? `_wildcard${host.slice(1)}` : host;
  let name = `${lower(region)}.${base}`;
  while (taken.has(name)) name = `_${name}`;
  return name;
}

const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;
const MAX_NAME = 253;

/** @returns whether Route 53 takes it as the name of a record. Source: RFC 1035, 2.3.4; underscores and `*.` in front */
export function isUsableName(name: string): boolean {
  const labels = name.replace(/^\*\./, '').split('.');
  return name.length <= MAX_NAME && labels.length > 1 && labels.every((label) => LABEL.test(label));
}

function lower(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
