import { nextClusterStatus, type ProbeThresholds } from '../core/health.ts';
import { roundsOfMinute } from '../core/probe-rounds.ts';
import { isReady } from '../core/readiness.ts';
import { topologyOf } from '../core/topology.ts';
import { type JsonObject, objectAt, stringAt } from '../model/json.ts';
import { KUBEFED_CONFIGS, readKubeFedConfig } from '../model/kubefed-config.ts';
import type { ProbeMessage, ProbeRound } from '../model/messages.ts';
import { CLUSTER_READY } from '../model/metric-names.ts';
import { CONFIG_NAME } from '../model/names.ts';
import { KUBEFED_CLUSTERS } from '../model/resources.ts';
import type { Clock, Cluster, Log, Members, Metrics, ProbeQueue } from '../ports.ts';
import { type Probed, probeMember } from './health/probe-member.ts';
import { inFull } from './in-full.ts';
import { HostError, unwrap, unwrapIfFound } from './unwrap.ts';
import { DONE, type Received, type Verdict } from './verdict.ts';

export interface HealthPorts {
  readonly host: Cluster;
  readonly members: Members;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly kubefedNamespace: string;
}

/**
 * A tick of the schedule: probes all members, and sends the rounds until the next tick as delayed messages.
 *
 * @throws {HostError} the host cannot be read or written; the rounds have been sent all the same
 */
export async function healthTick(
  ports: HealthPorts & { readonly probes: ProbeQueue },
): Promise<void> {
  const nowMs = ports.clock.nowMs();
  // A host that is away for a moment must not cost the whole minute.
  const config = await readConfig(ports).catch(() => readKubeFedConfig(undefined));
  const { healthPeriodSeconds } = config;
  const { now, laterSeconds } = roundsOfMinute(healthPeriodSeconds, minuteOf(nowMs));
  const rounds = laterSeconds.map((afterSeconds): ProbeRound => {
    return { v: 1, kind: 'round', afterSeconds, dueAtMs: nowMs + afterSeconds * 1000 };
  });
  // Side by side: a member that hangs must not hold up the rounds, nor a queue that is away the probes.
  await inFull([ports.probes.send(rounds), ...(now ? [healthOfAll(ports)] : [])]);
}

/**
 * Probes the members that a batch asks about, all of them once when a round is among it. A round is never tried again:
 * the next one follows.
 *
 * @throws {HostError} the host cannot be read or written: the batch is to be tried again
 */
export async function health(
  ports: HealthPorts,
  batch: readonly Received<ProbeMessage>[],
): Promise<readonly Verdict[]> {
  const messages = batch.map(({ message }) => message);
  const asked = messages.flatMap((message) => (message.kind === 'probe' ? [message.cluster] : []));
  const isDue = messages.some(
    (message) =>
      message.kind === 'round' && ports.clock.nowMs() < message.dueAtMs + ROUND_GOOD_FOR_MS,
  );
  if (!isDue && asked.length === 0) return batch.map(() => DONE);
  const probing = probeMembers(ports, isDue ? {} : { only: new Set(asked) });
  if (asked.length > 0) await probing;
  else await probing.catch((error: unknown) => ports.log.warn('round not finished', { error }));
  return batch.map(() => DONE);
}

/** @throws {HostError} the host cannot be read or written */
export function healthOfAll(ports: HealthPorts): Promise<void> {
  return probeMembers(ports, {
    asksVersion: true,
    listsNodes: minuteOf(ports.clock.nowMs()) % NODES_EACH_MINUTES === 0,
  });
}

/** Rounds that have piled up while nobody took them are worth one. */
const ROUND_GOOD_FOR_MS = 30_000;
const NODES_EACH_MINUTES = 60;

interface Scope {
  /** names of members; absent for all */
  readonly only?: ReadonlySet<string>;
  /** a member that was not ready is asked in any case: it may be another one by now */
  readonly asksVersion?: boolean;
  readonly listsNodes?: boolean;
}

