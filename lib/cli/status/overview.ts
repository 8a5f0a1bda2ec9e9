import { isReady } from '../../core/readiness.ts';
import { readTombstones, type Tombstone, tombstonesOwner } from '../../core/tombstones.ts';
import { type JsonObject, listAt, stringAt } from '../../model/json.ts';
import type { FederatedType } from '../../model/type-config.ts';
import { type Deletion, deletionsOf, type Trouble, troublesOf } from './object-troubles.ts';

export interface ClusterLine {
  readonly name: string;
  readonly ready: 'True' | 'False' | 'Unknown';
  /** reason and message of the condition that says why */
  readonly reason: string;
  readonly message: string;
  /** when that became so, RFC 3339; absent before the first probe */
  readonly since?: string;
  /** Kubernetes version; absent when no probe has found it yet */
  readonly version?: string;
  readonly region?: string;
  /** of one request from here, on an open connection; absent when nobody asked or nothing answered */
  readonly latencyMs?: number;
}

export interface TypeLine {
  /** name of the FederatedTypeConfig */
  readonly name: string;
  /** kind of its federated objects */
  readonly federated: string;
  /** `StandsStill` is enabled, but nothing is propagated: see `doctor` */
  readonly state: 'Enabled' | 'Disabled' | 'StandsStill' | 'BeingDeleted';
  /** absent where objects were not counted */
  readonly objects?: number;
  readonly inSync?: number;
}

export interface QueueLine {
  readonly name: string;
  readonly waiting: number;
  readonly inFlight: number;
  /** how long the oldest message has been there; absent for an empty queue, and where CloudWatch does not tell */
  readonly oldestSeconds?: number;
  /** messages that were put aside */
  readonly dead: number;
}

/** A delete that a member has still to hear of. */
export interface Owed extends Pick<Tombstone, 'type' | 'namespace' | 'name' | 'action'> {
  readonly cluster: string;
}

export interface Overview {
  /** when the watch was last alive, by the host's clock; absent when there is no Lease */
  readonly watchRenewed?: string;
  /** sorted by name */
  readonly clusters: readonly ClusterLine[];
  readonly types: readonly TypeLine[];
  /** sorted by type, namespace, name and cluster */
  readonly outOfSync: readonly Trouble[];
  /** objects that are being deleted, sorted likewise */
  readonly deletions: readonly Deletion[];
  readonly owed: readonly Owed[];
  /** empty when they could not be seen */
  readonly queues: readonly QueueLine[];
  /** what could not be seen, and why */
  readonly notSeen: readonly string[];
}

/** What was read of the federation; anything that could not be is left out and told in `notSeen`. */
export interface OverviewFacts {
  readonly clusters: readonly JsonObject[];
  readonly types: readonly TypeFacts[];
  readonly tombstones: readonly JsonObject[];
  readonly lease?: JsonObject;
  readonly deletionDeadlineSeconds: number;
  /** milliseconds by name of cluster */
  readonly latencies: ReadonlyMap<string, number>;
  readonly queues: readonly QueueLine[];
  readonly notSeen: readonly string[];
}

export interface TypeFacts {
  /** `enabled` is what the FederatedTypeConfig says */
  readonly type: FederatedType;
  /** whether its objects are propagated */
  readonly running: boolean;
  /** absent where they were not listed */
  readonly objects?: readonly JsonObject[];
}

/** Says how the federation is doing: everything that is not as it should be, and the rest in numbers. */
export function overviewOf(facts: OverviewFacts): Overview {
  const judged = facts.types
    .toSorted((a, b) => (a.type.name < b.type.name ? -1 : 1))
    .map((one) => judgeType(one, facts.deletionDeadlineSeconds));
  const renewed = stringAt(facts.lease, 'spec', 'renewTime');
  return {
    ...(renewed === undefined ? {} : { watchRenewed: renewed }),
    clusters: facts.clusters
      .map((cluster) => clusterLine(cluster, facts.latencies))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    types: judged.map(({ line }) => line),
    outOfSync: judged.flatMap(({ troubles }) => troubles),
    deletions: judged.flatMap(({ deletions }) => deletions),
    owed: owedDeletes(facts),
    queues: facts.queues,
    notSeen: facts.notSeen,
  };
}

