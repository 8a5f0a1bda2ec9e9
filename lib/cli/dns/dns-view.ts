import { hostName } from '../../core/dns-records/load-balancer-host.ts';
import { endpointName, setOfEndpoint } from '../../core/zone/endpoint-set.ts';
import { DNS_ENDPOINTS, RECORD_KINDS, RECORDS } from '../../model/dns-record.ts';
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  listAt,
  objectAt,
  stringAt,
  valueAt,
} from '../../model/json.ts';
import type { SetRouting } from '../../model/record-set.ts';
import type { DnsFacts } from './read-dns.ts';

export interface DnsView {
  /** sorted by namespace, name and kind; may be empty */
  readonly records: readonly RecordView[];
}

/** A ServiceDNSRecord or IngressDNSRecord with its DNSEndpoint, or a DNSEndpoint that somebody else has made. */
export interface RecordView {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly domain?: string;
  readonly message?: string;
  /** sorted by name; may be empty */
  readonly clusters: readonly ClusterView[];
  /** in the order of the DNSEndpoint */
  readonly names: readonly NameView[];
  readonly zones: readonly { readonly zoneId: string; readonly records: number }[];
  readonly problems: readonly ZoneProblem[];
}

export interface ClusterView {
  readonly cluster: string;
  readonly region?: string;
  /** IP addresses and host names, in lower case */
  readonly addresses: readonly string[];
  /** why it has no record set, or has one all the same; absent when it is healthy */
  readonly reason?: string;
  readonly message?: string;
}

/** One record set. */
export interface NameView {
  readonly dnsName: string;
  readonly type: string;
  /** how it is chosen among several, e.g. `latency eu-west-1` */
  readonly routing?: string;
  readonly setIdentifier?: string;
  readonly targets: readonly string[];
  /** sorted; those that it leads to, itself or through another name */
  readonly clusters: readonly string[];
  /**
   * `InZone`; `Pending`: what writes to zones has not seen it yet; `Elsewhere`: somebody else, such as external-dns, has
   * seen it; else the reason why it is not in its zone
   */
  readonly state: string;
}

export interface ZoneProblem {
  readonly zoneId: string;
  /** `*` for all */
  readonly dnsName: string;
  readonly reason: string;
  readonly message: string;
}

/**
 * @param name only records, or DNSEndpoints, of that name; absent: all
 * Source: KubeFed v0.6.1 (the name of the DNSEndpoint of a record)
 */
export function dnsView({ records, endpoints }: DnsFacts, name?: string): DnsView {
  const rest = new Map(endpoints.map((endpoint) => [keyOf(endpoint), endpoint]));
  const views = RECORD_KINDS.flatMap((kind) =>
    records[kind].map((record) => {
      const { namespace, name } = keysOf(record);
      const key = `${namespace}/${kind}-${name}`;
      const endpoint = rest.get(key);
      rest.delete(key);
      return viewOf(RECORDS[kind].kind, record, endpoint);
    }),
  );
  const others = [...rest.values()].map((each) => viewOf(DNS_ENDPOINTS.kind, each, each));
  const wanted = [...views, ...others].filter((view) => name === undefined || view.name === name);
  const sortKey = (view: RecordView) => `${view.namespace}/${view.name}/${view.kind}`;
  return { records: wanted.toSorted((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1)) };
}

/** @returns 0 when every record has names and no zone lacks any; else 2 */
export function dnsExitCode({ records }: DnsView): 0 | 2 {
  const isWhole = records.every(
    ({ names, problems }) =>
      problems.length === 0 && names.length > 0 && names.every(({ state }) => isDone(state)),
  );
  return isWhole ? 0 : 2;
}

/** @returns whether nothing more is to come */
export function isDone(state: string): boolean {
  return state === 'InZone' || state === 'Elsewhere';
}

