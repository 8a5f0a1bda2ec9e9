import { type JsonObject, listAt, stringAt, valueAt } from '../../model/json.ts';
import type { AliasTarget, RecordSet, SetRouting } from '../../model/record-set.ts';

/** What external-dns gives a record without a TTL. */
const DEFAULT_TTL_SECONDS = 300;
const TYPES: ReadonlySet<string> = new Set(['A', 'AAAA', 'CNAME']);

export type ReadSet =
  | { readonly ok: true; readonly set: RecordSet }
  | { readonly ok: false; readonly message: string };

/** @returns the name of an entry of `spec.endpoints`, in lower case and without the dot at the end */
export function endpointName(endpoint: JsonObject): string {
  return (stringAt(endpoint, 'dnsName') ?? '').toLowerCase().replace(/\.$/, '');
}

/**
 * @param endpoint an entry of `spec.endpoints` of a DNSEndpoint
 * @param zoneId the zone that it is for: an alias to `same-zone` names it
 * @returns the set, or why there is none
 * Source: external-dns v0.22, AWS provider (names of the properties)
 */
export function setOfEndpoint(endpoint: JsonObject, zoneId: string): ReadSet {
  const type = stringAt(endpoint, 'recordType') ?? '';
  const targets = listAt(endpoint, 'targets').filter((each) => typeof each === 'string');
  const properties = propertiesOf(endpoint);
  if (!TYPES.has(type)) {
    return {
      ok: false,
      message: `Records of type ${type || '?'} are not written: use A, AAAA or CNAME.`,
    };
  }
  if (targets.length === 0) return { ok: false, message: 'The record has no target.' };
  const alias = type === 'CNAME' ? undefined : aliasOf(targets[0] ?? '', properties, zoneId);
  const setIdentifier = stringAt(endpoint, 'setIdentifier');
  const routing = routingOf(properties);
  const healthCheckId = properties.get('aws/health-check-id');
  const set: RecordSet = {
    name: endpointName(endpoint),
    type,
    ...(setIdentifier ? { setIdentifier } : {}),
    ...(routing === undefined ? {} : { routing }),
    ...(alias === undefined ? plain(endpoint, targets) : { alias, values: [] }),
    ...(healthCheckId === undefined ? {} : { healthCheckId }),
  };
  return { ok: true, set };
}

function plain(endpoint: JsonObject, targets: readonly string[]) {
  const ttl = valueAt(endpoint, 'recordTTL');
  const ttlSeconds = typeof ttl === 'number' && ttl > 0 ? ttl : DEFAULT_TTL_SECONDS;
  return { ttlSeconds, values: [...new Set(targets.map(plainTarget))].sort() };
}

function plainTarget(target: string): string {
  return target.toLowerCase().replace(/\.$/, '');
}

function propertiesOf(endpoint: JsonObject): ReadonlyMap<string, string> {
  return new Map(
    listAt(endpoint, 'providerSpecific').map((each) => [
      stringAt(each, 'name') ?? '',
      stringAt(each, 'value') ?? '',
    ]),
  );
}

function aliasOf(
  target: string,
  properties: ReadonlyMap<string, string>,
  zoneId: string,
): AliasTarget | undefined {
  const of = properties.get('aws/target-hosted-zone');
  if (properties.get('alias') !== 'true' || of === undefined) return undefined;
  return {
    hostedZoneId: of === 'same-zone' ? zoneId : of,
    name: target.toLowerCase().replace(/\.$/, ''),
    evaluateTargetHealth: properties.get('aws/evaluate-target-health') !== 'false',
  };
}

function routingOf(properties: ReadonlyMap<string, string>): SetRouting | undefined {
  const region = properties.get('aws/region');
  if (region !== undefined) return { kind: 'latency', region };
  const weight = properties.get('aws/weight');
  if (weight !== undefined) return { kind: 'weighted', weight: Number(weight) || 0 };
  const role = properties.get('aws/failover');
  if (role !== undefined) return { kind: 'failover', role };
  const continent = properties.get('aws/geolocation-continent-code');
  const country = properties.get('aws/geolocation-country-code');
  const subdivision = properties.get('aws/geolocation-subdivision-code');
  if (continent === undefined && country === undefined) return undefined;
  return {
    kind: 'geolocation',
    ...(continent === undefined ? {} : { continent }),
    ...(country === undefined ? {} : { country }),
    ...(subdivision === undefined ? {} : { subdivision }),
  };
}
