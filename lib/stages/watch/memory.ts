import type { SeenObject } from '../../core/host-object.ts';
import { propagatedVersionName } from '../../core/recorded-versions.ts';
import { isJsonObject, type JsonObject, listAt, stringAt } from '../../model/json.ts';
import { readKubeFedConfig } from '../../model/kubefed-config.ts';
import { type ObjectKey, objectKey, qualifiedName } from '../../model/resource.ts';
import type { FederatedType } from '../../model/type-config.ts';

/** All that one watch remembers. It starts empty and may forget: what it does not know costs a pass, never an event. */
export interface Memory {
  readonly startedMs: number;
  /** when clusters, types or config were last seen to change, in ms since the epoch */
  contextRevision: number;
  /** the same for the FederatedNamespace of a namespace; a namespace that is missing has not changed since the start */
  readonly namespaceRevisions: Map<string, number>;
  /** how long a member that cannot be reached may hold up a deletion */
  deletionDeadlineSeconds: number;
  /** feature gates that the config names */
  gates: Readonly<Record<string, boolean>>;
  /** the only namespace that is federated; absent: all are */
  onlyNamespace: string | undefined;
  types: ReadonlyMap<string, FederatedType>;
  clusters: ReadonlyMap<string, JsonObject>;
  /** federated objects by `objectId` */
  readonly objects: Map<string, SeenObject>;
  /** when a federated object vanished, in ms since the epoch, by `objectId` */
  readonly gone: Map<string, number>;
  /** namespaces of the host whose deletion has been told */
  readonly terminating: Set<string>;
  /** versions by cluster, by qualified name of the PropagatedVersion */
  readonly recorded: Map<string, ReadonlyMap<string, string>>;
}

export function emptyMemory(nowMs: number): Memory {
  return {
    startedMs: nowMs,
    contextRevision: nowMs,
    namespaceRevisions: new Map(),
    deletionDeadlineSeconds: readKubeFedConfig(undefined).deletionDeadlineSeconds,
    gates: {},
    onlyNamespace: undefined,
    types: new Map(),
    clusters: new Map(),
    objects: new Map(),
    gone: new Map(),
    terminating: new Set(),
    recorded: new Map(),
  };
}

/** @returns what restricts lists and watches of namespaced resources to what is federated */
export function scopeOf({ onlyNamespace }: Memory): { readonly namespace?: string } {
  return onlyNamespace === undefined ? {} : { namespace: onlyNamespace };
}

/** The targets of a deleted object follow it within seconds; after a minute nothing asks for it any more. */
const REMEMBER_GONE_MS = 60_000;

export function forgetGone(memory: Memory, nowMs: number): void {
  for (const [id, atMs] of memory.gone) {
    if (nowMs - atMs < REMEMBER_GONE_MS) continue;
    memory.gone.delete(id);
    memory.objects.delete(id);
  }
}

export function objectId(type: FederatedType, key: ObjectKey): string {
  return `${type.name}/${qualifiedName(key)}`;
}

export function keyOfObject(object: JsonObject): ObjectKey {
  return objectKey(
    stringAt(object, 'metadata', 'namespace'),
    stringAt(object, 'metadata', 'name') ?? '',
  );
}

/** Takes in a PropagatedVersion as it is now; undefined entries are those of an object that has none. */
export function rememberRecorded(memory: Memory, propagatedVersion: JsonObject, gone: boolean) {
  const name = qualifiedName(keyOfObject(propagatedVersion));
  // Between its creation and its first status it says nothing.
  if (gone || propagatedVersion['status'] === undefined) {
    memory.recorded.delete(name);
    return;
  }
  const versions = listAt(propagatedVersion, 'status', 'clusterVersions').filter(isJsonObject);
  const byCluster = versions.map((entry): [string, string] => [
    stringAt(entry, 'clusterName') ?? '',
    stringAt(entry, 'version') ?? '',
  ]);
  memory.recorded.set(name, new Map(byCluster));
}

/** @returns versions by cluster as they are on record; undefined when this watch has seen no record of the object */
export function recordedVersions(
  memory: Memory,
  type: FederatedType,
  federated: ObjectKey,
): ReadonlyMap<string, string> | undefined {
  const record = propagatedVersionName(type.target.kind, federated.name);
  return memory.recorded.get(qualifiedName(objectKey(federated.namespace, record)));
}
