import type { Plan } from '../../core/plan.ts';
import { actionOf, type Tombstone } from '../../core/tombstones.ts';
import type { PlanFacts } from '../../model/messages.ts';
import type { Federation } from '../federation.ts';
import { findTombstones, type TombstonePorts } from '../tombstones.ts';
import type { MergedChange } from './merge-changes.ts';

/** Stands for the uid of a federated object that is gone already. */
export const NO_UID = '-';

export interface Buried {
  readonly cluster: string;
  readonly tombstones: readonly Tombstone[];
}

/**
 * @returns the tombstones of an object in the members that its change names; members without one are left out
 * @throws {HostError} the host cannot be read
 */
export async function buriedIn(
  ports: TombstonePorts,
  federation: Federation,
  { type, namespace, name, driftClusters }: MergedChange,
): Promise<Buried[]> {
  const subject = { type, name, ...(namespace === undefined ? {} : { namespace }) };
  const found = await Promise.all(
    driftClusters.map(async (cluster) => {
      const registered = federation.clusters.get(cluster);
      if (registered === undefined) return { cluster, tombstones: [] };
      return { cluster, tombstones: await findTombstones(ports, registered, subject) };
    }),
  );
  return found.filter(({ tombstones }) => tombstones.length > 0);
}

/**
 * The federated object is gone, but members still have an object with our label. Where a delete has not been heard of
 * yet it is made up for; elsewhere the label is taken off and the object stays.
 * Source: KubeFed v0.10.0, removal of the managed label from possible orphans; the tombstones are ours
 */
export function planOrphan(clusters: readonly string[], buried: readonly Buried[]): Plan {
  const jobs = clusters.map((cluster) => {
    const found = buried.find((one) => one.cluster === cluster);
    return { cluster, ...(found ? actionOf(found.tombstones) : { action: 'release' as const }) };
  });
  const facts: PlanFacts = {
    uid: NO_UID,
    generation: 0,
    resourceVersion: '0',
    planned: [...clusters],
    selected: [],
    known: [],
    templateVersion: '',
    overridesVersion: '',
    deleting: true,
    fresh: false,
    ...buriedFacts(buried),
  };
  return { jobs, facts };
}

/** @returns what has to travel to the status stage, which drops the tombstones */
export function buriedFacts(buried: readonly Buried[]): Pick<PlanFacts, 'buried'> {
  if (buried.length === 0) return {};
  return {
    buried: buried.flatMap(({ cluster, tombstones }) =>
      tombstones.map(({ uid }) => ({ cluster, uid })),
    ),
  };
}
