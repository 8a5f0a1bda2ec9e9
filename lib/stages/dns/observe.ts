import type { DnsCluster } from '../../core/dns-records/cluster-entries.ts';
import type { Observed } from '../../core/dns-records/liveness.ts';
import {
  isManaged,
  isReadySlice,
  loadBalancerAddresses,
} from '../../core/dns-records/member-facts.ts';
import { isDrained } from '../../core/drained.ts';
import { isReady } from '../../core/readiness.ts';
import type { RecordSpec } from '../../model/dns-record.ts';
import { type JsonObject, listAt, stringAt } from '../../model/json.ts';
import { MANAGED_LABEL } from '../../model/names.ts';
import { ENDPOINT_SLICES, INGRESSES, SERVICES } from '../../model/resources.ts';
import type { ApiError, ApiResult, Clock, Cluster, Members } from '../../ports.ts';

/** A member that is Ready and takes longer is not waited for: the message is tried again. */
const ANSWER_WITHIN_MS = 5_000;

export interface ObservePorts {
  readonly members: Members;
  readonly clock: Clock;
}

export interface ObservedCluster extends DnsCluster {
  /** set when the member could not be asked, and another try may help */
  readonly retry?: true;
}

/** Refusals that a later try does not mend. */
const LASTING: ReadonlySet<ApiError['kind']> = new Set(['Forbidden', 'Unauthorized', 'Invalid']);

/** @returns how the Service or Ingress of a record stands in one member; one that is not Ready is not asked */
export async function observeCluster(
  { members, clock }: ObservePorts,
  spec: RecordSpec,
  kubeFedCluster: JsonObject,
): Promise<ObservedCluster> {
  const about = clusterFacts(kubeFedCluster);
  if (!isReady(kubeFedCluster)) return { ...about, observed: { state: 'notReady' } };
  const done = new AbortController();
  const late = clock.sleep(ANSWER_WITHIN_MS, done.signal).then((): ApiResult<Observed> => {
    const message = `it did not answer within ${ANSWER_WITHIN_MS / 1000} s`;
    return { ok: false, error: { kind: 'TimedOut', message } };
  });
  const found = await Promise.race([observe(members, spec, kubeFedCluster), late]);
  done.abort();
  if (found.ok) return { ...about, observed: found.value };
  const observed = { state: 'unreachable', message: found.error.message } as const;
  return { ...about, observed, ...(LASTING.has(found.error.kind) ? {} : { retry: true }) };
}

/** Region and zones from the status, the Region else from `spec.eks`, else from the usual label. */
function clusterFacts(kubeFedCluster: JsonObject) {
  const region =
    stringAt(kubeFedCluster, 'status', 'region') ||
    stringAt(kubeFedCluster, 'spec', 'eks', 'region') ||
    stringAt(kubeFedCluster, 'metadata', 'labels', 'topology.kubernetes.io/region');
  const zones = listAt(kubeFedCluster, 'status', 'zones').filter((z) => typeof z === 'string');
  return {
    name: stringAt(kubeFedCluster, 'metadata', 'name') ?? '',
    ...(region ? { region } : {}),
    zones: zones.toSorted(),
    ...(isDrained(kubeFedCluster) ? { isDrained: true as const } : {}),
  };
}

async function observe(
  members: Members,
  spec: RecordSpec,
  kubeFedCluster: JsonObject,
): Promise<ApiResult<Observed>> {
  const connected = await members.connect(kubeFedCluster);
  if (!connected.ok) return connected;
  const resource = spec.kind === 'service' ? SERVICES : INGRESSES;
  const { namespace, name } = spec;
  const [object, hasReadyEndpoint] = await Promise.all([
    connected.value.get(resource, { namespace, name }),
    needsEndpoints(spec)
      ? readReadiness(connected.value, spec)
      : ({ ok: true, value: true } as const),
  ]);
  if (!object.ok) {
    return object.error.kind === 'NotFound' ? { ok: true, value: { state: 'absent' } } : object;
  }
  if (!isManaged(object.value)) return { ok: true, value: { state: 'absent' } };
  if (!hasReadyEndpoint.ok) return hasReadyEndpoint;
  const addresses = loadBalancerAddresses(object.value);
  return {
    ok: true,
    value: { state: 'present', addresses, hasReadyEndpoint: hasReadyEndpoint.value },
  };
}

function needsEndpoints(spec: RecordSpec): boolean {
  return spec.kind === 'service' && !spec.allowServiceWithoutEndpoints;
}

/** Slices carry the labels of their Service. Source: Kubernetes 1.34, EndpointSlice controller */
async function readReadiness(
  member: Cluster,
  { namespace, name }: RecordSpec,
): Promise<ApiResult<boolean>> {
  const labelSelector = `kubernetes.io/service-name=${name},${MANAGED_LABEL}=true`;
  const listed = await member.list(ENDPOINT_SLICES, { namespace, labelSelector });
  return listed.ok ? { ok: true, value: listed.value.items.some(isReadySlice) } : listed;
}
