import { judgeRemaining, removalOf } from '../../core/deletion-deadline.ts';
import type { ClusterEntry } from '../../core/entries.ts';
import { type JsonObject, stringAt } from '../../model/json.ts';
import type { Outcome } from '../../model/messages.ts';
import type { ObjectKey } from '../../model/resource.ts';
import type { Clock, Log } from '../../ports.ts';
import { deletionDueMs } from '../deletion-due.ts';
import type { Federation } from '../federation.ts';
import { inFull } from '../in-full.ts';
import { bury, dropTombstone, type TombstonePorts } from '../tombstones.ts';

interface Ports extends TombstonePorts {
  readonly clock: Clock;
  readonly log: Log;
}

/** An object that is being deleted, as it is on the host. */
interface Deleted {
  readonly federation: Federation;
  /** name of the FederatedTypeConfig */
  readonly type: string;
  readonly key: ObjectKey;
  readonly federated: JsonObject;
}

/**
 * Stops waiting for members that have been out of reach until the deadline: their delete becomes a tombstone.
 *
 * @param entries what is left in members, sorted by name
 * @returns what the deletion still waits for; empty when the finalizer can go
 * @throws {HostError} a tombstone could not be written: the deletion must not end without it
 */
export async function letGoOverdue(
  ports: Ports,
  { federation, type, key, federated }: Deleted,
  entries: readonly ClusterEntry[],
): Promise<readonly ClusterEntry[]> {
  const dueMs = deletionDueMs(federated, federation.config.deletionDeadlineSeconds);
  if (dueMs === undefined) return entries;
  const isDue = ports.clock.nowMs() >= dueMs;
  const untilIso = `${new Date(dueMs).toISOString().slice(0, 19)}Z`;
  const { held, overdue } = judgeRemaining({ federated, entries, isDue, untilIso });
  const removal = removalOf(federated) ?? { action: 'remove' };
  const uid = stringAt(federated, 'metadata', 'uid') ?? '';
  await inFull(
    overdue.map(async (name) => {
      const cluster = federation.clusters.get(name);
      if (cluster === undefined) return;
      await bury(ports, cluster, { type, ...key, uid, ...removal });
      ports.log.warn('deletion goes on without a member', { type, ...key, cluster: name });
    }),
  );
  return held;
}

/** The member is in order, whatever was to be made up for there. */
export async function dropSettled(
  ports: TombstonePorts,
  federation: Federation,
  outcomes: readonly Outcome[],
): Promise<void> {
  const settled = outcomes.flatMap(({ type, namespace, name, plan, results }) =>
    (plan.buried ?? [])
      .filter(({ cluster }) =>
        results.some((r) => r.cluster === cluster && (r.code === 'gone' || r.code === 'OK')),
      )
      .map(({ cluster, uid }) => ({
        cluster,
        tombstone: { type, name, uid, ...(namespace === undefined ? {} : { namespace }) },
      })),
  );
  await inFull(
    settled.map(async ({ cluster, tombstone }) => {
      const registered = federation.clusters.get(cluster);
      if (registered !== undefined) await dropTombstone(ports, registered, tombstone);
    }),
  );
}
