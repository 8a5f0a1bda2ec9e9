import { runningTypes } from '../../core/running-types.ts';
import { type JsonObject, stringAt } from '../../model/json.ts';
import { type KubeFedConfig, readKubeFedConfig } from '../../model/kubefed-config.ts';
import { readFederatedType } from '../../model/type-config.ts';
import type { Clock } from '../../ports.ts';
import type { OpenMembers } from '../connect/open-members.ts';
import type { OpenQueues } from '../connect/open-queues.ts';
import { apiFailure, type Side } from '../connect/side.ts';
import type { Depths } from '../doctor/check-queues.ts';
import { type Deployment, readDeployment } from '../host/deployment.ts';
import type { OverviewFacts, QueueLine, TypeFacts } from './overview.ts';
import { type HostFacts, readHost } from './read-host.ts';

/** Ways beyond the host; left out where the caller wants to see the host alone. */
export interface Beyond {
  readonly members: OpenMembers;
  readonly queues: OpenQueues;
}

export interface OverviewPorts {
  readonly host: Side;
  readonly clock: Clock;
  readonly beyond?: Beyond;
}

const PROBE_SECONDS = 3;

/**
 * Reads what there is to know of a federation, all at once: on the host six calls and a list for each enabled type; two
 * for each member, and one for each queue with AWS access; one to CloudWatch for all queues that hold something. What is refused, or does not answer, is told in `notSeen`.
 *
 * @param namespace look at federated objects of this namespace only
 * @throws CommandError when the host cannot be read
 */
export async function readOverview(
  ports: OverviewPorts,
  kubefedNamespace: string,
  namespace?: string,
): Promise<OverviewFacts> {
  const found = await readHost(ports.host, kubefedNamespace);
  const config = readKubeFedConfig(found.config);
  const { scope, deletionDeadlineSeconds } = config;
  const within = namespace ?? (scope === 'Namespaced' ? kubefedNamespace : undefined);
  const notSeen = [...found.notSeen];
  const [types, latencies, queues] = await Promise.all([
    readTypes(ports.host, found.typeConfigs, { config, namespace: within, notSeen }),
    readLatencies(ports, found.clusters, notSeen),
    readQueues(ports, found, notSeen),
  ]);
  return {
    clusters: found.clusters,
    types,
    tombstones: found.tombstones,
    ...(found.lease === undefined ? {} : { lease: found.lease }),
    deletionDeadlineSeconds,
    latencies,
    queues,
    notSeen: notSeen.sort(),
  };
}

function readTypes(
  host: Side,
  configs: readonly JsonObject[],
  about: { config: KubeFedConfig; namespace: string | undefined; notSeen: string[] },
): Promise<TypeFacts[]> {
  const running = runningTypes(configs, about.config);
  const types = configs.map(readFederatedType).filter((type) => type !== undefined);
  return Promise.all(
    types.map(async (type) => {
      const facts = { type, running: running.get(type.name)?.enabled === true };
      if (!facts.running) return facts;
      const { namespace } = about;
      const options = namespace !== undefined && type.federated.namespaced ? { namespace } : {};
      const listed = await host.cluster.list(type.federated, options);
      if (listed.ok) return { ...facts, objects: listed.value.items };
      if (listed.error.kind !== 'Forbidden' && listed.error.kind !== 'NotFound') {
        throw apiFailure(host, `list ${type.federated.plural}`, listed.error);
      }
      about.notSeen.push(`${type.federated.kind}s: ${listed.error.message}`);
      return facts;
    }),
  );
}

async function readLatencies(
  { beyond, clock }: OverviewPorts,
  clusters: readonly JsonObject[],
  notSeen: string[],
): Promise<ReadonlyMap<string, number>> {
  const latencies = new Map<string, number>();
  if (beyond === undefined) return latencies;
  await Promise.all(
    clusters.map(async (cluster) => {
      const name = stringAt(cluster, 'metadata', 'name') ?? '';
      const opened = await beyond.members.open(cluster);
      if (!opened.ok) return void notSeen.push(`latency of ${name}: ${opened.why}`);
      const api = opened.member.cluster;
      // The first request opens the connection, the second is the one that counts.
      const greeted = await api.raw('/version', PROBE_SECONDS);
      const sentMs = clock.nowMs();
      const probed = greeted.ok ? await api.raw('/healthz', PROBE_SECONDS) : greeted;
      if (probed.ok) latencies.set(name, Math.round(clock.nowMs() - sentMs));
      else notSeen.push(`latency of ${name}: ${probed.error.message}`);
    }),
  );
  return latencies;
}

async function readQueues(
  { beyond, clock }: OverviewPorts,
  { installed }: HostFacts,
  notSeen: string[],
): Promise<readonly QueueLine[]> {
  if (beyond === undefined) return [];
  const deployment = readDeployment(installed);
  if (deployment === undefined) {
    notSeen.push('queues: the deployment has not told the host of them; npm run deploy does');
    return [];
  }
  try {
    const depths = await beyond.queues.depths(deployment);
    const ages = await readAges({ queues: beyond.queues, clock }, deployment, { depths, notSeen });
    return [...depths]
      .filter(([name]) => !name.endsWith('-dead'))
      .flatMap(([name, depth]) => {
        const dead = depths.get(`${name}-dead`)?.waiting ?? 0;
        if (depth === undefined) notSeen.push(`queue ${name}: it does not exist`);
        if (depth === undefined) return [];
        const oldestSeconds = ages.get(name);
        const age = oldestSeconds === undefined ? {} : { oldestSeconds };
        return [{ name, ...depth, ...age, dead }];
      });
  } catch (error) {
    notSeen.push(`queues: ${error instanceof Error ? error.message : String(error)}`);
    return [];
  }
}

/** An age that nobody can tell is a dash in the table; only a refusal is something that a person can mend. */
async function readAges(
  { queues, clock }: { queues: OpenQueues; clock: Clock },
  deployment: Deployment,
  { depths, notSeen }: { depths: Depths; notSeen: string[] },
): Promise<ReadonlyMap<string, number>> {
  const held = [...depths].filter(
    ([name, depth]) =>
      !name.endsWith('-dead') && (depth?.waiting ?? 0) + (depth?.inFlight ?? 0) > 0,
  );
  if (held.length === 0) return new Map();
  try {
    const names = held.map(([name]) => name);
    return await queues.oldest(deployment, names, clock.nowMs());
  } catch (error) {
    if (error instanceof Error && DENIED.test(error.name)) {
      notSeen.push(`age of the oldest messages: ${error.message}; allow cloudwatch:GetMetricData`);
    }
    return new Map();
  }
}

const DENIED = /^AccessDenied/;
