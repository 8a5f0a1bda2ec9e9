import { isJsonObject, type JsonObject, type JsonValue, listAt, stringAt } from '../model/json.ts';
import { PROPAGATION_CONDITION } from '../model/names.ts';
import type { ClusterEntry } from './entries.ts';
import { goJson } from './hash.ts';
import type { StatusEntry } from './status.ts';
import { statusPrint } from './target-status.ts';

/** Statuses of targets by cluster; undefined for a target without one, or that is not there. */
export type TargetStatuses = ReadonlyMap<string, JsonObject | undefined>;

/** An object has to fit into 1.5 MiB of etcd; what is left is for the template. */
const BUDGET_BYTES = 512 * 1024;

/** @returns `remoteStatus` by cluster as the status of a federated object has it; those without are left out */
export function storedRemoteStatuses(status: JsonObject | undefined): Map<string, JsonObject> {
  const stored = new Map<string, JsonObject>();
  for (const entry of listAt(status, 'clusters')) {
    const remote = isJsonObject(entry) ? entry['remoteStatus'] : undefined;
    if (isJsonObject(remote)) stored.set(stringAt(entry, 'name') ?? '', remote);
  }
  return stored;
}

/**
 * Gives each entry the status of its target: what was read just now, else what is stored. Of a cluster that is not ready
 * nobody knows anything: its last known status goes.
 *
 * @param read what was asked for in this pass
 * @returns in the order of the entries; a status that says nothing, or is larger than its share of 512 KiB, is left out
 * Source: KubeFed v0.10.0, raw status collection
 */
export function withRemoteStatuses(
  entries: readonly ClusterEntry[],
  stored: ReadonlyMap<string, JsonObject>,
  read: TargetStatuses,
): StatusEntry[] {
  return entries.map((entry) => {
    const { name, code } = entry;
    const known = read.has(name) ? read.get(name) : stored.get(name);
    const remoteStatus = code === 'ClusterNotReady' ? undefined : shown(known, entries.length);
    return remoteStatus === undefined ? entry : { ...entry, remoteStatus };
  });
}

export type NextRemoteStatuses =
  | { readonly changed: false }
  | { readonly changed: true; readonly status: JsonObject };

/**
 * Works out the status of a federated object when nothing but the status of targets has changed: entries and conditions
 * stay as they are, and so does `observedGeneration`.
 *
 * @param input.current status as it is stored; a cluster that it does not list is not added
 * @param input.nowIso RFC 3339, UTC, whole seconds
 * @returns the fields to be written
 * Source: KubeFed v0.10.0: a change in the clusters moves `lastUpdateTime`
 */
export function nextRemoteStatuses(input: {
  readonly current: JsonObject | undefined;
  readonly read: TargetStatuses;
  readonly nowIso: string;
}): NextRemoteStatuses {
  const { current, read, nowIso } = input;
  const stored = listAt(current, 'clusters');
  const clusters = stored.map((entry): JsonValue => {
    const name = stringAt(entry, 'name') ?? '';
    if (!isJsonObject(entry) || !read.has(name)) return entry;
    const { remoteStatus: _, ...others } = entry;
    const remoteStatus = shown(read.get(name), stored.length);
    return remoteStatus === undefined ? others : { ...others, remoteStatus };
  });
  if (goJson(clusters) === goJson(stored)) return { changed: false };
  const conditions = listAt(current, 'conditions').map((condition) =>
    isJsonObject(condition) && condition['type'] === PROPAGATION_CONDITION
      ? { ...condition, lastUpdateTime: nowIso }
      : condition,
  );
  return { changed: true, status: { clusters, conditions } };
}

function shown(status: JsonObject | undefined, clusters: number): JsonObject | undefined {
  if (status === undefined || statusPrint(status) === '') return undefined;
  const bytes = Buffer.byteLength(JSON.stringify(status));
  return bytes > BUDGET_BYTES / clusters ? undefined : status;
}
