import { mergePatch } from '../../core/merge-patch.ts';
import { DNS_ENDPOINTS, RECORDS, type RecordKind } from '../../model/dns-record.ts';
import { isJsonObject, type JsonObject, listAt, objectAt, stringAt } from '../../model/json.ts';
import { MANAGED_LABEL } from '../../model/names.ts';
import type { ObjectKey, Resource } from '../../model/resource.ts';
import type { ApiResult, Clock, Cluster, LoadBalancers, Members } from '../../ports.ts';
import { endpointKey, factsIn } from '../../stages/dns/dns-endpoint.ts';
import { bringInLine } from '../../stages/dns/record.ts';
import type { FederationReader } from '../../stages/federation.ts';
import { HostError, unwrapIfFound } from '../../stages/unwrap.ts';
import { throwIfInterrupted } from '../changes.ts';
import { fieldChanges } from './field-changes.ts';
import type { PlannedDns } from './planned-dns.ts';
import { plannedLoadBalancers } from './planned-load-balancers.ts';
import { recordSetChanges } from './record-set-changes.ts';
import { SILENT } from './silent-log.ts';

export interface RecordRehearsalPorts {
  /** the host with the files applied */
  readonly host: Cluster;
  /** members as they are once the federated objects of the files have been propagated */
  readonly members: Members;
  readonly loadBalancers: LoadBalancers;
  readonly federation: FederationReader;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly kubefedNamespace: string;
  readonly note: (text: string) => void;
}

/** @returns undefined when there is no such record, or it cannot be said, which is told in a note */
export type RecordRehearsal = (
  kind: RecordKind,
  key: Required<ObjectKey>,
) => Promise<PlannedDns | undefined>;

/** Plays the stage dns over a host that only pretends to be written to: for one record, and what it then says of it. */
export function openRecordRehearsal(ports: RecordRehearsalPorts): RecordRehearsal {
  const loadBalancers = plannedLoadBalancers(ports.loadBalancers, ports.note);
  const members = withSlicesOfAdopted(ports.members);

  async function rehearse(kind: RecordKind, key: Required<ObjectKey>) {
    const { namespace, name } = key;
    const record = unwrapIfFound(await ports.host.get(RECORDS[kind], key));
    if (record === undefined) return undefined;
    const before = unwrapIfFound(
      await ports.host.get(DNS_ENDPOINTS, endpointKey(kind, namespace, name)),
    );
    const host = rehearsedRecord(ports.host, RECORDS[kind], record, before);
    await bringInLine(
      {
        ...ports,
        host: host.cluster,
        members,
        loadBalancers: loadBalancers(factsIn(before)),
        log: SILENT,
      },
      { v: 1, kind, namespace, name, seenAtMs: ports.clock.nowMs() },
      1,
    );
    return plannedOf({ kind, namespace, name }, before, host);
  }

  return async (kind, key) => {
    throwIfInterrupted(ports.signal);
    try {
      return await rehearse(kind, key);
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      const what = `${RECORDS[kind].kind} ${key.namespace}/${key.name}`;
      ports.note(`record sets of ${what} are not planned: ${error.error.message}`);
      return undefined;
    }
  };
}

/**
 * EndpointSlices get the labels of their Service from the member: those of one that is adopted do not have ours yet.
 * The Service itself is asked for the label in any case.
 *
 * Source: Kubernetes 1.34, EndpointSlice controller
 */
function withSlicesOfAdopted(members: Members): Members {
  return {
    async connect(kubeFedCluster) {
      const connected = await members.connect(kubeFedCluster);
      if (!connected.ok) return connected;
      const { value: member } = connected;
      const list: Cluster['list'] = (resource, { labelSelector = '', ...options } = {}) => {
        const wanted = labelSelector.split(',').filter((one) => one !== `${MANAGED_LABEL}=true`);
        return member.list(resource, { ...options, labelSelector: wanted.join(',') });
      };
      return { ok: true, value: { ...member, list } };
    },
  };
}

interface RehearsedRecord {
  readonly cluster: Cluster;
  /** the DNSEndpoint as it would be; undefined when it would not */
  readonly endpoint: () => JsonObject | undefined;
  readonly status: () => JsonObject | undefined;
}

/** The host for one record: reads are those of `host`, writes to record and DNSEndpoint are kept here. */
function rehearsedRecord(
  host: Cluster,
  of: Resource,
  record: JsonObject,
  before: JsonObject | undefined,
): RehearsedRecord {
  let endpoint = before;
  let status = objectAt(record, 'status');
  const done = (value: JsonObject): ApiResult => ({ ok: true, value });
  const absent: ApiResult = { ok: false, error: { kind: 'NotFound', message: 'not found' } };
  return {
    endpoint: () => endpoint,
    status: () => status,
    cluster: {
      ...host,
      async get(resource, key) {
        if (resource === DNS_ENDPOINTS) return before === undefined ? absent : done(before);
        return resource === of ? done(record) : host.get(resource, key);
      },
      async create(_resource, object) {
        endpoint = object;
        return done(object);
      },
      async patch(resource, _key, patch) {
        if (resource === DNS_ENDPOINTS) {
          endpoint = mergePatch(endpoint ?? {}, patch);
          return done(endpoint);
        }
        status = mergePatch(status ?? {}, objectAt(patch, 'status') ?? {});
        return done({ ...record, status });
      },
      async delete() {
        endpoint = undefined;
        return done({});
      },
    },
  };
}

function plannedOf(
  { kind, namespace, name }: { kind: RecordKind; namespace: string; name: string },
  before: JsonObject | undefined,
  { endpoint, status }: RehearsedRecord,
): PlannedDns {
  const after = endpoint();
  const annotationsOf = (object: JsonObject | undefined): JsonObject => ({
    metadata: { annotations: objectAt(object, 'metadata', 'annotations') ?? {} },
  });
  const isUpdate = before !== undefined && after !== undefined;
  const changes = isUpdate ? fieldChanges(annotationsOf(before), annotationsOf(after)) : [];
  const message = stringAt(status(), 'message');
  return {
    kind: RECORDS[kind].kind,
    namespace,
    name,
    endpoint: {
      name: endpointKey(kind, namespace, name).name,
      action: actionOf(before, after),
      changes,
    },
    recordSets: recordSetChanges(before, after),
    clusters: listAt(status(), 'dns')
      .filter(isJsonObject)
      .flatMap((entry) => {
        const reason = stringAt(entry, 'reason');
        if (reason === undefined) return [];
        const cluster = stringAt(entry, 'cluster') ?? '';
        return [{ cluster, reason, message: stringAt(entry, 'message') ?? '' }];
      }),
    ...(message === undefined ? {} : { message }),
  };
}

/** A DNSEndpoint that is written is another object: the stage writes none that says what it is to say. */
function actionOf(
  before: JsonObject | undefined,
  after: JsonObject | undefined,
): PlannedDns['endpoint']['action'] {
  if (before === after) return 'nothing';
  if (before === undefined) return 'create';
  return after === undefined ? 'delete' : 'update';
}
