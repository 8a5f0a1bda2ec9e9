import {
  type ClusterEntry,
  mergeEntries,
  remainingEntries,
  storedEntries,
} from '../../core/entries.ts';
import { newWarnings, type Warning, warningEvent } from '../../core/events.ts';
import { nextRecordedVersions, recordedVersionFor } from '../../core/recorded-versions.ts';
import { nextStatus } from '../../core/status.ts';
import { type JsonObject, listAt, objectAt, stringAt, valueAt } from '../../model/json.ts';
import type { ClusterResult, Outcome, PlanFacts, Sweep } from '../../model/messages.ts';
import { NAMESPACES_TYPE } from '../../model/names.ts';
import { apiVersionOf, type ObjectKey, objectKey } from '../../model/resource.ts';
import { EVENTS } from '../../model/resources.ts';
import type { FederatedType } from '../../model/type-config.ts';
import type { ApiResult, Clock, Cluster, Log } from '../../ports.ts';
import type { FederationReader } from '../federation.ts';
import { removeFinalizer } from '../finalizer.ts';
import { NO_UID } from '../plan/plan-object.ts';
import { recordOf } from '../propagated-version.ts';
import { HostError, unwrapIfFound } from '../unwrap.ts';

export interface StatusPorts {
  readonly host: Cluster;
  readonly federation: FederationReader;
  readonly clock: Clock;
  readonly log: Log;
}

/** What the outcomes of one object come to. */
interface Report {
  readonly ports: StatusPorts;
  readonly type: FederatedType;
  readonly key: ObjectKey;
  readonly plan: PlanFacts;
  readonly results: readonly ClusterResult[];
  /** the federated object; for a fresh one no more than its identity, for it has no status to read */
  readonly federated: JsonObject;
  /** nothing has been recorded or reported before */
  readonly fresh: boolean;
}

/**
 * Writes what became of one object: recorded versions, status, warnings; for one that is being deleted, takes off our
 * finalizer when nothing of it is left. Writes nothing when nothing has changed.
 *
 * @param outcomes of one object, oldest first; the newest plan of the highest generation counts
 * @param attempt 1 when none of them was delivered before
 * @returns what has to be looked at next: the contents of a namespace that has just come into being in a member
 * @throws {HostError} the host refused: the outcomes are to be tried again
 */
export async function report(
  ports: StatusPorts,
  outcomes: readonly Outcome[],
  attempt: number,
): Promise<readonly Sweep[]> {
  const newest = newestPlan(outcomes);
  if (newest === undefined || newest.plan.uid === NO_UID) return [];
  const { plan } = newest;
  const federation = await ports.federation.at(newest.contextRevision);
  const type = federation.types.get(newest.type);
  if (type === undefined) return [];
  const key = objectKey(newest.namespace, newest.name);
  const results = resultsFor(plan, outcomes);
  const fresh = attempt === 1 && isFirstReport(plan, results);
  const { uid, generation, resourceVersion } = plan;
  const federated = fresh
    ? { metadata: { uid, generation, resourceVersion } }
    : unwrapIfFound(await ports.host.get(type.federated, key));
  if (federated === undefined || !isPlanned(federated, plan)) return [];
  const subject: Report = { ports, type, key, plan, results, federated, fresh };
  if (plan.deleting) {
    await finishDeletion(subject);
    return [];
  }
  const created = await recordAndReport(subject);
  return created && type.name === NAMESPACES_TYPE ? [sweepOf(newest)] : [];
}

/** A slow member may report on an older generation after the others have reported on the newest. */
function newestPlan(outcomes: readonly Outcome[]): Outcome | undefined {
  const highest = Math.max(...outcomes.map(({ plan }) => plan.generation));
  return outcomes.findLast(({ plan }) => plan.generation === highest);
}

