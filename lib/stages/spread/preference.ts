import { goJson } from '../../core/hash.ts';
import { isPaused } from '../../core/paused.ts';
import { findingOf } from '../../core/spread/finding.ts';
import { type Preference, readPreference } from '../../core/spread/preference.ts';
import {
  type ClusterReport,
  type Finding,
  nextPreferenceStatus,
  readMemories,
} from '../../core/spread/preference-status.ts';
import { type KnownCluster, schedule } from '../../core/spread/schedule.ts';
import { type ClusterMemory, type SecondsSince, standingOf } from '../../core/spread/standing.ts';
import { type JsonObject, objectAt, stringAt, valueAt } from '../../model/json.ts';
import type { PreferenceChange } from '../../model/messages.ts';
import { REPLICAS_SPREAD } from '../../model/metric-names.ts';
import { type ObjectKey, qualifiedName } from '../../model/resource.ts';
import { PREFERENCES, SCHEDULED_TYPES } from '../../model/scheduling.ts';
import type { FederatedType } from '../../model/type-config.ts';
import type { Clock, Cluster, Log, Members, Metrics } from '../../ports.ts';
import type { Federation, FederationReader } from '../federation.ts';
import { unwrap, unwrapIfFound } from '../unwrap.ts';
import { DONE, RETRY, type Verdict } from '../verdict.ts';
import { candidates } from './candidates.ts';
import { tellLeftBehind } from './left-behind.ts';
import { observeReplicas } from './observe.ts';

