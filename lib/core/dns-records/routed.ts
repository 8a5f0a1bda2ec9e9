import type { Location, RecordSpec } from '../../model/dns-record.ts';
import { textHash } from '../hash.ts';
import { type Property, property, type Routed } from './endpoint.ts';

const MAX_IDENTIFIER = 100;
const DEFAULT_WEIGHT = 1;

/** @returns the cluster's name, shortened to what a set identifier may hold (128 characters) with room for an ending */
function identifierOf(cluster: string): string {
  return cluster.length <= MAX_IDENTIFIER
    ? cluster
    : `${cluster.slice(0, MAX_IDENTIFIER - 33)}-${textHash(cluster)}`;
}

/** One set per cluster, with the weight of the record's `weights`. */
export function weighted(spec: RecordSpec, cluster: string): Routed {
  const weight = property('aws/weight', String(spec.weights.get(cluster) ?? DEFAULT_WEIGHT));
  return routedBy(spec, cluster, [weight]);
}

/** One set per Region: Route 53 takes no second one. */
export function byLatency(region: string, checks: readonly Property[]): Routed {
  return { setIdentifier: region, properties: [property('aws/region', region), ...checks] };
}

export function failover(spec: RecordSpec, cluster: string, role: 'PRIMARY' | 'SECONDARY'): Routed {
  return routedBy(spec, cluster, [property('aws/failover', role)]);
}

/** @param ending set apart a second set of the same cluster */
export function byLocation(
  spec: RecordSpec,
  { cluster, location, ending = '' }: { cluster: string; location: Location; ending?: string },
): Routed {
  const { continent, country, subdivision } = location;
  const properties = [
    ...(continent === undefined ? [] : [property('aws/geolocation-continent-code', continent)]),
    ...(country === undefined ? [] : [property('aws/geolocation-country-code', country)]),
    ...(subdivision === undefined
      ? []
      : [property('aws/geolocation-subdivision-code', subdivision)]),
  ];
  const routed = routedBy(spec, cluster, properties);
  return { ...routed, setIdentifier: `${routed.setIdentifier}${ending}` };
}

/** @returns the health check of the record for that cluster, if it names one */
export function checkOf(spec: RecordSpec, cluster: string): Property[] {
  const id = spec.healthCheckIds.get(cluster);
  return id === undefined ? [] : [property('aws/health-check-id', id)];
}

function routedBy(spec: RecordSpec, cluster: string, properties: readonly Property[]): Routed {
  const all = [...properties, ...checkOf(spec, cluster)];
  return { setIdentifier: identifierOf(cluster), properties: all };
}