/** Probes side by side and writes what changed on each KubeFedCluster as soon as it is known. */
async function probeMembers(ports: HealthPorts, scope: Scope): Promise<void> {
  const startedMs = ports.clock.nowMs();
  const [config, clusters] = await Promise.all([readConfig(ports), readClusters(ports)]);
  const wanted = clusters.filter((cluster) => scope.only?.has(nameOf(cluster)) ?? true);
  const at: ProbeTime = {
    startedMs,
    thresholds: { ...config.healthThresholds, periodSeconds: config.healthPeriodSeconds },
  };
  const probes = wanted.map(async (cluster) => {
    const wasAway = !isReady(cluster);
    const probed = await probeMember(ports, cluster, {
      timeoutSeconds: config.healthTimeoutSeconds,
      asksVersion: wasAway || scope.asksVersion === true,
      listsNodes: wasAway || scope.listsNodes === true,
    });
    await report(ports, cluster, probed, at);
  });
  await inFull(probes);
}

interface ProbeTime {
  readonly startedMs: number;
  readonly thresholds: ProbeThresholds;
}

/** Somebody may label or cordon the cluster in the very second of a probe, which counts all the same. */
const WRITES_AT_MOST = 3;

async function report(
  ports: HealthPorts,
  kubeFedCluster: JsonObject,
  probed: Probed,
  at: ProbeTime,
): Promise<void> {
  let current: JsonObject | undefined = kubeFedCluster;
  for (let writes = 0; current !== undefined && writes < WRITES_AT_MOST; writes++) {
    const status = statusAfter(current, probed, at);
    const isDone = status === undefined || (await writeStatus(ports, current, status));
    if (isDone) {
      const ready = isReady(status === undefined ? current : { status });
      ports.metrics.count(CLUSTER_READY, ready ? 1 : 0);
      return;
    }
    const key = { namespace: ports.kubefedNamespace, name: nameOf(current) };
    current = unwrapIfFound(await ports.host.get(KUBEFED_CLUSTERS, key));
  }
}

/**
 * @returns false when the cluster is another one than was read, or gone
 * @throws {HostError}
 */
async function writeStatus(
  ports: HealthPorts,
  kubeFedCluster: JsonObject,
  status: JsonObject,
): Promise<boolean> {
  const name = nameOf(kubeFedCluster);
  // Of two rounds that overlap the one that read first writes: the other must not count a probe back.
  const resourceVersion = stringAt(kubeFedCluster, 'metadata', 'resourceVersion') ?? null;
  const patch = {
    metadata: { resourceVersion },
    status: { ...status, unconfirmed: status['unconfirmed'] ?? null },
  };
  const key = { namespace: ports.kubefedNamespace, name };
  const written = await ports.host.patch(KUBEFED_CLUSTERS, key, patch, 'status');
  if (written.ok) {
    ports.log.info('cluster health written', { cluster: name, ready: isReady({ status }), status });
    return true;
  }
  if (written.error.kind === 'NotFound' || written.error.kind === 'Conflict') return false;
  throw new HostError(written.error);
}

function statusAfter(
  kubeFedCluster: JsonObject,
  { result, nodes }: Probed,
  { startedMs, thresholds }: ProbeTime,
): JsonObject | undefined {
  return nextClusterStatus(objectAt(kubeFedCluster, 'status'), result, {
    nowIso: `${new Date(startedMs).toISOString().slice(0, 19)}Z`,
    sinceMs: (iso) => startedMs - Date.parse(iso),
    where: topologyOf(kubeFedCluster, nodes),
    thresholds,
  });
}

/** Two calls each round, and no more: what is federated is of no interest here. */
async function readConfig({ host, kubefedNamespace: namespace }: HealthPorts) {
  const config = await host.get(KUBEFED_CONFIGS, { namespace, name: CONFIG_NAME });
  return readKubeFedConfig(unwrapIfFound(config));
}

async function readClusters({ host, kubefedNamespace: namespace }: HealthPorts) {
  return unwrap(await host.list(KUBEFED_CLUSTERS, { namespace })).items;
}

function nameOf(kubeFedCluster: JsonObject): string {
  return stringAt(kubeFedCluster, 'metadata', 'name') ?? '';
}

function minuteOf(ms: number): number {
  return Math.floor(ms / 60_000);
}
