import { type ClusterEntry, storedEntries } from '../../core/entries.ts';
import { computePlacement, type RegisteredCluster } from '../../core/placement.ts';
import { isReady } from '../../core/readiness.ts';
import { objectVersion } from '../../core/version.ts';
import {
  isJsonObject,
  type JsonObject,
  listAt,
  objectAt,
  stringAt,
  stringMapAt,
  valueAt,
} from '../../model/json.ts';
import { PROPAGATION_CONDITION } from '../../model/names.ts';
import type { PropagationCode } from '../../model/propagation.ts';
import type { FederatedType } from '../../model/type-config.ts';
import { type Deletion, deletionsOf } from './object-troubles.ts';

/** What a member itself says of the target. */
export type LiveTarget =
  | { readonly found: 'object'; readonly object: JsonObject }
  | { readonly found: 'nothing' }
  | { readonly found: 'notSeen'; readonly why: string };

export interface MemberLine {
  readonly cluster: string;
  /** whether the placement names it; `unknown` when nobody joined it */
  readonly placed: 'yes' | 'no' | 'unknown';
  readonly ready: boolean;
  /** `NotReported` when the status says nothing of this cluster */
  readonly code: PropagationCode | 'NotReported' | 'NotPlaced';
  readonly message: string;
  /** the version that was last right there; absent when none is recorded */
  readonly recorded?: string;
  /** the version that is there now, `absent` when there is none; absent when it could not be seen */
  readonly live?: string;
}

export interface ObjectView {
  readonly type: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  /** of the condition Propagation: `True`, `False`, or `Unknown` before the first report */
  readonly propagated: string;
  /** why not, and since when */
  readonly reason?: string;
  readonly message?: string;
  readonly since?: string;
  readonly generation: number;
  /** generation that the status is about; absent before the first report */
  readonly observedGeneration?: number;
  /** sorted by cluster */
  readonly members: readonly MemberLine[];
  readonly deletions: readonly Deletion[];
  readonly notSeen: readonly string[];
}

export interface ObjectFacts {
  readonly type: FederatedType;
  readonly federated: JsonObject;
  readonly federatedNamespace?: JsonObject;
  readonly propagatedVersion?: JsonObject;
  readonly clusters: readonly JsonObject[];
  readonly scope: 'Cluster' | 'Namespaced';
  readonly deletionDeadlineSeconds: number;
  /** by cluster; members that were not asked are left out */
  readonly live: ReadonlyMap<string, LiveTarget>;
  readonly notSeen: readonly string[];
}

/** Says how one federated object fares in each member: where it should be, is said to be, and is. */
export function objectView(facts: ObjectFacts): ObjectView {
  const { type, federated } = facts;
  const observed = valueAt(federated, 'status', 'observedGeneration');
  const namespace = stringAt(federated, 'metadata', 'namespace');
  const silent = [...facts.live].flatMap(([cluster, live]) =>
    live.found === 'notSeen' ? [`${cluster}: ${live.why}`] : [],
  );
  return {
    type: type.name,
    kind: type.federated.kind,
    ...(namespace === undefined ? {} : { namespace }),
    name: stringAt(federated, 'metadata', 'name') ?? '',
    ...propagationOf(federated),
    generation: Number(valueAt(federated, 'metadata', 'generation') ?? 0),
    ...(typeof observed === 'number' ? { observedGeneration: observed } : {}),
    members: memberLines(facts),
    deletions: deletionsOf(type, federated, facts.deletionDeadlineSeconds),
    notSeen: [...facts.notSeen, ...silent],
  };
}

function propagationOf(
  federated: JsonObject,
): Pick<ObjectView, 'propagated' | 'reason' | 'message' | 'since'> {
  const condition = listAt(federated, 'status', 'conditions').find(
    (one) => stringAt(one, 'type') === PROPAGATION_CONDITION,
  );
  const reason = stringAt(condition, 'reason');
  const message = stringAt(condition, 'message');
  const since = stringAt(condition, 'lastTransitionTime');
  return {
    propagated: stringAt(condition, 'status') ?? 'Unknown',
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
    ...(since === undefined ? {} : { since }),
  };
}

function memberLines(facts: ObjectFacts): MemberLine[] {
  const { selected, unknown } = placementOfObject(facts);
  const entries = new Map(
    storedEntries(objectAt(facts.federated, 'status')).map((entry) => [entry.name, entry]),
  );
  const recorded = recordedVersions(facts.propagatedVersion);
  const byName = new Map(facts.clusters.map((one) => [stringAt(one, 'metadata', 'name'), one]));
  const names = new Set([...selected, ...unknown, ...entries.keys(), ...recorded.keys()]);
  return [...names].sort().map((cluster) => {
    const registered = byName.get(cluster);
    const placed = selected.includes(cluster);
    const version = recorded.get(cluster);
    return {
      cluster,
      placed: registered === undefined ? 'unknown' : placed ? 'yes' : 'no',
      ready: registered !== undefined && isReady(registered),
      ...reported(entries.get(cluster), placed, registered !== undefined),
      ...(version === undefined ? {} : { recorded: version }),
      ...liveVersion(facts.live.get(cluster)),
    };
  });
}

function reported(
  entry: ClusterEntry | undefined,
  placed: boolean,
  registered: boolean,
): Pick<MemberLine, 'code' | 'message'> {
  if (entry !== undefined) return { code: entry.code, message: entry.message ?? '' };
  const message = registered ? '' : NOBODY_JOINED;
  return { code: placed ? 'NotReported' : 'NotPlaced', message };
}

const NOBODY_JOINED = 'no cluster of this name has joined';

/** @returns clusters that the object should be in; of one that is being deleted, none */
export function placementOfObject(
  facts: Pick<ObjectFacts, 'type' | 'federated' | 'federatedNamespace' | 'clusters' | 'scope'>,
): { readonly selected: readonly string[]; readonly unknown: readonly string[] } {
  const { type, federated, federatedNamespace, scope } = facts;
  if (stringAt(federated, 'metadata', 'deletionTimestamp')) return { selected: [], unknown: [] };
  const placement = computePlacement({
    federated,
    namespaced: type.target.namespaced,
    scope,
    clusters: facts.clusters.map(registeredCluster),
    ...(federatedNamespace === undefined ? {} : { federatedNamespace }),
  });
  return placement.ok ? placement : { selected: [], unknown: [] };
}

function registeredCluster(cluster: JsonObject): RegisteredCluster {
  return {
    name: stringAt(cluster, 'metadata', 'name') ?? '',
    labels: stringMapAt(cluster, 'metadata', 'labels'),
  };
}

/** @returns version by cluster as recorded, under whatever template */
export function recordedVersions(propagatedVersion: JsonObject | undefined): Map<string, string> {
  const recorded = listAt(propagatedVersion, 'status', 'clusterVersions').filter(isJsonObject);
  return new Map(
    recorded.map((one) => [stringAt(one, 'clusterName') ?? '', stringAt(one, 'version') ?? '']),
  );
}

function liveVersion(live: LiveTarget | undefined): { readonly live?: string } {
  if (live === undefined || live.found === 'notSeen') return {};
  return { live: live.found === 'nothing' ? 'absent' : objectVersion(live.object) };
}
