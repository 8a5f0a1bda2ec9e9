import { isJsonObject, type JsonObject, listAt, objectAt, stringAt } from '../model/json.ts';
import { goJson } from './hash.ts';
import type { TargetStatuses } from './remote-status.ts';

/**
 * Works out what a FederatedServiceStatus should say: one entry for every ready cluster, selected or not.
 *
 * @param input.current the object as it is stored; undefined when there is none
 * @param input.ready names of all ready clusters, in any order
 * @param input.read statuses that were asked for in this pass; of the other ready clusters the stored one stays
 * @returns `clusterStatus`, sorted by cluster, `status` empty where the target is missing; and whether that is news
 * Source: KubeFed v0.10.0, FederatedServiceStatus. It leaves `status` out, which its own CRD refuses.
 */
export function nextGatheredStatus(input: {
  readonly current: JsonObject | undefined;
  readonly ready: readonly string[];
  readonly read: TargetStatuses;
}): { readonly changed: boolean; readonly clusterStatus: JsonObject[] } {
  const { current, ready, read } = input;
  const stored = new Map<string, JsonObject>();
  for (const entry of listAt(current, 'clusterStatus').filter(isJsonObject)) {
    stored.set(stringAt(entry, 'clusterName') ?? '', objectAt(entry, 'status') ?? {});
  }
  const clusterStatus = ready.toSorted().map((clusterName) => {
    const known = read.has(clusterName) ? read.get(clusterName) : stored.get(clusterName);
    return { clusterName, status: known ?? {} };
  });
  const before = current === undefined ? undefined : goJson(listAt(current, 'clusterStatus'));
  return { changed: before !== goJson(clusterStatus), clusterStatus };
}