/** What was made of another template, or what the plan wants otherwise, must not go on record. */
function resultsFor(plan: PlanFacts, outcomes: readonly Outcome[]): ClusterResult[] {
  const selected = new Set(plan.selected);
  const byCluster = new Map<string, ClusterResult>();
  for (const outcome of outcomes) {
    if (outcome.plan.uid !== plan.uid || outcome.plan.generation !== plan.generation) continue;
    for (const result of outcome.results) {
      const { cluster, code } = result;
      const outdated = selected.has(cluster) ? code === 'gone' : code === 'OK';
      if (!outdated) byCluster.set(cluster, result);
    }
  }
  return [...byCluster.values()];
}

/** Nothing has to be read before it is written: nothing was on record, and every cluster reports at once. */
function isFirstReport(plan: PlanFacts, results: readonly ClusterResult[]): boolean {
  const reported = new Set(results.map(({ cluster }) => cluster));
  return plan.fresh && plan.planned.every((cluster) => reported.has(cluster));
}

/** An object of another uid or generation has a plan of its own, which will report. */
function isPlanned(federated: JsonObject, { uid, generation }: PlanFacts): boolean {
  const { metadata } = federated;
  return stringAt(metadata, 'uid') === uid && (valueAt(metadata, 'generation') ?? 0) === generation;
}

async function finishDeletion(report: Report): Promise<void> {
  const { ports, federated, plan, results } = report;
  const stored = storedEntries(objectAt(federated, 'status'));
  const observed = valueAt(federated, 'status', 'observedGeneration');
  const observedGeneration = typeof observed === 'number' ? observed : undefined;
  const entries = remainingEntries({ plan, results, stored, observedGeneration });
  if (entries.length > 0) return writeStatus(report, { entries, stored, changed: false });
  await removeFinalizer(ports.host, report.type.federated, report.key, federated);
}

/** @returns whether a member has got the object for the first time */
async function recordAndReport(report: Report): Promise<boolean> {
  const { ports, type, key, plan, results } = report;
  const record = recordOf(type.target.kind, key);
  const recorded = report.fresh
    ? undefined
    : unwrapIfFound(await ports.host.get(record.resource, record.key));
  const written = new Map<string, string>();
  for (const { cluster, code, version } of results) {
    if (code === 'OK' && version !== undefined) written.set(cluster, version);
  }
  const next = nextRecordedVersions({
    current: objectAt(recorded, 'status'),
    templateVersion: plan.templateVersion,
    overridesVersion: plan.overridesVersion,
    selected: plan.selected,
    written,
  });
  const stored = storedEntries(objectAt(report.federated, 'status'));
  const merged = mergeEntries({ plan, results, stored, recorded: recordedClusters(next.status) });
  const failing = merged.entries.some((entry) => entry.code !== 'OK');
  const before = (cluster: string) => recordedVersionFor(recorded, cluster, plan);
  const changes = results.filter((r) => r.wrote === true && r.version !== before(r.cluster));
  const telling = { entries: merged.entries, stored, changed: changes.length > 0 };
  const partial = merged.pending.length > 0 && !failing;
  await Promise.all([
    plan.reason === 'ComputePlacementFailed' || !next.changed
      ? undefined
      : writeRecord(report, recorded, next.status),
    partial ? dropGone(report) : writeStatus(report, telling),
  ]);
  return changes.some(({ cluster }) => before(cluster) === undefined);
}

function recordedClusters(status: JsonObject): Set<string> {
  const names = listAt(status, 'clusterVersions').map((entry) => stringAt(entry, 'clusterName'));
  return new Set(names.filter((name) => name !== undefined));
}

async function writeRecord(
  { ports, type, key, plan }: Report,
  recorded: JsonObject | undefined,
  status: JsonObject,
): Promise<void> {
  const { resource, key: recordKey } = recordOf(type.target.kind, key);
  const { kind } = type.federated;
  const owner = { apiVersion: apiVersionOf(type.federated), kind, name: key.name, uid: plan.uid };
  const metadata = { ...recordKey, ownerReferences: [owner] };
  if (recorded === undefined) {
    const apiVersion = apiVersionOf(resource);
    const object = { apiVersion, kind: resource.kind, metadata };
    const created = await ports.host.create(resource, object);
    if (isRefusedByTermination(created)) return;
    if (!created.ok && created.error.kind !== 'AlreadyExists') throw new HostError(created.error);
    if (!created.ok) unwrapIfFound(await ports.host.patch(resource, recordKey, { metadata }));
  } else if (!isOwnedBy(recorded, plan.uid)) {
    unwrapIfFound(await ports.host.patch(resource, recordKey, { metadata }));
  }
  unwrapIfFound(await ports.host.patch(resource, recordKey, { status }, 'status'));
}

