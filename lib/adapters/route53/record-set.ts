import type { Change, GeoLocation, ResourceRecordSet } from '@aws-sdk/client-route-53';
import type { RecordSet, SetRouting, ZoneChange } from '../../model/record-set.ts';

export function changeToAws({ action, set }: ZoneChange): Change {
  return { Action: action, ResourceRecordSet: setToAws(set) };
}

function setToAws(set: RecordSet): ResourceRecordSet {
  const { name, type, setIdentifier, routing, ttlSeconds, values, alias, healthCheckId } = set;
  return {
    Name: name,
    // Only types that we have read or written come here.
    Type: type as NonNullable<ResourceRecordSet['Type']>,
    ...(setIdentifier === undefined ? {} : { SetIdentifier: setIdentifier }),
    ...(routing === undefined ? {} : routingToAws(routing)),
    ...(ttlSeconds === undefined ? {} : { TTL: ttlSeconds }),
    ...(values.length === 0 ? {} : { ResourceRecords: values.map((Value) => ({ Value })) }),
    ...(alias === undefined
      ? {}
      : {
          AliasTarget: {
            HostedZoneId: alias.hostedZoneId,
            DNSName: alias.name,
            EvaluateTargetHealth: alias.evaluateTargetHealth,
          },
        }),
    ...(healthCheckId === undefined ? {} : { HealthCheckId: healthCheckId }),
  };
}

function routingToAws(routing: SetRouting): Partial<ResourceRecordSet> {
  switch (routing.kind) {
    case 'latency':
      // The planner lets no other Region through; Route 53 judges those of others.
      return { Region: routing.region as NonNullable<ResourceRecordSet['Region']> };
    case 'weighted':
      return { Weight: routing.weight };
    case 'failover':
      return { Failover: routing.role === 'PRIMARY' ? 'PRIMARY' : 'SECONDARY' };
    case 'geolocation':
      return { GeoLocation: locationToAws(routing) };
    case 'other':
      throw new Error('a record set with a routing of another kind cannot be written');
  }
}

function locationToAws(place: Extract<SetRouting, { kind: 'geolocation' }>): GeoLocation {
  const { continent, country, subdivision } = place;
  return {
    ...(continent === undefined ? {} : { ContinentCode: continent }),
    ...(country === undefined ? {} : { CountryCode: country }),
    ...(subdivision === undefined ? {} : { SubdivisionCode: subdivision }),
  };
}

export function setFromAws(set: ResourceRecordSet): RecordSet {
  const { SetIdentifier, HealthCheckId } = set;
  const routing = routingFromAws(set);
  return {
    name: plainName(set.Name ?? ''),
    type: set.Type ?? '',
    ...(SetIdentifier === undefined ? {} : { setIdentifier: SetIdentifier }),
    ...(routing === undefined ? {} : { routing }),
    ...contentFromAws(set),
    ...(HealthCheckId === undefined ? {} : { healthCheckId: HealthCheckId }),
  };
}

function contentFromAws({
  Type,
  TTL,
  ResourceRecords,
  AliasTarget,
}: ResourceRecordSet): Pick<RecordSet, 'alias' | 'ttlSeconds' | 'values'> {
  if (AliasTarget === undefined) {
    const given = (ResourceRecords ?? []).map(({ Value }) => Value ?? '');
    const values = Type === 'CNAME' ? given.map(plainName) : given.sort();
    return { ...(TTL === undefined ? {} : { ttlSeconds: TTL }), values };
  }
  const alias = {
    hostedZoneId: AliasTarget.HostedZoneId ?? '',
    name: plainName(AliasTarget.DNSName ?? ''),
    evaluateTargetHealth: AliasTarget.EvaluateTargetHealth ?? false,
  };
  return { alias, values: [] };
}

function routingFromAws(set: ResourceRecordSet): SetRouting | undefined {
  if (set.Region !== undefined) return { kind: 'latency', region: set.Region };
  if (set.Weight !== undefined) return { kind: 'weighted', weight: set.Weight };
  if (set.Failover !== undefined) return { kind: 'failover', role: set.Failover };
  if (set.GeoLocation !== undefined) return locationFromAws(set.GeoLocation);
  return set.SetIdentifier === undefined ? undefined : { kind: 'other' };
}

function locationFromAws(place: GeoLocation): SetRouting {
  const { ContinentCode, CountryCode, SubdivisionCode } = place;
  return {
    kind: 'geolocation',
    ...(ContinentCode === undefined ? {} : { continent: ContinentCode }),
    ...(CountryCode === undefined ? {} : { country: CountryCode }),
    ...(SubdivisionCode === undefined ? {} : { subdivision: SubdivisionCode }),
  };
}

/** Source: AWS, Route 53 developer guide, "DNS domain name format": an asterisk comes back as an octal code */
export function plainName(name: string): string {
  return name.toLowerCase().replaceAll('\\052', '*').replace(/\.$/, '');
}
