import { type JsonObject, type JsonValue, listAt, stringAt } from '../../model/json.ts';
import type { PlanFacts } from '../../model/messages.ts';
import { apiVersionOf, type ObjectKey } from '../../model/resource.ts';
import type { FederatedType } from '../../model/type-config.ts';
import type { ApiResult, Cluster } from '../../ports.ts';
import { recordOf } from '../propagated-version.ts';
import { HostError, unwrapIfFound } from '../unwrap.ts';

/** Whose versions are recorded. */
interface RecordSubject {
  readonly ports: { readonly host: Cluster };
  readonly type: FederatedType;
  readonly key: ObjectKey;
  readonly plan: PlanFacts;
}

/** @returns the clusters that the status of a PropagatedVersion lists */
export function recordedClusters(status: JsonValue | undefined): Set<string> {
  const names = listAt(status, 'clusterVersions').map((entry) => stringAt(entry, 'clusterName'));
  return new Set(names.filter((name) => name !== undefined));
}

/** Source: Kubernetes, names of objects: a DNS subdomain has at most 253 characters */
const MAX_NAME_LENGTH = 253;

/**
 * Creates or updates the PropagatedVersion of an object. An object with so long a name that its record cannot have one
 * goes without: it is written to members in each pass, and reported as any other.
 *
 * @param recorded as it was read; undefined when there was none
 * @throws {HostError} the host refused
 */
export async function writeRecord(
  { ports, type, key, plan }: RecordSubject,
  recorded: JsonObject | undefined,
  status: JsonObject,
): Promise<void> {
  const { resource, key: recordKey } = recordOf(type.target.kind, key);
  if (recordKey.name.length > MAX_NAME_LENGTH) return;
  const { kind } = type.federated;
  const owner = { apiVersion: apiVersionOf(type.federated), kind, name: key.name, uid: plan.uid };
  const metadata = { ...recordKey, ownerReferences: [owner] };
  if (recorded === undefined) {
    const apiVersion = apiVersionOf(resource);
    const object = { apiVersion, kind: resource.kind, metadata };
    const created = await ports.host.create(resource, object);
    if (isRefusedByTermination(created)) return;
    if (!created.ok && created.error.kind !== 'AlreadyExists') throw new HostError(created.error);
    if (!created.ok) unwrapIfFound(await ports.host.patch(resource, recordKey, { metadata }));
  } else if (!isOwnedBy(recorded, plan.uid)) {
    unwrapIfFound(await ports.host.patch(resource, recordKey, { metadata }));
  }
  unwrapIfFound(await ports.host.patch(resource, recordKey, { status }, 'status'));
}

/** The record of an earlier object of the same name would be collected as garbage with what it now says. */
function isOwnedBy(record: JsonObject, uid: string): boolean {
  return listAt(record, 'metadata', 'ownerReferences').some((o) => stringAt(o, 'uid') === uid);
}

/** In a namespace that is going away nothing can be created, and nothing has to be. */
function isRefusedByTermination(result: ApiResult): boolean {
  return !result.ok && (result.error.kind === 'Forbidden' || result.error.kind === 'NotFound');
}
