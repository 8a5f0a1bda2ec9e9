import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  listAt,
  objectAt,
  stringAt,
  stringMapAt,
  valueAt,
} from '../model/json.ts';
import type { ClusterResult, Job, PlanFacts } from '../model/messages.ts';
import { DELETE_OPTIONS_ANNOTATION, ORPHAN_ANNOTATION } from '../model/names.ts';
import type { PropagationReason } from '../model/propagation.ts';
import { type ClusterEntry, storedEntries } from './entries.ts';
import { overridesVersion, templateVersion } from './hash.ts';
import { readLabelSelector } from './label-selector.ts';
import { clusterPauseMessage } from './paused.ts';
import { isReady } from './readiness.ts';
import { recordedVersionFor } from './recorded-versions.ts';

/** What a job is made of, apart from the key of its object. */
export type JobDraft = Pick<
  Job,
  'cluster' | 'action' | 'recordedVersion' | 'expectAbsent' | 'refused' | 'deleteOptions'
>;

export interface Plan {
  /** sorted by cluster; empty when no member has to be asked */
  readonly jobs: readonly JobDraft[];
  readonly facts: PlanFacts;
}

export interface PlanInput {
  readonly federated: JsonObject;
  /** names of the clusters in the placement, sorted; for an object that is being deleted too */
  readonly selected: readonly string[];
  readonly reason?: PropagationReason;
  readonly warnings: NonNullable<PlanFacts['warnings']>;
  /** every KubeFedCluster by name */
  readonly clusters: ReadonlyMap<string, JsonObject>;
  /** the PropagatedVersion or ClusterPropagatedVersion of the object */
  readonly propagatedVersion: JsonObject | undefined;
  /** nothing can have been recorded yet: the object has only just got its finalizer */
  readonly fresh: boolean;
  /** members in which something of ours was seen, whatever the records say */
  readonly driftClusters: readonly string[];
  /** clusters that an object which is being deleted leaves together with its namespace, without a job */
  readonly leaving?: ReadonlySet<string>;
  /** the object is to go although it is not marked as deleted yet */
  readonly terminating?: boolean;
  /** why no member is to be touched for this object; absent when it is not paused */
  readonly pauseMessage?: string;
}

/**
 * Decides what has to be done where, for an object that stays and for one that is being deleted.
 *
 * | cluster | in the placement         | not, but something of ours may be there | deleting, something may be there |
 * |---------|--------------------------|-----------------------------------------|----------------------------------|
 * | ready   | job ensure               | job remove                              | job remove, or release (orphan)  |
 * | unready | known: ClusterNotReady   | known: ClusterNotReady                  | known: ClusterNotReady           |
 *
 * A ready cluster of which writes are held back is known as `Paused` or `ClusterPaused` instead of getting a job.
 *
 * "May be there" is the union of the recorded versions, the last status, the drift that woke us, and for a deletion
 * the placement: a cluster that lost its label or its FederatedNamespace is not forgotten. An object that changes again
 * before its last change was reported may be in any ready cluster. An unready cluster stays in the status until it has
 * come back and been cleaned.
 * Source: KubeFed v0.10.0, decision per cluster; the union is ours (v0.9.2 looked at the placement alone), and so is the
 * entry of an unready cluster outside the placement (v0.10.0 needs none: it looks into every cluster in each pass)
 */
export function planPropagation(input: PlanInput): Plan {
  const marked = valueAt(input.federated, 'metadata', 'deletionTimestamp') !== undefined;
  const deleting = marked || input.terminating === true;
  const hashes = {
    templateVersion: templateVersion(valueAt(input.federated, 'spec', 'template')),
    overridesVersion: overridesVersion(specOf(input.federated), (selector) =>
      clustersMatching(selector, input.clusters),
    ),
  };
  const ours = clustersWithSomethingOfOurs(input);
  const concerned = [...new Set([...input.selected, ...ours, ...suspects(input)])].filter(
    (name) => input.clusters.has(name) && !(deleting && input.leaving?.has(name)),
  );
  const wanted = new Set(deleting ? [] : input.selected);
  const held = concerned.sort().flatMap((cluster) => heldResult(input, cluster) ?? []);
  const isHeld = new Set(held.map(({ cluster }) => cluster));
  const free = concerned.filter((cluster) => !isHeld.has(cluster));
  const entries = new Map(
    storedEntries(objectAt(input.federated, 'status')).map((entry) => [entry.name, entry]),
  );
  const removal = deleting ? removalOf(input.federated) : ({ action: 'remove' } as const);
  const jobs = free.map((cluster): JobDraft => {
    if (!wanted.has(cluster)) return { cluster, ...removal };
    const recordedVersion = recordedVersionFor(input.propagatedVersion, cluster, hashes);
    return {
      cluster,
      action: 'ensure',
      ...(recordedVersion === undefined ? {} : { recordedVersion }),
      ...(ours.has(cluster) ? {} : { expectAbsent: true }),
      ...refusedBefore(entries.get(cluster)),
    };
  });
  return {
    jobs,
    facts: { ...factsOf(input, jobs), ...hashes, known: held, deleting, selected: [...wanted] },
  };
}

