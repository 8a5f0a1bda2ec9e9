import { SCHEDULED_CONDITION } from '../../core/spread/preference-status.ts';
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  listAt,
  stringAt,
  valueAt,
} from '../../model/json.ts';

/** What the host knows of replicas and record sets. */
export interface DrainFacts {
  readonly preferences: readonly JsonObject[];
  /** by kind and qualified name, e.g. `FederatedDeployment shop/web` */
  readonly federated: ReadonlyMap<string, JsonObject>;
  /** ServiceDNSRecords and IngressDNSRecords by kind and qualified name */
  readonly records: ReadonlyMap<string, JsonObject>;
}

/** What a drained cluster still has. */
export interface Leftover {
  /** kind and qualified name */
  readonly what: string;
  readonly is: 'replicas' | 'recordSet';
  /** how many; absent for a record set, and where it is not known */
  readonly replicas?: number;
  /** what it waits for, one sentence without its full stop */
  readonly why: string;
}

/**
 * @param cluster name of the KubeFedCluster
 * @returns what has to go before the cluster is empty: replicas that preferences share out, and record sets; replicas
 *   first, in the order of the facts
 */
export function leftoversOf(cluster: string, facts: DrainFacts): Leftover[] {
  return [
    ...facts.preferences.flatMap((preference) => replicasLeft(cluster, preference, facts)),
    ...[...facts.records].flatMap(([what, record]) => recordSetLeft(cluster, what, record)),
  ];
}

/** @returns kind and qualified name of the object whose replicas a preference shares out */
export function scheduledBy(preference: JsonObject): string {
  const kind = stringAt(preference, 'spec', 'targetKind') ?? '';
  return `${kind} ${qualified(preference)}`;
}

function replicasLeft(cluster: string, preference: JsonObject, facts: DrainFacts): Leftover[] {
  const what = scheduledBy(preference);
  const is = 'replicas' as const;
  if (valueAt(preference, 'status') === undefined) {
    return [{ what, is, why: 'its preference has no status yet: is the function spread running?' }];
  }
  const entry = entryOf(listAt(preference, 'status', 'clusters'), cluster);
  if (entry === undefined) return [];
  const replicas = countOf(entry['replicas']);
  if (replicas > 0) {
    const why = whyTold(stringAt(entry, 'state') ?? '', preference);
    return [{ what, is, replicas, why }];
  }
  const federated = facts.federated.get(what);
  return federated === undefined ? [] : stillThere(cluster, what, federated);
}

function whyTold(state: string, preference: JsonObject): string {
  if (state === 'Lost') return 'the cluster is lost: its number stays until it is back';
  if (state === 'Paused') return 'the cluster has the annotation kubefed.io/paused';
  const condition = listAt(preference, 'status', 'conditions').find(
    (each) => stringAt(each, 'type') === SCHEDULED_CONDITION,
  );
  const planned = state === 'Drained' || stringAt(condition, 'reason') === 'Paused';
  const said = stringAt(condition, 'message')?.replace(/\.$/, '');
  return planned && said !== undefined ? said : 'they are not shared out anew yet';
}

/** Nothing is asked for any more, but the member may not have heard of it, or its pods may be on their way out. */
function stillThere(cluster: string, what: string, federated: JsonObject): Leftover[] {
  const is = 'replicas' as const;
  const generation = valueAt(federated, 'metadata', 'generation');
  if (valueAt(federated, 'status', 'observedGeneration') !== generation) {
    return [{ what, is, why: 'the cluster is being told' }];
  }
  const entry = entryOf(listAt(federated, 'status', 'clusters'), cluster);
  const status = stringAt(entry, 'status');
  if (status) return [{ what, is, why: `its status there is ${status}` }];
  const replicas = countOf(valueAt(entry, 'remoteStatus', 'replicas'));
  return replicas === 0 ? [] : [{ what, is, replicas, why: 'their pods are on their way out' }];
}

function recordSetLeft(cluster: string, what: string, record: JsonObject): Leftover[] {
  const entry = entryOf(listAt(record, 'status', 'dns'), cluster);
  if (listAt(entry, 'loadBalancer', 'ingress').length === 0) return [];
  const message = stringAt(entry, 'reason') === 'Drained' ? stringAt(entry, 'message') : undefined;
  const why = message?.replace(/\.$/, '') ?? 'it has not been looked at yet';
  return [{ what, is: 'recordSet', why }];
}

function entryOf(entries: readonly JsonValue[], cluster: string): JsonObject | undefined {
  return entries
    .filter(isJsonObject)
    .find((entry) => (entry['name'] ?? entry['cluster']) === cluster);
}

function countOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function qualified(object: JsonObject): string {
  return `${stringAt(object, 'metadata', 'namespace')}/${stringAt(object, 'metadata', 'name')}`;
}
