import { removalOf } from '../../core/deletion-deadline.ts';
import { listAt, stringAt } from '../../model/json.ts';
import type { ObjectKey } from '../../model/resource.ts';
import type { FederatedType } from '../../model/type-config.ts';
import type { Log } from '../../ports.ts';
import { deletionDueMs } from '../deletion-due.ts';
import type { Federation } from '../federation.ts';
import { removeFinalizer } from '../finalizer.ts';
import { inFull } from '../in-full.ts';
import { recordOf } from '../propagated-version.ts';
import { bury, type TombstonePorts } from '../tombstones.ts';
import { unwrapIfFound } from '../unwrap.ts';
import { isHeld } from './going-type.ts';

interface Ports extends TombstonePorts {
  readonly log: Log;
}

/**
 * While a type stands still nothing in members is touched, and a deletion waits for the type to run again: until the
 * deadline, as it would for members out of reach. Then the object goes, and is made up for when the type runs.
 *
 * @param nowMs when the pass was asked for, in ms since the epoch
 * @throws {HostError} the host refused: try again
 * Source: KubeFed v0.10.0 waits without end
 */
export async function letGoStandingStill(
  ports: Ports,
  federation: Federation,
  type: FederatedType,
  { key, nowMs }: { readonly key: ObjectKey; readonly nowMs: number },
): Promise<void> {
  const federated = unwrapIfFound(await ports.host.get(type.federated, key));
  if (federated === undefined || !isHeld(federated)) return;
  const dueMs = deletionDueMs(federated, federation.config.deletionDeadlineSeconds);
  const removal = removalOf(federated);
  if (dueMs === undefined || dueMs > nowMs || removal === undefined) return;
  const record = recordOf(type.target.kind, key);
  const recorded = unwrapIfFound(await ports.host.get(record.resource, record.key));
  const names = new Set([
    ...listAt(federated, 'status', 'clusters').map((entry) => stringAt(entry, 'name')),
    ...listAt(recorded, 'status', 'clusterVersions').map((entry) => stringAt(entry, 'clusterName')),
  ]);
  const uid = stringAt(federated, 'metadata', 'uid') ?? '';
  const tombstone = { type: type.name, ...key, uid, ...removal };
  await inFull(
    [...federation.clusters]
      .filter(([name]) => names.has(name))
      .map(([, cluster]) => bury(ports, cluster, tombstone)),
  );
  ports.log.warn('deletion goes on although its type stands still', { type: type.name, ...key });
  await removeFinalizer(ports.host, type.federated, key, federated);
}
