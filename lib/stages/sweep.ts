import { isReady } from '../core/readiness.ts';
import { type JsonObject, stringAt, valueAt } from '../model/json.ts';
import type { Change, PreferenceSweep, RecordSweep, Sweep } from '../model/messages.ts';
import { NAMESPACES_TYPE } from '../model/names.ts';
import { NAMESPACES } from '../model/resources.ts';
import type { FederatedType } from '../model/type-config.ts';
import type { Clock, Cluster } from '../ports.ts';
import { deletionDueMs } from './deletion-due.ts';
import { type Federation, type FederationReader, onlyNamespace } from './federation.ts';
import { isHeld, letTypeGo } from './plan/going-type.ts';
import { listTombstones, type TombstonePorts } from './tombstones.ts';
import { unwrap, unwrapIfFound } from './unwrap.ts';
import { keyOfObject } from './watch/memory.ts';

export interface SweepPorts extends TombstonePorts {
  readonly host: Cluster;
  readonly federation: FederationReader;
}

/** @returns the message that asks for every object of every type again: the safety net under the watch */
export function sweepEverything(clock: Clock): Sweep {
  return { v: 1, kind: 'sweep', type: '*', cause: 'sweep', seenAtMs: clock.nowMs() };
}

/** @returns the message that asks for the replicas of every preference again */
export function sweepPreferences(clock: Clock): PreferenceSweep {
  return { v: 1, kind: 'all', seenAtMs: clock.nowMs() };
}

/** @returns the message that asks for every DNS record again */
export function sweepRecords(clock: Clock): RecordSweep {
  return { v: 1, kind: 'all', seenAtMs: clock.nowMs() };
}

/**
 * Turns a sweep into one change for each object that it covers. Only names are read, not the objects.
 *
 * @returns in no particular order; empty when the type is unknown
 * @throws {HostError} the host cannot be read: the sweep is to be tried again
 */
export async function expandSweep(ports: SweepPorts, sweep: Sweep): Promise<Change[]> {
  const federation = await ports.federation.at(sweep.contextRevision ?? sweep.seenAtMs);
  const only = onlyNamespace(federation, ports.kubefedNamespace);
  if (only !== undefined && sweep.namespace !== undefined && sweep.namespace !== only) return [];
  const types = [...federation.types.values()].filter((type) => covers(sweep, type));
  const { deletionDeadlineSeconds } = federation.config;
  const isDue = (object: JsonObject) =>
    (deletionDueMs(object, deletionDeadlineSeconds) ?? Number.POSITIVE_INFINITY) <= sweep.seenAtMs;
  const changes = await Promise.all(
    types.map((type) => changesOf(ports, sweep, type, { only, isDue })),
  );
  return [...changes.flat(), ...(await replays(ports, federation, sweep))];
}

/** What members that are ready again have still to hear of. */
async function replays(ports: SweepPorts, federation: Federation, sweep: Sweep): Promise<Change[]> {
  if (sweep.namespace !== undefined || sweep.overdue) return [];
  const { v, cause, seenAtMs, contextRevision = seenAtMs } = sweep;
  const tombstones = await listTombstones(ports, federation);
  return tombstones
    .filter(({ cluster }) => isReady(federation.clusters.get(cluster) ?? {}))
    .filter(({ tombstone: { type } }) => federation.types.get(type)?.enabled)
    .filter(({ tombstone: { type } }) => sweep.type === '*' || sweep.type === type)
    .map(({ cluster, tombstone: { type, namespace, name } }) => ({
      ...{ v, kind: 'object', type, name, cause, seenAtMs, cluster, replay: true, contextRevision },
      ...(namespace === undefined ? {} : { namespace, namespaceRevision: seenAtMs }),
    }));
}

/**
 * A namespace of the host is being deleted. The namespace controller leaves its contents alone for five seconds, and
 * looks again eight seconds after it has met a finalizer. So we do not wait for it: the FederatedNamespace is deleted
 * right away, and every other federated object of the namespace is looked at, to let it go if it goes along.
 *
 * @returns as `expandSweep`
 * @throws {HostError} the host refused: the sweep is to be tried again
 */
export async function expandTermination(ports: SweepPorts, sweep: Sweep): Promise<Change[]> {
  const federation = await ports.federation.at(sweep.contextRevision);
  const own = federation.types.get(NAMESPACES_TYPE);
  if (own === undefined || sweep.namespace === undefined) return [];
  const { namespace } = sweep;
  // Asked before the FederatedNamespace goes: it alone knows.
  const leaving = [...(await ports.federation.leavingAt(federation, namespace, sweep.seenAtMs))];
  if (!(await isTerminating(ports.host, namespace))) return [];
  unwrapIfFound(await ports.host.delete(own.federated, { namespace, name: namespace }));
  const changes = await expandSweep(ports, sweep);
  return changes.map((change) => ({ ...change, terminating: true, leaving }));
}

/** A late message may meet a namespace that was made anew, and must not empty that. */
async function isTerminating(host: Cluster, name: string): Promise<boolean> {
  const namespace = unwrapIfFound(await host.get(NAMESPACES, { name }));
  return valueAt(namespace, 'metadata', 'deletionTimestamp') !== undefined;
}

function uidOf(object: JsonObject): { uid?: string } {
  const uid = stringAt(object, 'metadata', 'uid');
  return uid === undefined ? {} : { uid };
}

function covers(sweep: Sweep, type: FederatedType): boolean {
  // Of a type that stands still, deletions that have waited long enough are all that there is to look at.
  if (!type.enabled && !type.going && sweep.namespace !== undefined) return false;
  if (sweep.type !== '*') return sweep.type === type.name;
  if (sweep.namespace === undefined) return true;
  // A FederatedNamespace decides about the contents of its namespace, which it is not part of itself.
  return type.federated.namespaced && type.name !== NAMESPACES_TYPE;
}

async function changesOf(
  ports: SweepPorts,
  sweep: Sweep,
  type: FederatedType,
  { only, isDue }: { only: string | undefined; isDue: (object: JsonObject) => boolean },
): Promise<Change[]> {
  const { v, cause, seenAtMs, contextRevision } = sweep;
  const namespace = sweep.namespace ?? (type.federated.namespaced ? only : undefined);
  const options = { metadataOnly: true, ...(namespace === undefined ? {} : { namespace }) };
  const listed = await ports.host.list(type.federated, options);
  // A type whose CRD is not there has no objects.
  const isThere = listed.ok || listed.error.kind !== 'NotFound';
  const items = isThere ? unwrap(listed).items : [];
  if (type.going && sweep.namespace === undefined && !items.some(isHeld)) {
    await letTypeGo(ports.host, type, ports.kubefedNamespace);
    return [];
  }
  const isAll = !sweep.overdue && (type.enabled || type.going === true);
  return (isAll ? items : items.filter(isDue)).map((object) => ({
    v,
    kind: 'object',
    type: type.name,
    ...keyOfObject(object),
    cause,
    seenAtMs,
    // What a worker remembers from before the sweep may be what made the sweep necessary.
    contextRevision: contextRevision ?? seenAtMs,
    ...(type.federated.namespaced ? { namespaceRevision: seenAtMs } : {}),
    ...(sweep.terminating ? uidOf(object) : {}),
  }));
}
