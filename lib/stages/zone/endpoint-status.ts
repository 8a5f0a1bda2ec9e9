import { goJson } from '../../core/hash.ts';
import { type DesiredZone, keyOf, type Problem } from '../../core/zone/desired-names.ts';
import { DNS_ENDPOINTS } from '../../model/dns-record.ts';
import { type JsonObject, objectAt, stringAt, valueAt } from '../../model/json.ts';
import type { Cluster } from '../../ports.ts';
import { unwrapIfFound } from '../unwrap.ts';

export interface StatusOfZone {
  readonly zoneId: string;
  readonly desired: DesiredZone;
  /** by DNSEndpoint */
  readonly problems: ReadonlyMap<string, readonly Problem[]>;
}

const AT_ONCE = 20;

/**
 * Says on each DNSEndpoint what the zone has of it, where that is news. A zone writes its own entry and no other, so
 * several zones can say something on one object.
 *
 * @returns the objects whose problems are others than before
 * @throws {HostError} the host refused
 */
export async function putStatuses(
  host: Cluster,
  objects: readonly JsonObject[],
  of: StatusOfZone,
): Promise<JsonObject[]> {
  const records = recordsBy(of.desired);
  const changed: JsonObject[] = [];
  const patches = objects.flatMap((object) => {
    const patch = patchOf(object, of, records.get(keyOf(object)) ?? 0);
    if (patch === undefined) return [];
    if (patch.hasOtherProblems) changed.push(object);
    return [{ object, status: patch.status }];
  });
  for (let from = 0; from < patches.length; from += AT_ONCE) {
    const some = patches.slice(from, from + AT_ONCE);
    await Promise.all(some.map(({ object, status }) => put(host, object, status)));
  }
  return changed;
}

function recordsBy({ names }: DesiredZone): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { by, sets } of names.values()) {
    const records = sets.filter(({ type }) => type !== 'TXT').length;
    counts.set(by, (counts.get(by) ?? 0) + records);
  }
  return counts;
}

function patchOf(object: JsonObject, { zoneId, problems }: StatusOfZone, records: number) {
  const told = problems.get(keyOf(object)) ?? [];
  const current = objectAt(object, 'status', 'zones', zoneId);
  const entry = entryOf(records, told);
  if (entry === null && current === undefined) return undefined;
  const generation = valueAt(object, 'metadata', 'generation') ?? 0;
  const isSeen = valueAt(object, 'status', 'observedGeneration') === generation;
  if (isSeen && goJson(current ?? null) === goJson(entry)) return undefined;
  const before = valueAt(current, 'problems') ?? null;
  const after = valueAt(entry, 'problems') ?? null;
  // A merge patch leaves what it does not name.
  const patched = entry === null ? null : { ...entry, problems: after };
  return {
    status: { observedGeneration: generation, zones: { [zoneId]: patched } },
    hasOtherProblems: goJson(before) !== goJson(after),
  };
}

function entryOf(records: number, problems: readonly Problem[]): JsonObject | null {
  if (problems.length > 0) return { records, problems: problems.map((each) => ({ ...each })) };
  return records > 0 ? { records } : null;
}

async function put(host: Cluster, object: JsonObject, status: JsonObject): Promise<void> {
  const key = {
    namespace: stringAt(object, 'metadata', 'namespace') ?? '',
    name: stringAt(object, 'metadata', 'name') ?? '',
  };
  unwrapIfFound(await host.patch(DNS_ENDPOINTS, key, { status }, 'status'));
}