/** The record of an earlier object of the same name would be collected as garbage with what it now says. */
function isOwnedBy(record: JsonObject, uid: string): boolean {
  return listAt(record, 'metadata', 'ownerReferences').some((o) => stringAt(o, 'uid') === uid);
}

/** In a namespace that is going away nothing can be created, and nothing has to be. */
function isRefusedByTermination(result: ApiResult): boolean {
  return !result.ok && (result.error.kind === 'Forbidden' || result.error.kind === 'NotFound');
}

/**
 * While members are outstanding a success is on record but not yet told: one status write instead of many. That a
 * member has nothing left is on record nowhere else, and is told at once; the generation stays unobserved.
 */
async function dropGone({ ports, type, key, results, federated }: Report): Promise<void> {
  const gone = new Set(results.filter(({ code }) => code === 'gone').map((r) => r.cluster));
  const stored = listAt(federated, 'status', 'clusters');
  const clusters = stored.filter((entry) => !gone.has(stringAt(entry, 'name') ?? ''));
  if (clusters.length === stored.length) return;
  const patch = { metadata: versionOf(federated), status: { clusters } };
  unwrapIfFound(await ports.host.patch(type.federated, key, patch, 'status'));
}

interface Telling {
  readonly entries: readonly ClusterEntry[];
  readonly stored: readonly ClusterEntry[];
  /** whether a member was written to, and nobody has told of it yet */
  readonly changed: boolean;
}

/** @throws {HostError} also when the object has changed since it was read: what was worked out may be outdated */
async function writeStatus(report: Report, telling: Telling): Promise<void> {
  const { ports, type, key, plan, federated } = report;
  const { entries, stored, changed } = telling;
  const nowIso = `${new Date(ports.clock.nowMs()).toISOString().slice(0, 19)}Z`;
  const planWarnings = plan.warnings ?? [];
  const [first] = planWarnings;
  const next = nextStatus({
    current: objectAt(federated, 'status'),
    generation: plan.generation,
    entries,
    ...(plan.reason === undefined ? {} : { reason: plan.reason }),
    ...(plan.reason === undefined || first === undefined ? {} : { message: first.message }),
    changed,
    nowIso,
  });
  if (!next.changed) return;
  const told = newWarnings({ entries, stored, targetKind: type.target.kind, object: key });
  const patch = { metadata: versionOf(federated), status: next.status };
  const [patched] = await Promise.all([
    ports.host.patch(type.federated, key, patch, 'status'),
    ...[...planWarnings, ...told].map((warning) => warn(report, warning, nowIso)),
  ]);
  unwrapIfFound(patched);
}

/** The precondition of a patch. A uid would not do: API servers ignore it in patches of a status. */
function versionOf(federated: JsonObject): JsonObject {
  return { resourceVersion: stringAt(federated, 'metadata', 'resourceVersion') ?? '' };
}

async function warn(report: Report, warning: Warning, nowIso: string): Promise<void> {
  const { ports, type, key, plan } = report;
  const about = { resource: type.federated, key, uid: plan.uid };
  const created = await ports.host.create(EVENTS, warningEvent(warning, about, nowIso));
  if (!created.ok && created.error.kind !== 'AlreadyExists') {
    ports.log.warn('event not written', { ...key, reason: warning.reason, error: created.error });
  }
}

function sweepOf(outcome: Outcome): Sweep {
  const { contextRevision } = outcome;
  return {
    v: 1,
    kind: 'sweep',
    type: '*',
    namespace: outcome.name,
    cause: 'namespace',
    seenAtMs: outcome.seenAtMs,
    ...(contextRevision === undefined ? {} : { contextRevision }),
  };
}