/** @returns the line of one KubeFedCluster */
export function clusterLine(
  cluster: JsonObject,
  latencies: ReadonlyMap<string, number> = new Map(),
): ClusterLine {
  const name = stringAt(cluster, 'metadata', 'name') ?? '';
  const version = stringAt(cluster, 'status', 'kubernetesVersion');
  const region =
    stringAt(cluster, 'status', 'region') ?? stringAt(cluster, 'spec', 'eks', 'region');
  const latencyMs = latencies.get(name);
  return {
    name,
    ...readinessOf(cluster),
    ...(version === undefined ? {} : { version }),
    ...(region === undefined ? {} : { region }),
    ...(latencyMs === undefined ? {} : { latencyMs }),
  };
}

/** By the condition that counts: Ready, or without one (KubeFed writes none) that which says why not. */
function readinessOf(
  cluster: JsonObject,
): Pick<ClusterLine, 'ready' | 'reason' | 'message' | 'since'> {
  const conditions = listAt(cluster, 'status', 'conditions');
  const ofType = (type: string) => conditions.find((one) => stringAt(one, 'type') === type);
  const telling = ofType('Ready') ?? ofType('ConfigMalformed') ?? ofType('Offline');
  if (telling === undefined) {
    return { ready: 'Unknown', reason: 'NotProbedYet', message: 'no probe has reported yet' };
  }
  const since = stringAt(telling, 'lastTransitionTime');
  return {
    ready: isReady(cluster) ? 'True' : 'False',
    reason: stringAt(telling, 'reason') ?? '',
    message: stringAt(telling, 'message') ?? '',
    ...(since === undefined ? {} : { since }),
  };
}

function judgeType(facts: TypeFacts, deadlineSeconds: number) {
  const { type, objects } = facts;
  const line = { name: type.name, federated: type.federated.kind, state: stateOf(facts) };
  if (objects === undefined) return { line, troubles: [], deletions: [] };
  const sorted = objects.toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
  const troubles = sorted.map((object) => troublesOf(type, object));
  const deletions = sorted.map((object) => deletionsOf(type, object, deadlineSeconds));
  const inSync = sorted.filter(
    (_, at) => troubles[at]?.length === 0 && deletions[at]?.length === 0,
  ).length;
  return {
    line: { ...line, objects: objects.length, inSync },
    troubles: troubles.flat(),
    deletions: deletions.flat(),
  };
}

function stateOf({ type, running }: TypeFacts): TypeLine['state'] {
  if (type.going) return 'BeingDeleted';
  if (!type.enabled) return 'Disabled';
  return running ? 'Enabled' : 'StandsStill';
}

/** Namespace and name, so that a sort does not mix `a/b-c` and `a-b/c`. */
function placeOf(object: JsonObject): string {
  const namespace = stringAt(object, 'metadata', 'namespace') ?? '';
  return `${namespace}\u0000${stringAt(object, 'metadata', 'name') ?? ''}`;
}

function owedDeletes({ clusters, tombstones }: OverviewFacts): Owed[] {
  const names = new Map(
    clusters.map((one) => [stringAt(one, 'metadata', 'uid'), stringAt(one, 'metadata', 'name')]),
  );
  const owed = tombstones.flatMap((configMap) => {
    const cluster = names.get(tombstonesOwner(configMap));
    if (cluster === undefined) return [];
    return readTombstones(configMap).map(({ type, namespace, name, action }) => ({
      ...{ cluster, type, name, action },
      ...(namespace === undefined ? {} : { namespace }),
    }));
  });
  const order = (one: Owed) =>
    [one.cluster, one.type, one.namespace ?? '', one.name].join('\u0000');
  return owed.sort((a, b) => (order(a) < order(b) ? -1 : 1));
}
