import { type JsonObject, objectAt, stringAt, valueAt } from '../../model/json.ts';

/** What one cluster may be given. */
export interface ClusterPreference {
  readonly minReplicas: number;
  /** absent: unlimited */
  readonly maxReplicas?: number;
  readonly weight: number;
}

/** What a ReplicaSchedulingPreference says, with its defaults. */
export interface Preference {
  readonly targetKind: string;
  readonly totalReplicas: number;
  readonly rebalance: boolean;
  readonly intersectWithClusterSelector: boolean;
  /** by cluster name; `*` stands for every cluster without an entry of its own */
  readonly clusters: ReadonlyMap<string, ClusterPreference>;
  /** how long a cluster must be not Ready before its replicas move */
  readonly failoverDelaySeconds: number;
  /** how long a lost cluster must be Ready again before it is given replicas */
  readonly recoveryDelaySeconds: number;
}

const EVERY_CLUSTER = '*';

/**
 * Reads the spec of a ReplicaSchedulingPreference. Numbers below zero count as zero.
 *
 * Source: KubeFed v0.10.0 (no clusters: all with weight 1; 60 s until a cluster's replicas move, 20 s until it is
 * used again); the two delays as fields are ours
 */
export function readPreference(preference: JsonObject): Preference {
  const spec = objectAt(preference, 'spec');
  const entries = Object.entries(objectAt(spec, 'clusters') ?? {});
  const clusters = entries.map(([name, entry]) => [name, readCluster(entry)] as const);
  return {
    targetKind: stringAt(spec, 'targetKind') ?? '',
    totalReplicas: countAt(spec, 'totalReplicas') ?? 0,
    rebalance: spec?.['rebalance'] === true,
    intersectWithClusterSelector: spec?.['intersectWithClusterSelector'] === true,
    clusters: new Map(
      clusters.length > 0 ? clusters : [[EVERY_CLUSTER, { minReplicas: 0, weight: 1 }]],
    ),
    failoverDelaySeconds: countAt(spec, 'failoverDelaySeconds') ?? 60,
    recoveryDelaySeconds: countAt(spec, 'recoveryDelaySeconds') ?? 20,
  };
}

/** @returns what the preference says of one cluster; undefined when neither its name nor `*` is in it */
export function preferenceOf(
  preference: Preference,
  cluster: string,
): ClusterPreference | undefined {
  return preference.clusters.get(cluster) ?? preference.clusters.get(EVERY_CLUSTER);
}

function readCluster(entry: JsonObject[string]): ClusterPreference {
  const maxReplicas = countAt(entry, 'maxReplicas');
  return {
    minReplicas: countAt(entry, 'minReplicas') ?? 0,
    ...(maxReplicas === undefined ? {} : { maxReplicas }),
    weight: countAt(entry, 'weight') ?? 0,
  };
}

function countAt(value: JsonObject[string], key: string): number | undefined {
  const found = valueAt(value, key);
  return typeof found === 'number' ? Math.max(0, Math.trunc(found)) : undefined;
}
