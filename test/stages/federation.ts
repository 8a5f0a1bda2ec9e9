/** A federation in memory: a host, members, and the stages between queues that keep what is sent. */
import { type VirtualClock, virtualClock } from '../../lib/adapters/memory/clock.ts';
import {
  type MemoryCluster,
  type MemoryClusterOptions,
  memoryCluster,
} from '../../lib/adapters/memory/cluster.ts';
import { memoryLog, memoryMetrics } from '../../lib/adapters/memory/log.ts';
import { memoryMembers } from '../../lib/adapters/memory/members.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import { KUBEFED_CONFIGS } from '../../lib/model/kubefed-config.ts';
import type {
  Change,
  Job,
  Outcome,
  OutcomeMessage,
  ProbeMessage,
  StatusChange,
  Sweep,
} from '../../lib/model/messages.ts';
import { objectKey } from '../../lib/model/resource.ts';
import { KUBEFED_CLUSTERS, NAMESPACES } from '../../lib/model/resources.ts';
import { FEDERATED_TYPE_CONFIGS, type FederatedType } from '../../lib/model/type-config.ts';
import type { Queue } from '../../lib/ports.ts';
import { federatedReader } from '../../lib/stages/apply/federated-reader.ts';
import { apply } from '../../lib/stages/apply.ts';
import { federationReader } from '../../lib/stages/federation.ts';
import { plan } from '../../lib/stages/plan.ts';
import { recordOf } from '../../lib/stages/propagated-version.ts';
import { status } from '../../lib/stages/status.ts';
import type { Received } from '../../lib/stages/verdict.ts';
import {
  type FederatedParts,
  federated,
  KUBEFED_NAMESPACE,
  kubeFedCluster,
  NAMESPACE,
  namespaceObject,
  TYPE_CONFIGS,
} from './objects.ts';

export interface KeptQueue<M> extends Queue<M> {
  /** everything that has been sent and not taken */
  readonly sent: M[];
  /** what sending fails with, if it does */
  refusal: Error | undefined;
  /** @returns what has been sent, and forgets it */
  take(): M[];
}

export function keptQueue<M>(): KeptQueue<M> {
  const sent: M[] = [];
  return {
    sent,
    refusal: undefined,
    take: () => sent.splice(0),
    async send(messages) {
      if (messages.length === 0) return;
      if (this.refusal !== undefined) throw this.refusal;
      // As in a real queue, a message is text.
      sent.push(...messages.map((message) => JSON.parse(JSON.stringify(message))));
    },
  };
}

export interface FederationOptions {
  /** names of the members, all ready */
  readonly members?: readonly string[];
  readonly typeConfigs?: readonly JsonObject[];
  readonly host?: MemoryClusterOptions;
  readonly member?: MemoryClusterOptions;
  /** spec of the KubeFedConfig */
  readonly config?: JsonObject;
}

/** Namespace that exists everywhere, and whose FederatedNamespace selects all members. */
export const SHOP = 'shop';

export type TestFederation = ReturnType<typeof testFederation>;

