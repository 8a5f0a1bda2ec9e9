/** ServiceDNSRecord and IngressDNSRecord as the stages read them. */
import { isJsonObject, type JsonObject, listAt, objectAt, stringAt, valueAt } from './json.ts';
import { DNS_GROUP } from './names.ts';
import type { Resource } from './resource.ts';

const dnsResource = (kind: string, plural: string): Resource => ({
  group: DNS_GROUP,
  version: 'v1alpha1',
  kind,
  plural,
  namespaced: true,
});

export const DOMAINS = dnsResource('Domain', 'domains');
export const DNS_ENDPOINTS = dnsResource('DNSEndpoint', 'dnsendpoints');

/** What a record is about: the federated Service, or the federated Ingress, of the same name. */
export type RecordKind = 'service' | 'ingress';

export const RECORDS: Readonly<Record<RecordKind, Resource>> = {
  service: dnsResource('ServiceDNSRecord', 'servicednsrecords'),
  ingress: dnsResource('IngressDNSRecord', 'ingressdnsrecords'),
};

export const RECORD_KINDS = ['service', 'ingress'] as const;

export const ROUTINGS = ['latency', 'weighted', 'failover', 'geolocation'] as const;
export type Routing = (typeof ROUTINGS)[number];

/** Exactly one of continent and country; a subdivision belongs to a country. */
export interface Location {
  readonly continent?: string;
  /** `*` is everywhere that has no location of its own */
  readonly country?: string;
  readonly subdivision?: string;
}

export interface RecordSpec {
  readonly kind: RecordKind;
  readonly namespace: string;
  readonly name: string;
  /** for a Service; empty for an Ingress */
  readonly domainRef: string;
  readonly ttlSeconds: number;
  readonly dnsPrefix?: string;
  readonly externalName?: string;
  readonly allowServiceWithoutEndpoints: boolean;
  /** for an Ingress: in lower case, each once, in the order of the record; empty for a Service */
  readonly hosts: readonly string[];
  readonly routing: Routing;
  /** by cluster, 0 to 255; 1 where nothing is said */
  readonly weights: ReadonlyMap<string, number>;
  readonly failoverOrder: readonly string[];
  /** by cluster */
  readonly locations: ReadonlyMap<string, Location>;
  readonly zoneRecords: boolean;
  readonly evaluateTargetHealth: boolean;
  /** ids of Route 53 health checks, by cluster */
  readonly healthCheckIds: ReadonlyMap<string, string>;
}

const DEFAULT_TTL_SECONDS = 180;
/** Source: AWS, Route 53 API reference, ResourceRecordSet TTL */
const MAX_TTL_SECONDS = 2_147_483_647;

/**
 * @returns what the object asks for, with every default filled in
 * Source: KubeFed v0.6.1 (a TTL of 0 is none; 180 seconds then)
 */
export function readRecordSpec(kind: RecordKind, object: JsonObject): RecordSpec {
  const spec = objectAt(object, 'spec');
  const dnsPrefix = stringAt(spec, 'dnsPrefix');
  const externalName = stringAt(spec, 'externalName');
  const isService = kind === 'service';
  return {
    kind,
    namespace: stringAt(object, 'metadata', 'namespace') ?? '',
    name: stringAt(object, 'metadata', 'name') ?? '',
    domainRef: isService ? (stringAt(spec, 'domainRef') ?? '') : '',
    ttlSeconds: ttlSecondsOf(valueAt(spec, 'recordTTL')),
    ...(dnsPrefix && isService ? { dnsPrefix } : {}),
    ...(externalName && isService ? { externalName } : {}),
    allowServiceWithoutEndpoints: valueAt(spec, 'allowServiceWithoutEndpoints') === true,
    hosts: isService ? [] : hostsOf(spec),
    ...readRouting(spec),
    zoneRecords: valueAt(spec, 'zoneRecords') === true,
    evaluateTargetHealth: valueAt(spec, 'healthCheck', 'evaluateTargetHealth') !== false,
    healthCheckIds: mapOf(objectAt(spec, 'healthCheck', 'ids'), asText),
  };
}

function readRouting(spec: JsonObject | undefined) {
  const named = stringAt(spec, 'routing');
  const geolocations = listAt(spec, 'geolocations').filter(isJsonObject);
  return {
    routing: ROUTINGS.find((routing) => routing === named) ?? 'latency',
    weights: mapOf(objectAt(spec, 'weights'), (value) =>
      typeof value === 'number' ? value : undefined,
    ),
    failoverOrder: listAt(spec, 'failoverOrder').flatMap((name) => asText(name) ?? []),
    locations: new Map(
      geolocations.map((entry) => [stringAt(entry, 'cluster') ?? '', locationOf(entry)]),
    ),
  };
}

function ttlSecondsOf(value: unknown): number {
  if (typeof value !== 'number' || value <= 0) return DEFAULT_TTL_SECONDS;
  return Math.min(value, MAX_TTL_SECONDS);
}

function hostsOf(spec: JsonObject | undefined): string[] {
  const hosts = listAt(spec, 'hosts').flatMap((host) => asText(host) ?? []);
  const names = hosts.map((host) => host.toLowerCase().replace(/\.$/, ''));
  return [...new Set(names)].filter((host) => host !== '');
}

function locationOf(entry: JsonObject): Location {
  const { continent, country, subdivision } = entry;
  return {
    ...(typeof continent === 'string' ? { continent } : {}),
    ...(typeof country === 'string' ? { country } : {}),
    ...(typeof subdivision === 'string' ? { subdivision } : {}),
  };
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function mapOf<T>(
  object: JsonObject | undefined,
  read: (value: unknown) => T | undefined,
): ReadonlyMap<string, T> {
  const entries = Object.entries(object ?? {}).flatMap(([key, value]): [string, T][] => {
    const known = read(value);
    return known === undefined ? [] : [[key, known]];
  });
  return new Map(entries);
}
