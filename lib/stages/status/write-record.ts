import { type JsonObject, type JsonValue, listAt, stringAt } from '../../model/json.ts';
import type { PlanFacts } from '../../model/messages.ts';
import { apiVersionOf, type ObjectKey, type Resource } from '../../model/resource.ts';
import { WHOLE_RECORD_VERSION } from '../../model/resources.ts';
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
    const made = await make(ports.host, resource, { metadata, status });
    if (made === 'whole' || made === 'refused') return;
    if (made === 'exists') unwrapIfFound(await ports.host.patch(resource, recordKey, { metadata }));
  } else if (!isOwnedBy(recorded, plan.uid)) {
    unwrapIfFound(await ports.host.patch(resource, recordKey, { metadata }));
  }
  unwrapIfFound(await ports.host.patch(resource, recordKey, { status }, 'status'));
}

/**
 * Makes a record with its status by one call, which the version without a status subresource allows. A host that does not
 * serve it (its CRD is still KubeFed's) gets the record empty.
 *
 * @returns refused: the namespace is going away
 * @throws {HostError} any other refusal
 */
async function make(
  host: Cluster,
  resource: Resource,
  { metadata, status }: { metadata: JsonObject; status: JsonObject },
): Promise<'whole' | 'empty' | 'exists' | 'refused'> {
  const { kind } = resource;
  const whole = { ...resource, version: WHOLE_RECORD_VERSION };
  const object = { apiVersion: apiVersionOf(whole), kind, metadata, status };
  let created = await host.create(whole, object);
  if (created.ok) return 'whole';
  if (created.error.kind === 'NotFound') {
    created = await host.create(resource, { apiVersion: apiVersionOf(resource), kind, metadata });
    if (created.ok) return 'empty';
  }
  if (isRefusedByTermination(created)) return 'refused';
  if (created.error.kind === 'AlreadyExists') return 'exists';
  throw new HostError(created.error);
}

/** The record of an earlier object of the same name would be collected as garbage with what it now says. */
function isOwnedBy(record: JsonObject, uid: string): boolean {
  return listAt(record, 'metadata', 'ownerReferences').some((o) => stringAt(o, 'uid') === uid);
}

/** In a namespace that is going away nothing can be created, and nothing has to be. */
function isRefusedByTermination(result: ApiResult): boolean {
  return !result.ok && (result.error.kind === 'Forbidden' || result.error.kind === 'NotFound');
}