export function testFederation(options: FederationOptions = {}) {
  const clock: VirtualClock = virtualClock();
  const names = options.members ?? ['east', 'west'];
  const host = memoryCluster({ name: 'host', clock, ...options.host });
  const members = new Map<string, MemoryCluster>(
    names.map((name) => [name, memoryCluster({ name, clock, ...options.member })]),
  );
  const queues = {
    changes: keptQueue<Change | Sweep>(),
    jobs: keptQueue<Job>(),
    outcomes: keptQueue<Outcome>(),
    statuses: keptQueue<StatusChange>(),
    probes: keptQueue<ProbeMessage>(),
  };
  const ports = {
    ...queues,
    host,
    clock,
    members: memoryMembers(members),
    log: memoryLog(),
    metrics: memoryMetrics(),
    federation: federationReader(host, KUBEFED_NAMESPACE, clock),
    federated: federatedReader(host),
    kubefedNamespace: KUBEFED_NAMESPACE,
  };
  furnish(host, members, options);

  const received = <M>(messages: readonly M[], attempt: number): Received<M>[] =>
    messages.map((message) => ({ message, attempt }));

  const stages = {
    plan: (messages: readonly (Change | Sweep)[], attempt = 1) =>
      plan(ports, received(messages, attempt)),
    apply: (jobs: readonly Job[], attempt = 1) => apply(ports, received(jobs, attempt)),
    status: (outcomes: readonly OutcomeMessage[], attempt = 1) =>
      status(ports, received(outcomes, attempt)),
  };

  function change(
    type: FederatedType,
    name: string,
    { namespace, ...more }: Partial<Change> = {},
  ): Change {
    const place = namespace ?? (type.federated.namespaced ? SHOP : undefined);
    return {
      v: 1,
      kind: 'object',
      type: type.name,
      name,
      ...(place === undefined ? {} : { namespace: place }),
      cause: 'edit',
      seenAtMs: clock.nowMs(),
      contextRevision: clock.nowMs(),
      ...more,
    };
  }

  return {
    ...ports,
    ports,
    ...stages,
    change,
    memberClusters: members,
    member(name: string): MemoryCluster {
      const member = members.get(name);
      if (member === undefined) throw new Error(`no member ${name}`);
      return member;
    },
    /** Has each stage take what lies in its queue until all queues are empty; refused messages are not tried again. */
    async settle(messages: readonly (Change | Sweep)[] = []): Promise<void> {
      await queues.changes.send(messages);
      const { changes, jobs, outcomes, statuses } = queues;
      while ([changes, jobs, outcomes, statuses].some(({ sent }) => sent.length > 0)) {
        await stages.plan(queues.changes.take());
        await stages.apply(queues.jobs.take());
        await stages.status([...queues.outcomes.take(), ...queues.statuses.take()]);
      }
    },
    /** Creates a federated object in `shop` (or where its parts say). @returns the change that a watch would send */
    async createFederated(type: FederatedType, parts: FederatedParts): Promise<Change> {
      const namespace = parts.namespace ?? (type.federated.namespaced ? SHOP : undefined);
      const placed = { ...parts, ...(namespace === undefined ? {} : { namespace }) };
      const created = await host.create(type.federated, federated(type, placed));
      if (!created.ok) throw new Error(created.error.message);
      return change(type, parts.name, { namespace });
    },
    federatedObject: (type: FederatedType, name: string, namespace?: string) =>
      host.peek(type.federated, keyOf(type, name, namespace)),
    recorded(type: FederatedType, name: string, namespace?: string) {
      const { resource, key } = recordOf(type.target.kind, keyOf(type, name, namespace));
      return host.peek(resource, key);
    },
    target: (cluster: string, type: FederatedType, name: string) =>
      members
        .get(cluster)
        ?.peek(type.target, objectKey(type.target.namespaced ? SHOP : undefined, name)),
  };
}

function keyOf(type: FederatedType, name: string, namespace = SHOP) {
  return objectKey(type.federated.namespaced ? namespace : undefined, name);
}

function furnish(
  host: MemoryCluster,
  members: ReadonlyMap<string, MemoryCluster>,
  { typeConfigs = TYPE_CONFIGS, config = { scope: 'Cluster' } }: FederationOptions,
): void {
  for (const object of typeConfigs) host.seed(FEDERATED_TYPE_CONFIGS, object);
  for (const name of members.keys()) {
    host.seed(KUBEFED_CLUSTERS, kubeFedCluster(name, { ready: true }));
  }
  host.seed(KUBEFED_CONFIGS, {
    metadata: { name: 'kubefed', namespace: KUBEFED_NAMESPACE },
    spec: config,
  });
  host.seed(NAMESPACES, namespaceObject(SHOP));
  host.seed(
    NAMESPACE.federated,
    federated(NAMESPACE, {
      namespace: SHOP,
      name: SHOP,
      spec: { placement: { clusterSelector: {} } },
    }),
  );
}

/** @returns how often each verb was called since, zeros left out; `total` is their sum */
export function callsSince(
  cluster: MemoryCluster,
  before: Readonly<Record<string, number>>,
): Record<string, number> {
  const made = Object.entries(cluster.calls).map(([verb, count]): [string, number] => [
    verb,
    count - (before[verb] ?? 0),
  ]);
  const calls = Object.fromEntries(made.filter(([, count]) => count > 0));
  return { ...calls, total: made.reduce((sum, [, count]) => sum + count, 0) };
}
