import { nextClusterStatus, type ProbeResult } from '../core/health.ts';
import { isReady } from '../core/readiness.ts';
import { type JsonObject, objectAt, stringAt } from '../model/json.ts';
import type { ProbeRequest } from '../model/messages.ts';
import { CLUSTER_READY } from '../model/metric-names.ts';
import { KUBEFED_CLUSTERS } from '../model/resources.ts';
import type { Clock, Cluster, Log, Members, Metrics } from '../ports.ts';
import type { FederationReader } from './federation.ts';
import { inFull } from './in-full.ts';
import { HostError } from './unwrap.ts';
import { DONE, type Received, type Verdict } from './verdict.ts';

export interface HealthPorts {
  readonly host: Cluster;
  readonly members: Members;
  readonly federation: FederationReader;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly kubefedNamespace: string;
}

/**
 * Probes the members that a batch asks about.
 *
 * @throws {HostError} the host cannot be read or written: the batch is to be tried again
 */
export async function health(
  ports: HealthPorts,
  batch: readonly Received<ProbeRequest>[],
): Promise<readonly Verdict[]> {
  await probeMembers(ports, new Set(batch.map(({ message }) => message.cluster)));
  return batch.map(() => DONE);
}

/** @throws {HostError} the host cannot be read or written */
export function healthOfAll(ports: HealthPorts): Promise<void> {
  return probeMembers(ports);
}

/** Probes side by side and writes what changed on the KubeFedClusters. */
async function probeMembers(ports: HealthPorts, only?: ReadonlySet<string>): Promise<void> {
  const { config, clusters } = await ports.federation.at(ports.clock.nowMs());
  const wanted = [...clusters].filter(([name]) => only === undefined || only.has(name));
  const probes = wanted.map(async ([name, cluster]) => {
    const found = await probe(ports, cluster, config.healthTimeoutSeconds);
    await report(ports, name, cluster, found);
  });
  await inFull(probes);
}

async function probe(
  ports: HealthPorts,
  kubeFedCluster: JsonObject,
  timeoutSeconds: number,
): Promise<ProbeResult> {
  const connected = await ports.members.connect(kubeFedCluster);
  if (!connected.ok) return { found: 'malformed', message: connected.error.message };
  const healthz = await connected.value.raw('/healthz', timeoutSeconds);
  if (!healthz.ok) return { found: 'silence', message: healthz.error.message };
  const version = await connected.value.raw('/version', timeoutSeconds);
  const gitVersion = version.ok ? gitVersionOf(version.value) : undefined;
  return {
    found: 'answer',
    body: healthz.value,
    ...(gitVersion === undefined ? {} : { gitVersion }),
  };
}

function gitVersionOf(body: string): string | undefined {
  try {
    return stringAt(JSON.parse(body), 'gitVersion');
  } catch {
    return undefined;
  }
}

async function report(
  ports: HealthPorts,
  name: string,
  kubeFedCluster: JsonObject,
  found: ProbeResult,
): Promise<void> {
  const nowIso = `${new Date(ports.clock.nowMs()).toISOString().slice(0, 19)}Z`;
  const region = stringAt(kubeFedCluster, 'spec', 'eks', 'region');
  const at = { nowIso, ...(region === undefined ? {} : { region }) };
  const status = nextClusterStatus(objectAt(kubeFedCluster, 'status'), found, at);
  const ready = isReady(status === undefined ? kubeFedCluster : { status });
  ports.metrics.count(CLUSTER_READY, ready ? 1 : 0);
  if (status === undefined) return;
  ports.log.info('cluster health changed', { cluster: name, ready, status });
  const key = { namespace: ports.kubefedNamespace, name };
  const written = await ports.host.patch(KUBEFED_CLUSTERS, key, { status }, 'status');
  if (!written.ok && written.error.kind !== 'NotFound') throw new HostError(written.error);
}