function refusedBefore(entry: ClusterEntry | undefined): Pick<JobDraft, 'refused'> {
  if (entry?.refused === undefined) return {};
  return { refused: { fingerprint: entry.refused, message: entry.message ?? '' } };
}

function factsOf(input: PlanInput, jobs: readonly JobDraft[]) {
  return {
    uid: stringAt(input.federated, 'metadata', 'uid') ?? '',
    generation: generationOf(input.federated),
    resourceVersion: stringAt(input.federated, 'metadata', 'resourceVersion') ?? '',
    planned: jobs.map((job) => job.cluster),
    fresh: input.fresh,
    ...(input.reason === undefined ? {} : { reason: input.reason }),
    ...(input.warnings.length === 0 ? {} : { warnings: input.warnings }),
  };
}

/** @returns what is known of a cluster without asking it; undefined when it gets a job */
function heldResult(input: PlanInput, cluster: string): ClusterResult | undefined {
  const kubeFedCluster = input.clusters.get(cluster);
  if (!isReady(kubeFedCluster ?? {})) return { cluster, code: 'ClusterNotReady' };
  const { pauseMessage } = input;
  if (pauseMessage !== undefined) return { cluster, code: 'Paused', message: pauseMessage };
  const message = clusterPauseMessage(kubeFedCluster);
  return message === undefined ? undefined : { cluster, code: 'ClusterPaused', message };
}

/** @returns names, sorted; none for a selector that cannot be read: no override applies then, anywhere */
function clustersMatching(selector: JsonValue, clusters: PlanInput['clusters']): string[] {
  const read = isJsonObject(selector) ? readLabelSelector(selector) : undefined;
  if (!read?.ok) return [];
  const matching = [...clusters].filter(([, cluster]) =>
    read.matches(stringMapAt(cluster, 'metadata', 'labels')),
  );
  return matching.map(([name]) => name).sort();
}

function clustersWithSomethingOfOurs(input: PlanInput): Set<string> {
  const recorded = listAt(input.propagatedVersion, 'status', 'clusterVersions').map((entry) =>
    stringAt(entry, 'clusterName'),
  );
  const reported = listAt(input.federated, 'status', 'clusters').map((e) => stringAt(e, 'name'));
  const names = [...recorded, ...reported, ...input.driftClusters];
  return new Set(names.filter((name) => name !== undefined));
}

/** Every edit moves the generation by one, and so does a deletion; each is reported with its generation. */
function suspects({ federated, fresh, clusters }: PlanInput): string[] {
  const observed = valueAt(federated, 'status', 'observedGeneration');
  const generation = generationOf(federated);
  if (fresh || observed === generation || observed === generation - 1) return [];
  return [...clusters].filter(([, cluster]) => isReady(cluster)).map(([name]) => name);
}

function removalOf(federated: JsonObject): Pick<JobDraft, 'action' | 'deleteOptions'> {
  const annotation = (key: string) => stringAt(federated, 'metadata', 'annotations', key);
  if (annotation(ORPHAN_ANNOTATION) === 'true') return { action: 'release' };
  const deleteOptions = annotation(DELETE_OPTIONS_ANNOTATION);
  return deleteOptions === undefined ? { action: 'remove' } : { action: 'remove', deleteOptions };
}

function specOf(federated: JsonObject): JsonObject | undefined {
  const spec = federated['spec'];
  return isJsonObject(spec) ? spec : undefined;
}

function generationOf(federated: JsonObject): number {
  const generation = valueAt(federated, 'metadata', 'generation');
  return typeof generation === 'number' ? generation : 0;
}
