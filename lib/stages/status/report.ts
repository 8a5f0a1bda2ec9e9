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
import type {
  Change,
  ChangeMessage,
  ClusterResult,
  Outcome,
  PlanFacts,
  Sweep,
} from '../../model/messages.ts';
import { NAMESPACES_TYPE } from '../../model/names.ts';
import { type ObjectKey, objectKey } from '../../model/resource.ts';
import { EVENTS } from '../../model/resources.ts';
import type { FederatedType } from '../../model/type-config.ts';
import type { Clock, Cluster, Log, Members } from '../../ports.ts';
import type { Federation, FederationReader } from '../federation.ts';
import { removeFinalizer } from '../finalizer.ts';
import { inFull } from '../in-full.ts';
import { NO_UID } from '../plan/orphans.ts';
import { recordOf } from '../propagated-version.ts';
import { unwrapIfFound } from '../unwrap.ts';
import { dropSettled, letGoOverdue } from './let-go-overdue.ts';
import { isFirstReport, newestPlan, resultsFor } from './newest-results.ts';
import { clustersOf, overlookedClusters, replanOf } from './overlooked.ts';
import { addRemoteStatuses } from './remote-statuses.ts';
import { recordedClusters, writeRecord } from './write-record.ts';

export interface StatusPorts {
  readonly host: Cluster;
  readonly members: Members;
  readonly federation: FederationReader;
  readonly clock: Clock;
  readonly log: Log;
  readonly kubefedNamespace: string;
}

/** What the outcomes of one object come to. */
interface Report {
  readonly ports: StatusPorts;
  readonly federation: Federation;
  readonly type: FederatedType;
  readonly key: ObjectKey;
  readonly plan: PlanFacts;
  readonly results: readonly ClusterResult[];
  /** the federated object; for a fresh one no more than its identity, for it has no status to read */
  readonly federated: JsonObject;
  /** nothing has been recorded or reported before */
  readonly fresh: boolean;
  readonly attempt: number;
}

export interface Reported {
  /**
   * what has to be looked at next: the contents of a namespace that has just come into being in a member; or, with
   * nothing written, the object itself when its plan did not know of a member that it is in
   */
  readonly next: readonly ChangeMessage[];
  /** whether the status of a target is missing, and another try may help; everything else is written */
  readonly isIncomplete?: boolean;
}

const NOTHING: Reported = { next: [] };

/**
 * Writes what became of one object: recorded versions, status, warnings; for one that is being deleted, takes off our
 * finalizer when nothing of it is left. Writes nothing when nothing has changed.
 *
 * @param outcomes of one object, oldest first; the newest plan of the highest generation counts
 * @param attempt 1 when none of them was delivered before
 * @throws {HostError} the host refused: the outcomes are to be tried again
 */
export async function report(
  ports: StatusPorts,
  outcomes: readonly Outcome[],
  attempt: number,
): Promise<Reported> {
  const newest = newestPlan(outcomes);
  if (newest === undefined) return NOTHING;
  const { plan } = newest;
  const federation = await ports.federation.at(newest.contextRevision);
  await dropSettled(ports, federation, outcomes);
  if (plan.uid === NO_UID) return NOTHING;
  const type = federation.types.get(newest.type);
  if (type === undefined) return NOTHING;
  const key = objectKey(newest.namespace, newest.name);
  const results = resultsFor(plan, outcomes);
  const fresh = attempt === 1 && isFirstReport(plan, results);
  const { uid, generation, resourceVersion } = plan;
  const federated = fresh
    ? { metadata: { uid, generation, resourceVersion } }
    : unwrapIfFound(await ports.host.get(type.federated, key));
  const overlooked: Overlooked = (known, seen = []) =>
    overlookedClusters({ federation, outcomes, known, seen }).map((cluster) =>
      replanOf(newest, cluster, ports.clock.nowMs()),
    );
  if (federated === undefined || !isPlanned(federated, plan)) {
    return { next: overlooked(storedNames(federated, plan)) };
  }
  const about = { ports, federation, type, key, attempt };
  const subject: Report = { ...about, plan, results, federated, fresh };
  if (!plan.deleting) return reportPresent(subject, newest, overlooked);
  await finishDeletion(subject);
  return NOTHING;
}

/** @returns changes that have the object planned again for the members that are seen but not known */
type Overlooked = (known: readonly string[], seen?: readonly string[]) => Change[];

async function reportPresent(
  report: Report,
  newest: Outcome,
  overlooked: Overlooked,
): Promise<Reported> {
  const { type, plan, federated, fresh } = report;
  const recorded = fresh ? undefined : await readRecord(report);
  const seen = [...storedNames(federated, plan), ...recordedClusters(recorded?.['status'])];
  const replans =
    plan.reason === 'ComputePlacementFailed' ? [] : overlooked(clustersOf(plan), seen);
  if (replans.length > 0) return { next: replans };
  const { created, isIncomplete } = await recordAndReport(report, recorded);
  return { next: created && type.name === NAMESPACES_TYPE ? [sweepOf(newest)] : [], isIncomplete };
}

async function readRecord({ ports, type, key }: Report): Promise<JsonObject | undefined> {
  const record = recordOf(type.target.kind, key);
  return unwrapIfFound(await ports.host.get(record.resource, record.key));
}

function storedNames(federated: JsonObject | undefined, { uid }: PlanFacts): string[] {
  if (stringAt(federated, 'metadata', 'uid') !== uid) return [];
  return storedEntries(objectAt(federated, 'status')).map(({ name }) => name);
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
  const left = remainingEntries({ plan, results, stored, observedGeneration });
  const entries = await letGoOverdue(ports, { ...report, type: report.type.name }, left);
  if (entries.length > 0) {
    await writeStatus(report, { entries, stored, changed: false });
    return;
  }
  await removeFinalizer(ports.host, report.type.federated, report.key, federated);
}

/**
 * @param recorded the PropagatedVersion; undefined when there is none
 * @returns created: whether a member has got the object for the first time
 */
async function recordAndReport(
  report: Report,
  recorded: JsonObject | undefined,
): Promise<{ created: boolean; isIncomplete: boolean }> {
  const { plan, results } = report;
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
  const isRecordNew = plan.reason !== 'ComputePlacementFailed' && next.changed;
  const told = partial ? dropGone(report).then(() => false) : writeStatus(report, telling);
  await inFull<unknown>([
    isRecordNew ? writeRecord(report, recorded, next.status) : Promise.resolve(),
    told,
  ]);
  const created = changes.some(({ cluster }) => before(cluster) === undefined);
  return { created, isIncomplete: await told };
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

/**
 * @returns whether the status of a target is missing
 * @throws {HostError} also when the object has changed since it was read: what was worked out may be outdated
 */
async function writeStatus(report: Report, telling: Telling): Promise<boolean> {
  const { ports, type, key, plan, federated } = report;
  const { stored, changed } = telling;
  const { entries, isIncomplete } = await addRemoteStatuses(ports, report, telling.entries);
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
  if (!next.changed) return isIncomplete;
  const told = newWarnings({ entries, stored, targetKind: type.target.kind, object: key });
  const patch = { metadata: versionOf(federated), status: next.status };
  const [patched] = await Promise.all([
    ports.host.patch(type.federated, key, patch, 'status'),
    ...[...planWarnings, ...told].map((warning) => warn(report, warning, nowIso)),
  ]);
  unwrapIfFound(patched);
  return isIncomplete;
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