function viewOf(kind: string, object: JsonObject, endpoint: JsonObject | undefined): RecordView {
  const domain = stringAt(object, 'status', 'domain');
  const message = stringAt(object, 'status', 'message');
  const clusters = listAt(object, 'status', 'dns').map(clusterOf);
  const zones = Object.entries(objectAt(endpoint, 'status', 'zones') ?? {});
  const problems = zones.flatMap(([zoneId, zone]) =>
    listAt(zone, 'problems').map((each) => ({
      zoneId,
      dnsName: stringAt(each, 'dnsName') ?? '',
      reason: stringAt(each, 'reason') ?? '',
      message: stringAt(each, 'message') ?? '',
    })),
  );
  return {
    ...{ kind, ...keysOf(object) },
    ...(domain === undefined ? {} : { domain }),
    ...(message === undefined ? {} : { message }),
    ...{ clusters, names: namesOf(endpoint, clusters, problems) },
    zones: zones.map(([zoneId, zone]) => ({ zoneId, records: Number(valueAt(zone, 'records')) })),
    problems,
  };
}

function clusterOf(entry: JsonValue): ClusterView {
  const of = (key: string) => stringAt(entry, key);
  const [region, reason, message] = ['region', 'reason', 'message'].map(of);
  const ingress = listAt(entry, 'loadBalancer', 'ingress');
  const addresses = ingress.flatMap((each) =>
    [stringAt(each, 'ip'), stringAt(each, 'hostname')].flatMap((a) => (a ? [hostName(a)] : [])),
  );
  return {
    cluster: of('cluster') ?? '',
    ...(region === undefined ? {} : { region }),
    addresses,
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
  };
}

function namesOf(
  endpoint: JsonObject | undefined,
  clusters: readonly ClusterView[],
  problems: readonly ZoneProblem[],
): NameView[] {
  const read = listAt(endpoint, 'spec', 'endpoints').filter(isJsonObject).map(readName);
  const targetsAt = Map.groupBy(read, ({ dnsName }) => dnsName);
  const stateOf = stateIn(endpoint, problems);

  function leadsTo(target: string, through: readonly string[]): string[] {
    const here = clusters.filter(({ addresses }) => addresses.includes(target));
    if (here.length > 0) return here.map(({ cluster }) => cluster);
    if (through.includes(target)) return [];
    const targets = (targetsAt.get(target) ?? []).flatMap((each) => each.targets);
    return targets.flatMap((next) => leadsTo(next, [...through, target]));
  }

  return read.map((name) => ({
    ...name,
    clusters: [...new Set(name.targets.flatMap((each) => leadsTo(each, [name.dnsName])))].sort(),
    state: stateOf(name.dnsName),
  }));
}

function readName(given: JsonObject) {
  const found = setOfEndpoint(given, 'same-zone');
  const dnsName = endpointName(given);
  if (!found.ok) return { dnsName, type: stringAt(given, 'recordType') ?? '', targets: [] };
  const { type, setIdentifier, routing, alias, values } = found.set;
  return {
    ...{ dnsName, type },
    ...(routing === undefined ? {} : { routing: routingText(routing) }),
    ...(setIdentifier === undefined ? {} : { setIdentifier }),
    targets: alias === undefined ? values : [alias.name],
  };
}

function stateIn(endpoint: JsonObject | undefined, problems: readonly ZoneProblem[]) {
  const isSeen =
    stringOf(endpoint, 'status', 'observedGeneration') ===
    stringOf(endpoint, 'metadata', 'generation');
  const isOurs = objectAt(endpoint, 'status', 'zones') !== undefined;
  return (dnsName: string): string => {
    const problem = problems.find((each) => each.dnsName === dnsName || each.dnsName === '*');
    if (problem !== undefined) return problem.reason;
    if (!isSeen) return 'Pending';
    return isOurs ? 'InZone' : 'Elsewhere';
  };
}

function routingText(routing: SetRouting): string {
  switch (routing.kind) {
    case 'latency':
      return `latency ${routing.region}`;
    case 'weighted':
      return `weight ${routing.weight}`;
    case 'failover':
      return `failover ${routing.role}`;
    case 'geolocation': {
      const { continent, country, subdivision } = routing;
      const place = [continent, country, subdivision].filter((part) => part !== undefined);
      return `geolocation ${place.join('-')}`;
    }
    case 'other':
      return 'other';
  }
}

function stringOf(object: JsonObject | undefined, ...path: string[]): string {
  return String(valueAt(object, ...path) ?? '');
}

function keysOf(object: JsonObject) {
  return {
    namespace: stringAt(object, 'metadata', 'namespace') ?? '',
    name: stringAt(object, 'metadata', 'name') ?? '',
  };
}

function keyOf(object: JsonObject): string {
  const { namespace, name } = keysOf(object);
  return `${namespace}/${name}`;
}
