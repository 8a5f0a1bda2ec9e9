import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  listAt,
  stringAt,
} from '../../model/json.ts';

const REPLICAS = '/spec/replicas';
/** how manifests before v0.1.0-rc4 wrote it; still read */
const DOTTED_REPLICAS = 'spec.replicas';

/** What the federated object is to say. */
export interface Assignment {
  /** replicas by cluster; these clusters are placed, also those with 0 */
  readonly replicas: ReadonlyMap<string, number>;
  /** clusters whose placement and override stay as they are (lost, paused) */
  readonly untouched: ReadonlySet<string>;
}

/**
 * Writes replicas into a federated object: the placement lists every cluster of the assignment, each has one override
 * of `/spec/replicas`. Overrides of anything else stay in their order, and so does a clusterSelector (not heeded while
 * there is a list). An entry that holds nothing any more goes.
 *
 * @param federated never changed
 * @returns undefined when it says all this already
 * Source: KubeFed v0.10.0, update of a federated object by the scheduler; keeping the order is ours
 */
export function rewriteReplicas(
  federated: JsonObject,
  assignment: Assignment,
): JsonObject | undefined {
  const spec = isJsonObject(federated['spec']) ? federated['spec'] : {};
  const placement = isJsonObject(spec['placement']) ? spec['placement'] : {};
  const listed = placedClusters(federated);
  const kept = listed.filter((name) => assignment.untouched.has(name));
  const wanted = [...new Set([...assignment.replicas.keys(), ...kept])].sort();
  const samePlacement =
    Array.isArray(placement['clusters']) &&
    [...new Set(listed)].sort().join(' ') === wanted.join(' ');

  const before = listAt(spec, 'overrides');
  const overrides = overridesWith(before, assignment);
  const sameOverrides = JSON.stringify(before) === JSON.stringify(overrides);
  if (samePlacement && sameOverrides) return undefined;
  return {
    ...federated,
    spec: {
      ...spec,
      ...(samePlacement
        ? {}
        : { placement: { ...placement, clusters: wanted.map((name) => ({ name })) } }),
      ...(sameOverrides ? {} : { overrides }),
    },
  };
}

/** @returns names in `spec.placement.clusters`, as written; empty without a list */
export function placedClusters(federated: JsonObject): string[] {
  return listAt(federated, 'spec', 'placement', 'clusters').flatMap(
    (entry) => stringAt(entry, 'name') ?? [],
  );
}

/** @returns the number that an override gives one cluster; undefined when there is none, or it is no number */
export function overriddenReplicas(federated: JsonObject, cluster: string): number | undefined {
  const entry = listAt(federated, 'spec', 'overrides').find(
    (one) => stringAt(one, 'clusterName') === cluster,
  );
  const override = listAt(entry, 'clusterOverrides').filter(isJsonObject).find(isOfReplicas);
  const value = override?.['value'];
  return typeof value === 'number' ? value : undefined;
}

function overridesWith(before: readonly JsonValue[], assignment: Assignment): JsonValue[] {
  const missing = new Map([...assignment.replicas].sort(([a], [b]) => (a < b ? -1 : 1)));
  const rewritten = before.flatMap((entry): JsonValue[] => {
    const cluster = stringAt(entry, 'clusterName') ?? '';
    if (!isJsonObject(entry) || assignment.untouched.has(cluster)) return [entry];
    const value = assignment.replicas.get(cluster);
    missing.delete(cluster);
    return entryWith(entry, value);
  });
  const added = [...missing].map(([clusterName, value]) => ({
    clusterName,
    clusterOverrides: [{ path: REPLICAS, value }],
  }));
  return [...rewritten, ...added];
}

function entryWith(entry: JsonObject, value: number | undefined): JsonValue[] {
  const before = listAt(entry, 'clusterOverrides');
  if (value === undefined) {
    if (!before.some(isOfReplicas)) return [entry];
    const others = before.filter((one) => !isOfReplicas(one));
    return others.length === 0 ? [] : [{ ...entry, clusterOverrides: others }];
  }
  const index = before.findIndex(isOfReplicas);
  if (index < 0) {
    return [{ ...entry, clusterOverrides: [...before, { path: REPLICAS, value }] }];
  }
  const clusterOverrides = before.flatMap((one, at): JsonValue[] => {
    if (at === index) return [saysReplicas(one, value) ? one : { path: REPLICAS, value }];
    return isOfReplicas(one) ? [] : [one];
  });
  return [{ ...entry, clusterOverrides }];
}

/** An `op: replace` or a dotted path says the same: left as written, so that its hash stays. */
function saysReplicas(override: JsonValue, value: number): boolean {
  if (!isJsonObject(override)) return false;
  return override['value'] === value && (override['op'] ?? 'replace') === 'replace';
}

function isOfReplicas(override: JsonValue): boolean {
  const path = stringAt(override, 'path');
  return path === REPLICAS || path === DOTTED_REPLICAS;
}
