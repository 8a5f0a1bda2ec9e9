import { isReadySlice, loadBalancerAddresses } from '../../core/dns-records/member-facts.ts';
import type { RecordKind } from '../../model/dns-record.ts';
import { type JsonObject, type JsonValue, stringAt } from '../../model/json.ts';
import { MANAGED_LABEL } from '../../model/names.ts';
import type { Resource } from '../../model/resource.ts';
import { ENDPOINT_SLICES, INGRESSES, SERVICES } from '../../model/resources.ts';
import type { Connected } from './member-connections.ts';
import { keyOfObject } from './memory.ts';
import { prints } from './prints.ts';
import { idOf, type RecordState } from './record-state.ts';
import type { Source } from './sources.ts';

/** What of a member's objects a record depends on. */
interface Concern {
  readonly resource: Resource;
  readonly kind: RecordKind;
  /** namespace and name of the Service or Ingress, and so of the record */
  readonly recordOf: (object: JsonObject) => string;
  readonly facts: (object: JsonObject) => JsonValue;
}

const CONCERNS: readonly Concern[] = [
  { resource: SERVICES, kind: 'service', recordOf: idOf, facts: loadBalancerAddresses },
  { resource: INGRESSES, kind: 'ingress', recordOf: idOf, facts: loadBalancerAddresses },
  { resource: ENDPOINT_SLICES, kind: 'service', recordOf: serviceOf, facts: isReadySlice },
];

/**
 * @returns the watches of one member, for kinds that there are records of. Slices carry the labels of their Service.
 * Source: Kubernetes 1.34, EndpointSlice controller
 */
export function recordMemberSources(state: RecordState, member: Connected): Source[] {
  const wanted = CONCERNS.filter(({ kind }) => state.known[kind].size > 0);
  return wanted.map((concern) => memberSource(state, member, concern));
}

function memberSource(state: RecordState, { name, cluster }: Connected, concern: Concern): Source {
  const { resource, kind, recordOf, facts } = concern;
  const place = `${name}/${resource.plural}`;
  const seen = state.ofMembers.get(place) ?? prints();
  state.ofMembers.set(place, seen);
  const hasRecord = (object: JsonObject) => state.known[kind].has(recordOf(object));
  // A Service has several slices: the record first, then the object.
  const idIn = (object: JsonObject) => `${recordOf(object)}/${keyOfObject(object).name}`;
  const tell = (ids: readonly string[]): void => {
    for (const id of ids) {
      const record = id.slice(0, id.lastIndexOf('/'));
      if (state.known[kind].has(record)) state.wake(kind, record);
    }
  };
  return {
    clusterName: name,
    cluster,
    resource,
    purpose: 'records',
    options: { labelSelector: `${MANAGED_LABEL}=true` },
    onEvent: ({ object, type }) => {
      if (!hasRecord(object)) return;
      tell(seen.take(idIn(object), type === 'DELETED' ? undefined : facts(object)));
    },
    onList: (items) => {
      const mine = items.filter(hasRecord);
      tell(seen.takeAll(mine.map((each) => [idIn(each), facts(each)])));
    },
  };
}

function serviceOf(slice: JsonObject): string {
  const { namespace = '' } = keyOfObject(slice);
  const service = stringAt(slice, 'metadata', 'labels', 'kubernetes.io/service-name') ?? '';
  return `${namespace}/${service}`;
}
