import { isJsonObject, type JsonObject, type JsonValue, stringAt } from '../model/json.ts';
import type { KubeFedConfig } from '../model/kubefed-config.ts';
import { MANAGED_LABEL } from '../model/names.ts';
import type { Resource } from '../model/resource.ts';
import type { FederatedType } from '../model/type-config.ts';
import { goJson, textHash } from './hash.ts';

const GATE = 'RawResourceStatusCollection';

/** Kinds of Kubernetes whose status nobody asks for: they have none, or (Namespace) one that says nothing. */
const STATUSLESS: ReadonlySet<string> = new Set([
  'ClusterRole',
  'ClusterRoleBinding',
  'ConfigMap',
  'Endpoints',
  'EndpointSlice',
  'IngressClass',
  'LimitRange',
  'Namespace',
  'NetworkPolicy',
  'PriorityClass',
  'Role',
  'RoleBinding',
  'RuntimeClass',
  'Secret',
  'ServiceAccount',
  'StorageClass',
]);

/**
 * Decides whether the status of targets goes into `status.clusters[].remoteStatus`. KubeFed asks for the gate and for
 * `statusCollection: Enabled`, and has neither by default.
 *
 * | gate in KubeFedConfig | statusCollection of the type | collected                 |
 * |-----------------------|------------------------------|---------------------------|
 * | Disabled              | any                          | no                        |
 * | Enabled, or absent    | Enabled                      | yes                       |
 * | Enabled, or absent    | Disabled                     | no                        |
 * | Enabled, or absent    | absent                       | if the kind has a status  |
 *
 * Source: KubeFed v0.10.0, RawResourceStatusCollection; on by default is ours
 */
export function collectsRemoteStatus(gates: KubeFedConfig['gates'], type: FederatedType): boolean {
  if (gates[GATE] === false || !type.enabled) return false;
  if (type.statusCollection !== undefined) return type.statusCollection === 'Enabled';
  return !STATUSLESS.has(type.target.kind);
}

/**
 * @returns the kind of the object that gathers the status of the targets beside the federated object, e.g.
 *   FederatedServiceStatus; undefined when the type asks for none
 * Source: KubeFed v0.1.0-rc6 to v0.5.1, any type with statusCollection Enabled; later ones serve Services alone
 */
export function gatheredStatusType(type: FederatedType): Resource | undefined {
  const wanted = type.enabled && type.statusCollection === 'Enabled';
  return wanted ? type.statusType : undefined;
}

/** @returns whether anybody on the host is told the status of this type's targets */
export function collectsStatus(gates: KubeFedConfig['gates'], type: FederatedType): boolean {
  return collectsRemoteStatus(gates, type) || gatheredStatusType(type) !== undefined;
}

/**
 * @param target undefined where there is none
 * @returns `.status` of a target of ours as it is, but for nulls, which a merge patch cannot write; undefined when there
 *   is none, or the object is not ours
 */
export function targetStatus(target: JsonObject | undefined): JsonObject | undefined {
  if (stringAt(target, 'metadata', 'labels', MANAGED_LABEL) !== 'true') return undefined;
  const status = target?.['status'];
  return isJsonObject(status) ? withoutNulls(status) : undefined;
}

/**
 * @returns a short text, the same for equal statuses; empty for one that says nothing: `{}`, or the
 *   `{loadBalancer: {}}` of most Services
 */
export function statusPrint(status: JsonObject | undefined): string {
  return status === undefined || isVoid(status) ? '' : textHash(goJson(status));
}

function isVoid(value: JsonValue | undefined): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return isJsonObject(value) && !JSON.isRawJSON(value) && Object.values(value).every(isVoid);
}

function withoutNulls(object: JsonObject): JsonObject {
  const entries = Object.entries(object).filter(([, value]) => value !== null);
  return Object.fromEntries(entries.map(([key, value]) => [key, cleaned(value ?? null)]));
}

function cleaned(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(cleaned);
  return isJsonObject(value) && !JSON.isRawJSON(value) ? withoutNulls(value) : value;
}
