import type { Endpoint } from '../../core/dns-records/endpoint.ts';
import { awsHostsOf } from '../../core/dns-records/targets.ts';
import { goJson } from '../../core/hash.ts';
import { DNS_ENDPOINTS, RECORD_KINDS, RECORDS, type RecordKind } from '../../model/dns-record.ts';
import { isJsonObject, type JsonObject, listAt, stringAt, valueAt } from '../../model/json.ts';
import { DNS_TAKE_OVER_ANNOTATION, HOSTED_ZONE_ANNOTATION } from '../../model/names.ts';
import { apiVersionOf, type ObjectKey } from '../../model/resource.ts';
import type { Cluster, LoadBalancerAnswer } from '../../ports.ts';
import { unwrap, unwrapIfFound } from '../unwrap.ts';

/** @returns where the DNSEndpoint of a record is. Source: KubeFed v0.6.1 */
export function endpointKey(kind: RecordKind, namespace: string, name: string): ObjectKey {
  return { namespace, name: `${kind}-${name}` };
}

/** @returns the record that a DNSEndpoint was made of; undefined when it is not one of ours */
export function ownerOf(endpoint: JsonObject): { kind: RecordKind; name: string } | undefined {
  for (const owner of listAt(endpoint, 'metadata', 'ownerReferences')) {
    const kind = RECORD_KINDS.find((each) => RECORDS[each].kind === stringAt(owner, 'kind'));
    const name = stringAt(owner, 'name');
    const isOurs =
      kind !== undefined && stringAt(owner, 'apiVersion') === apiVersionOf(RECORDS[kind]);
    if (isOurs && name !== undefined) return { kind, name };
  }
  return undefined;
}

/** What a record, or else its Domain, says to whoever writes the DNSEndpoint to a zone. */
export type ZoneAnnotations = Readonly<Record<string, string>>;

/** @param objects the first one that has an annotation counts */
export function zoneAnnotations(objects: readonly (JsonObject | undefined)[]): ZoneAnnotations {
  return Object.fromEntries(
    [HOSTED_ZONE_ANNOTATION, DNS_TAKE_OVER_ANNOTATION].flatMap((name) => {
      const values = objects.flatMap(
        (each) => stringAt(each, 'metadata', 'annotations', name) ?? [],
      );
      return values.slice(0, 1).map((value): [string, string] => [name, value]);
    }),
  );
}

/**
 * Makes the DNSEndpoint of a record say `endpoints`, by at most one write, and none when it says so already.
 *
 * The record is its owner, so that it goes even if the record is deleted while nobody looks. No finalizer: a record can
 * always be deleted, and what must be cleaned up beyond the host is up to who reads the DNSEndpoint. One of that name
 * without an owner is from KubeFed, which had none, and is taken over.
 *
 * @param current the DNSEndpoint as it was read; undefined when there is none
 * @throws {HostError} the host refused; `Conflict` when somebody else has written meanwhile
 */
export async function putEndpoint(
  host: Cluster,
  {
    kind,
    record,
    annotations,
  }: {
    readonly kind: RecordKind;
    readonly record: JsonObject;
    readonly annotations: ZoneAnnotations;
  },
  current: JsonObject | undefined,
  endpoints: readonly Endpoint[],
): Promise<void> {
  const key = endpointKey(kind, stringAt(record, 'metadata', 'namespace') ?? '', nameOf(record));
  const owner: JsonObject = {
    apiVersion: apiVersionOf(RECORDS[kind]),
    kind: RECORDS[kind].kind,
    name: nameOf(record),
    uid: stringAt(record, 'metadata', 'uid') ?? '',
  };
  const spec: JsonObject = {
    endpoints: endpoints.map((endpoint): JsonObject => ({ ...endpoint })),
  };
  if (current === undefined) {
    const metadata: JsonObject = {
      ...key,
      ownerReferences: [owner],
      ...(Object.keys(annotations).length === 0 ? {} : { annotations: { ...annotations } }),
    };
    const { apiVersion, kind: ofKind } = {
      apiVersion: apiVersionOf(DNS_ENDPOINTS),
      kind: DNS_ENDPOINTS.kind,
    };
    unwrap(await host.create(DNS_ENDPOINTS, { apiVersion, kind: ofKind, metadata, spec }));
    return;
  }
  const owners = listAt(current, 'metadata', 'ownerReferences').filter(isJsonObject);
  const others = owners.filter(
    (each) => ownerOf({ metadata: { ownerReferences: [each] } }) === undefined,
  );
  const isOwned =
    owners.some(({ uid }) => uid === owner['uid']) && owners.length === others.length + 1;
  const isSame = goJson(listAt(current, 'spec', 'endpoints')) === goJson(spec['endpoints'] ?? null);
  const present = zoneAnnotations([current]);
  if (isOwned && isSame && goJson({ ...present }) === goJson({ ...annotations })) return;
  const gone = Object.fromEntries(Object.keys(present).map((name) => [name, null]));
  const resourceVersion = stringAt(current, 'metadata', 'resourceVersion');
  const metadata: JsonObject = {
    resourceVersion,
    ownerReferences: [...others, owner],
    annotations: { ...gone, ...annotations },
  };
  unwrap(await host.patch(DNS_ENDPOINTS, key, { metadata, spec }));
}

/**
 * @param current as it was read
 * @throws {HostError} the host refused
 */
export async function deleteEndpoint(
  host: Cluster,
  current: JsonObject | undefined,
): Promise<void> {
  if (current === undefined) return;
  if (valueAt(current, 'metadata', 'deletionTimestamp') !== undefined) return;
  const key = {
    namespace: stringAt(current, 'metadata', 'namespace') ?? '',
    name: nameOf(current),
  };
  const uid = stringAt(current, 'metadata', 'uid');
  unwrapIfFound(await host.delete(DNS_ENDPOINTS, key, { preconditions: { uid } }));
}

/** @returns what a DNSEndpoint says of load balancers: good enough while AWS cannot be asked */
export function factsIn(current: JsonObject | undefined): Map<string, LoadBalancerAnswer> {
  const byHost = Map.groupBy(
    listAt(current, 'spec', 'endpoints').flatMap((endpoint) => {
      const hosts = awsHostsOf(listAt(endpoint, 'targets').map((t) => ({ hostname: String(t) })));
      const zone = listAt(endpoint, 'providerSpecific').find(
        (each) => stringAt(each, 'name') === 'aws/target-hosted-zone',
      );
      const hostedZoneId = stringAt(zone, 'value');
      const type = stringAt(endpoint, 'recordType');
      return hostedZoneId === undefined ? [] : hosts.map((host) => ({ host, hostedZoneId, type }));
    }),
    ({ host }) => host,
  );
  return new Map(
    [...byHost].map(([host, known]): [string, LoadBalancerAnswer] => {
      const has = (wanted: string) => known.some(({ type }) => type === wanted);
      const hostedZoneId = known[0]?.hostedZoneId ?? '';
      return [host, { found: true, facts: { hostedZoneId, ipv4: has('A'), ipv6: has('AAAA') } }];
    }),
  );
}

function nameOf(object: JsonObject): string {
  return stringAt(object, 'metadata', 'name') ?? '';
}