export interface PreferencePorts {
  readonly host: Cluster;
  readonly members: Members;
  readonly federation: FederationReader;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** What one pass is about. */
interface Subject {
  readonly key: ObjectKey & { readonly namespace: string };
  readonly type: FederatedType;
  readonly federated: JsonObject;
  readonly federation: Federation;
  readonly preference: JsonObject;
  readonly spec: Preference;
}

/** After that, the next change of the cluster, or the next sweep, tries again. */
const TRIES_FOR_A_MEMBER = 5;

/**
 * Reads one preference and what it depends on, and writes what differs: the replicas in its federated object, then its
 * own status. Where both are right already, nothing.
 *
 * @throws {HostError} the host refused, or somebody else was faster: the message is to be tried again
 */
export async function bringInLine(
  ports: PreferencePorts,
  message: PreferenceChange,
  attempt: number,
): Promise<Verdict> {
  const { host } = ports;
  const key = { namespace: message.namespace, name: message.name };
  const [federation, preference] = await Promise.all([
    ports.federation.at(message.contextRevision, attempt),
    host.get(PREFERENCES, key).then(unwrapIfFound),
  ]);
  const spec = readPreference(preference ?? { spec: { targetKind: message.goneTargetKind } });
  const type = federation.types.get(SCHEDULED_TYPES.get(spec.targetKind) ?? '');
  const target = await readTarget(host, type, key);
  if (preference === undefined || isGoing(preference)) {
    const isTold = preference === undefined && message.goneTargetKind !== undefined;
    if (isTold && target !== undefined)
      await tellLeftBehind(ports, target.type, key, target.federated);
    return DONE;
  }
  if (isPaused(preference)) {
    const paused = 'The annotation kubefed.io/paused holds everything as it is.';
    return putFinding(ports, preference, refusal('Paused', paused));
  }
  if (target === undefined) {
    return putFinding(ports, preference, whatIsMissing(spec, key, type));
  }
  const subject = { key, ...target, federation, preference, spec };
  return spreadReplicas(ports, subject, { attempt, revision: message.seenAtMs });
}

/** @returns undefined where there is none, or none that stays */
async function readTarget(
  host: Cluster,
  type: FederatedType | undefined,
  key: ObjectKey,
): Promise<Pick<Subject, 'type' | 'federated'> | undefined> {
  if (!type?.enabled) return undefined;
  const federated = unwrapIfFound(await host.get(type.federated, key));
  return federated === undefined || isGoing(federated) ? undefined : { type, federated };
}

async function spreadReplicas(
  ports: PreferencePorts,
  subject: Subject,
  { attempt, revision }: { readonly attempt: number; readonly revision: number },
): Promise<Verdict> {
  const { key, federated, preference, spec } = subject;
  const among = await candidates(ports.federation, { ...subject, revision });
  if (!among.ok) return putFinding(ports, preference, refusal(among.reason, among.message));
  const nowMs = ports.clock.nowMs();
  const at = { nowIso: new Date(nowMs).toISOString(), secondsSince: secondsUntil(nowMs) };
  const memories = readMemories(preference);
  const seen = await Promise.all(
    among.names.map((name) => lookAt(ports, subject, { name, memory: memories.get(name) }, at)),
  );
  const known = seen.map(({ name, standing, running }): [string, KnownCluster] => [
    name,
    running === undefined ? { standing } : { standing, running },
  ]);
  const planned = schedule(qualifiedName(key), spec, federated, new Map(known));
  if (planned.federated !== undefined) await writeReplicas(ports, subject, planned.federated);
  const clusters = seen.map(({ name, standing, memory }): ClusterReport => {
    const replicas = planned.replicas.get(name);
    return { name, standing, memory, ...(replicas === undefined ? {} : { replicas }) };
  });
  const rechecks = seen.flatMap(({ recheckSeconds, running }) => [
    recheckSeconds ?? Number.POSITIVE_INFINITY,
    (typeof running === 'object' && running.recheckSeconds) || Number.POSITIVE_INFINITY,
  ]);
  const verdict = await putFinding(ports, preference, {
    ...findingOf(planned, spec.totalReplicas, clusters),
    clusters,
    unplaced: planned.unplaced,
    ...recheckOf(nowMs, Math.min(...rechecks)),
  });
  const isUnsure = seen.some(({ running }) => running === 'unreadable');
  return isUnsure && attempt < TRIES_FOR_A_MEMBER ? RETRY : verdict;
}

/** A cluster that is left alone anyway is not asked. */
async function lookAt(
  ports: PreferencePorts,
  { type, key, federation, spec }: Subject,
  cluster: { readonly name: string; readonly memory: ClusterMemory | undefined },
  at: Parameters<typeof standingOf>[3],
) {
  const kubeFedCluster = federation.clusters.get(cluster.name) ?? {};
  const stands = standingOf(kubeFedCluster, cluster.memory, spec, at);
  const isAsked = !['lost', 'held', 'paused'].includes(stands.standing);
  const place = { type, key, kubeFedCluster };
  const running = isAsked ? await observeReplicas(ports, place, at.secondsSince) : undefined;
  return { name: cluster.name, ...stands, running };
}

/** Only what may differ is sent: the rest of the object may be edited at the same time. */
async function writeReplicas(
  { host, log, metrics }: PreferencePorts,
  { type, key, federated }: Subject,
  next: JsonObject,
): Promise<void> {
  const { placement, overrides } = objectAt(next, 'spec') ?? {};
  const resourceVersion = stringAt(federated, 'metadata', 'resourceVersion');
  const patch = { metadata: { resourceVersion }, spec: { placement, overrides } };
  unwrap(await host.patch(type.federated, key, patch));
  metrics.count(REPLICAS_SPREAD);
  log.info('replicas shared out', { type: type.name, ...key, overrides });
}

/** Keys that are no longer there have to be taken away by name: a status is patched. */
async function putFinding(
  { host, clock }: PreferencePorts,
  preference: JsonObject,
  finding: Finding,
): Promise<Verdict> {
  const next = nextPreferenceStatus(preference, finding, new Date(clock.nowMs()).toISOString());
  const current = objectAt(preference, 'status') ?? {};
  if (goJson(current) === goJson(next)) return DONE;
  const gone = Object.keys(current).filter((name) => !(name in next));
  const status = { ...next, ...Object.fromEntries(gone.map((name) => [name, null])) };
  const { namespace = '', name = '', resourceVersion } = objectAt(preference, 'metadata') ?? {};
  const key = { namespace: String(namespace), name: String(name) };
  unwrap(await host.patch(PREFERENCES, key, { metadata: { resourceVersion }, status }, 'status'));
  return DONE;
}

function whatIsMissing(
  { targetKind }: Preference,
  key: ObjectKey,
  type: FederatedType | undefined,
): Finding {
  const name = SCHEDULED_TYPES.get(targetKind);
  if (name === undefined) {
    const kinds = [...SCHEDULED_TYPES.keys()].join(' or ');
    return refusal(
      'UnsupportedTargetKind',
      `spec.targetKind is ${targetKind}; it must be ${kinds}.`,
    );
  }
  if (!type?.enabled) {
    const message = `FederatedTypeConfig ${name} is missing or not enabled: kubefed-eks enable ${name}.`;
    return refusal('TypeNotEnabled', message);
  }
  const message = `${targetKind} ${qualifiedName(key)} does not exist: create it under the name of this preference.`;
  return refusal('TargetNotFound', message);
}

function refusal(reason: string, message: string): Finding {
  return { scheduled: false, reason, message };
}

function isGoing(object: JsonObject | undefined): boolean {
  return valueAt(object, 'metadata', 'deletionTimestamp') !== undefined;
}

function secondsUntil(nowMs: number): SecondsSince {
  return (time) => {
    const atMs = Date.parse(time ?? '');
    return Number.isNaN(atMs) ? 0 : Math.max(0, (nowMs - atMs) / 1000);
  };
}

/** On whole seconds, so that the time stays the same from pass to pass. */
function recheckOf(nowMs: number, seconds: number): { recheckAt?: string } {
  if (!Number.isFinite(seconds)) return {};
  const atMs = Math.ceil(Math.round(nowMs + seconds * 1000) / 1000) * 1000;
  return { recheckAt: new Date(atMs).toISOString() };
}
