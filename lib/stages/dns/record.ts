import { planRecord } from '../../core/dns-records/plan-record.ts';
import { goJson } from '../../core/hash.ts';
import {
  DNS_ENDPOINTS,
  DOMAINS,
  RECORDS,
  type RecordSpec,
  readRecordSpec,
} from '../../model/dns-record.ts';
import {
  isJsonObject,
  type JsonObject,
  listAt,
  objectAt,
  stringAt,
  valueAt,
} from '../../model/json.ts';
import type { RecordChange } from '../../model/messages.ts';
import type { Clock, Cluster, LoadBalancers, Log, Members } from '../../ports.ts';
import type { Federation, FederationReader } from '../federation.ts';
import { inFull } from '../in-full.ts';
import { unwrap, unwrapIfFound } from '../unwrap.ts';
import { DONE, RETRY, type Verdict } from '../verdict.ts';
import {
  deleteEndpoint,
  endpointKey,
  ownerOf,
  putEndpoint,
  zoneAnnotations,
} from './dns-endpoint.ts';
import { lookUpAll } from './look-up.ts';
import { type ObservedCluster, observeCluster } from './observe.ts';

export interface RecordPorts {
  readonly host: Cluster;
  readonly members: Members;
  readonly loadBalancers: LoadBalancers;
  readonly federation: FederationReader;
  readonly clock: Clock;
  readonly log: Log;
  readonly kubefedNamespace: string;
}

/** After that, the next change of the cluster's readiness, or the next sweep, tries again. */
const TRIES_FOR_A_MEMBER = 5;

/**
 * Reads one record and what it depends on, and writes what differs: its status, its DNSEndpoint. In a record that is
 * right already, nothing.
 *
 * @throws {HostError} the host refused, or somebody else was faster: the message is to be tried again
 */
export async function bringInLine(
  ports: RecordPorts,
  message: RecordChange,
  attempt: number,
): Promise<Verdict> {
  const { host } = ports;
  const { kind, namespace, name } = message;
  const [federation, record, endpoint] = await Promise.all([
    ports.federation.at(message.contextRevision, attempt),
    host.get(RECORDS[kind], { namespace, name }).then(unwrapIfFound),
    host.get(DNS_ENDPOINTS, endpointKey(kind, namespace, name)).then(unwrapIfFound),
  ]);
  if (record === undefined || valueAt(record, 'metadata', 'deletionTimestamp') !== undefined) {
    // Without an owner it may be somebody else's: nobody can tell any more.
    if (endpoint !== undefined && ownerOf(endpoint) !== undefined) {
      await deleteEndpoint(host, endpoint);
    }
    return DONE;
  }
  const spec = readRecordSpec(kind, record);
  const domainObject = await readDomain(ports, spec);
  const domain = stringAt(domainObject, 'domain');
  const annotations = zoneAnnotations([record, domainObject]);
  const isNameless = kind === 'service' && domain === undefined;
  const clusters = isNameless ? [] : await observeAll(ports, spec, federation);
  const planned = planRecord(spec, {
    clusters,
    ...(domain === undefined ? {} : { domain }),
    domainName: `${ports.kubefedNamespace}/${spec.domainRef}`,
    status: objectAt(record, 'status'),
    factsOf: await lookUpAll(ports.loadBalancers, { federation, clusters, endpoint }),
  });
  await inFull([
    planned.endpoints.length === 0
      ? deleteEndpoint(host, endpoint)
      : putEndpoint(host, { kind, record, annotations }, endpoint, planned.endpoints),
    putStatus(host, { kind, namespace, name }, record, {
      ...planned.status,
      ...messageOf(planned, endpoint),
    }),
  ]);
  const isUnsure = clusters.some(({ retry }) => retry) || isUnknown(planned.status);
  return isUnsure && attempt < TRIES_FOR_A_MEMBER ? RETRY : DONE;
}

async function readDomain(
  { host, kubefedNamespace: namespace }: RecordPorts,
  { kind, domainRef: name }: RecordSpec,
): Promise<JsonObject | undefined> {
  if (kind === 'ingress' || name === '') return undefined;
  const domain = unwrapIfFound(await host.get(DOMAINS, { namespace, name }));
  const isGoing = valueAt(domain, 'metadata', 'deletionTimestamp') !== undefined;
  return isGoing ? undefined : domain;
}

function observeAll(
  ports: RecordPorts,
  spec: RecordSpec,
  { clusters }: Federation,
): Promise<ObservedCluster[]> {
  return Promise.all([...clusters.values()].map((each) => observeCluster(ports, spec, each)));
}

/** What zones do not have of the DNSEndpoint is said on the record too, where people look. */
function messageOf(
  { status, endpoints }: { readonly status: JsonObject; readonly endpoints: readonly unknown[] },
  endpoint: JsonObject | undefined,
): { message?: string } {
  const zones = endpoints.length === 0 ? {} : (objectAt(endpoint, 'status', 'zones') ?? {});
  const told = Object.values(zones).flatMap((zone) =>
    listAt(zone, 'problems').map(
      (each) =>
        `${stringAt(each, 'dnsName')}: ${stringAt(each, 'reason')}. ${stringAt(each, 'message')}`,
    ),
  );
  const own = stringAt(status, 'message');
  const all = [...(own === undefined ? [] : [own]), ...told];
  return all.length === 0 ? {} : { message: all.join(' ') };
}

/** Keys that are no longer there have to be taken away by name: a status is patched. */
async function putStatus(
  host: Cluster,
  { kind, namespace, name }: Pick<RecordChange, 'kind' | 'namespace' | 'name'>,
  record: JsonObject,
  status: JsonObject,
): Promise<void> {
  const current = objectAt(record, 'status') ?? {};
  if (goJson(current) === goJson(status)) return;
  const gone = Object.keys(current).filter((key) => !(key in status));
  const patch = { ...status, ...Object.fromEntries(gone.map((key) => [key, null])) };
  const resourceVersion = stringAt(record, 'metadata', 'resourceVersion');
  const metadata: JsonObject = { resourceVersion };
  unwrap(
    await host.patch(RECORDS[kind], { namespace, name }, { metadata, status: patch }, 'status'),
  );
}

function isUnknown(status: JsonObject): boolean {
  return listAt(status, 'dns')
    .filter(isJsonObject)
    .some(({ reason }) => reason === 'LoadBalancerUnknown');
}
