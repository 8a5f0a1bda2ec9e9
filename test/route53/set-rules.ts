import { isIPv4, isIPv6 } from 'node:net';
import { LATENCY_REGIONS } from '../../lib/core/dns-records/latency-regions.ts';
import type { HostedZone, RecordSet } from '../../lib/model/record-set.ts';

const shown = ({ name, type, setIdentifier }: RecordSet) =>
  `[name='${name}.', type='${type}'${setIdentifier === undefined ? '' : `, set-identifier='${setIdentifier}'`}]`;

/**
 * @param others the sets of the zone without this one
 * @returns what Route 53 says against a set, in its words as far as they matter; undefined when it takes it
 * Source: AWS, Route 53 API reference, ResourceRecordSet and AliasTarget; RFC 1034, 3.6.2; RFC 1035, 2.3.4
 */
export function refusalOf(
  set: RecordSet,
  zone: HostedZone,
  others: readonly RecordSet[],
): string | undefined {
  return alone(set, zone) ?? besides(set, zone, others);
}

function alone(set: RecordSet, zone: HostedZone): string | undefined {
  const { name, type, routing, setIdentifier, alias, ttlSeconds, values } = set;
  const named = `RRSet with DNS name ${name}.`;
  if (name !== zone.name && !name.endsWith(`.${zone.name}`)) {
    return `${named} is not permitted in zone ${zone.name}.`;
  }
  if (name.length > 253 || name.split('.').some((label) => label === '' || label.length > 63)) {
    return `${named} DomainLabelTooLong`;
  }
  if ((routing === undefined) !== (setIdentifier === undefined)) return `${named} identifier`;
  if ((setIdentifier?.length ?? 1) > 128) return `${named} identifier too long`;
  if (routing?.kind === 'latency' && !LATENCY_REGIONS.has(routing.region)) return `${named} Region`;
  if (routing?.kind === 'weighted' && !(routing.weight >= 0 && routing.weight <= 255)) {
    return `${named} weight`;
  }
  if (type === 'CNAME' && name === zone.name) return `${named} CNAME is not permitted at apex`;
  if (alias !== undefined) {
    if (type === 'CNAME') return `${named} alias of type CNAME`;
    if (ttlSeconds !== undefined || values.length > 0) return `${named} alias with TTL or values`;
  } else {
    if (ttlSeconds === undefined || ttlSeconds < 0) return `${named} TTL`;
    if (values.length === 0 || new Set(values).size < values.length) return `${named} values`;
    if (type === 'CNAME' && values.length > 1) return `${named} several values`;
    const bad = values.find((value) => !isValue(type, value));
    if (bad !== undefined) return `Invalid Resource Record: ${named} has '${bad}'`;
  }
  const isUnchecked = set.healthCheckId === undefined && alias?.evaluateTargetHealth !== true;
  if (routing?.kind === 'failover' && routing.role === 'PRIMARY' && isUnchecked) {
    return `${named} primary without health check`;
  }
  return undefined;
}

function isValue(type: string, value: string): boolean {
  if (type === 'A') return isIPv4(value);
  if (type === 'AAAA') return isIPv6(value);
  if (type === 'TXT') return /^"[^"]{1,255}"( "[^"]{1,255}")*$/.test(value) && value.length <= 4000;
  if (type === 'CNAME') return value.split('.').every((label) => /^[a-z0-9_*-]{1,63}$/.test(label));
  return true;
}

function besides(
  set: RecordSet,
  zone: HostedZone,
  others: readonly RecordSet[],
): string | undefined {
  const here = others.filter(({ name }) => name === set.name);
  if (here.some(({ type }) => type !== set.type && (type === 'CNAME' || set.type === 'CNAME'))) {
    return `RRSet of type ${set.type} with DNS name ${set.name}. is not permitted as it conflicts with other records with the same DNS name in zone ${zone.name}.`;
  }
  const same = here.filter(({ type }) => type === set.type);
  const cannot = (why: string) =>
    `RRSet with DNS name ${set.name}., type ${set.type} cannot be created as ${why}`;
  if (
    same.some(
      ({ setIdentifier }) => (setIdentifier === undefined) !== (set.setIdentifier === undefined),
    )
  ) {
    return cannot('a non-RRSet exists with the same name and type');
  }
  if (same.some(({ routing }) => routing?.kind !== set.routing?.kind)) {
    return cannot('other RRSets exist with the same name and type and another policy');
  }
  const place = JSON.stringify(set.routing);
  if (
    set.routing?.kind !== 'weighted' &&
    same.some(({ routing }) => JSON.stringify(routing) === place)
  ) {
    return cannot(`one exists with ${place}`);
  }
  if (set.routing?.kind === 'weighted' && same.length >= 100) return cannot('100 exist');
  if (
    same.some(
      ({ ttlSeconds }) =>
        ttlSeconds !== undefined && set.ttlSeconds !== undefined && ttlSeconds !== set.ttlSeconds,
    )
  ) {
    return cannot('TTLs differ');
  }
  const { alias } = set;
  const leads = (other: RecordSet) => other.name === alias?.name && other.type === set.type;
  if (alias?.hostedZoneId === zone.id && !others.some(leads)) {
    return `Tried to create an alias that targets ${alias.name}., type ${set.type} in zone ${zone.id}, but the alias target name was not found ${shown(set)}`;
  }
  return undefined;
}

export function existsMessage(set: RecordSet): string {
  return `Tried to create resource record set ${shown(set)} but it already exists`;
}

export function missingMessage(set: RecordSet): string {
  return `Tried to delete resource record set ${shown(set)} but it was not found`;
}

export function differsMessage(set: RecordSet): string {
  return `Tried to delete resource record set ${shown(set)} but the values provided do not match the current values`;
}
