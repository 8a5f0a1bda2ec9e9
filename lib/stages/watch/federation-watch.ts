import { isReady } from '../../core/readiness.ts';
import { ECHOES_DROPPED, WATCH_EVENTS } from '../../model/metric-names.ts';
import type { FederatedType } from '../../model/type-config.ts';
import type {
  ChangeQueue,
  Clock,
  Cluster,
  Log,
  Members,
  Metrics,
  PreferenceQueue,
  ProbeQueue,
  RecordQueue,
  StatusChangeQueue,
  ZoneQueue,
} from '../../ports.ts';
import { type ContextChange, federationContext } from './context.ts';
import { coalescing, type Dispatcher, dispatcher } from './dispatcher.ts';
import { describeTarget, driftDetector } from './drift.ts';
import { HOST, hostSources } from './host-sources.ts';
import type { Checkpoint } from './lease.ts';
import { memberConnections } from './member-connections.ts';
import { memberSources } from './member-sources.ts';
import { emptyMemory, forgetGone, type Memory, scopeOf } from './memory.ts';
import { changeOf, sweepOf } from './messages.ts';
import { reminders } from './reminders.ts';
import { sideWatches } from './side-watches.ts';
import { type Source, sources } from './sources.ts';
import { statusChanges, statusKey } from './status-changes.ts';

export interface WatchPorts {
  readonly host: Cluster;
  readonly members: Members;
  readonly changes: ChangeQueue;
  readonly statuses: StatusChangeQueue;
  readonly probes: ProbeQueue;
  /** absent without DNS */
  readonly records?: RecordQueue;
  readonly zones?: { readonly queue: ZoneQueue; readonly ids: readonly string[] };
  /** absent where replicas are not scheduled */
  readonly preferences?: PreferenceQueue;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly kubefedNamespace: string;
}

export interface FederationWatch {
  /** every watch of the host is running from where the checkpoint left it */
  readonly ready: Promise<void>;
  /** what a successor can start from: everything before it has been sent, or was judged to need nothing */
  checkpoint(): Promise<Checkpoint>;
  /** Stops watching, judges and sends what is left. @returns the last checkpoint */
  stop(): Promise<Checkpoint>;
}

/** Key of the checkpoint under which the fingerprint of types, clusters and config stands. */
const FEDERATION = 'federation';

/** Watches host and members and sends a change for whatever may need a pass. */
export function federationWatch(ports: WatchPorts, from: Checkpoint): FederationWatch {
  const { clock, log, metrics } = ports;
  const memory = emptyMemory(clock.nowMs());
  const stopping = new AbortController();
  const out = dispatcher(ports);
  const running = sources(clock, from, (source, error) =>
    log.warn('watch interrupted', { ...describeSource(source), error }),
  );
  const drifts = driftsOf(ports, memory, out);
  const statuses = statusesOf(ports, memory);
  const reminded = reminders(memory);
  const beside = sideWatches(ports, memory, refresh);
  const members = memberConnections(ports, stopping.signal, refresh);
  const context = federationContext(ports, memory, from[FEDERATION], onContextChange);

  function onContextChange(changes: readonly ContextChange[]): void {
    memory.contextRevision = clock.nowMs();
    for (const { sweep, cause } of changes) {
      out.enqueue(sweepOf(memory, { type: sweep, cause }, clock.nowMs()));
    }
    if (changes.length > 0) beside.wakeAll();
    void members.follow(memory.clusters);
    refresh();
  }

  function refresh(): void {
    const types = [...memory.types.values()].filter((type) => type.enabled);
    const targets = { types, gates: memory.gates, inNamespace: scopeOf(memory) };
    const listeners = { drifts, statuses: statuses.watch, onListed: sweepListed };
    const connected = members.connected();
    const ofMembers = connected.flatMap((member) => memberSources(member, targets, listeners));
    const ofHost = hostSources(ports, memory, beside.overhearing(out), types);
    const all = [...ofHost, ...ofMembers, ...beside.sources(connected, types)];
    running.set(all.map((source) => counted(source, metrics)));
  }

  /**
   * Which targets changed or vanished before they were listed, nobody can tell: every object of the type is looked at. Not
   * while the cluster is not ready: nothing is done there, and when it is ready again everything is looked at anyway.
   */
  function sweepListed(type: FederatedType, cluster: string): void {
    if (!isReady(memory.clusters.get(cluster) ?? {})) return;
    out.enqueue(sweepOf(memory, { type: type.name, cause: 'drift' }, clock.nowMs()));
  }

  async function checkpoint(): Promise<Checkpoint> {
    forgetGone(memory, clock.nowMs());
    for (const sweep of reminded(clock.nowMs())) out.enqueue(sweep);
    const positions = { ...running.positions(), [FEDERATION]: context.fingerprint() };
    await Promise.all([drifts.settled(), statuses.watch.settled()]);
    await Promise.all([out.flushed(), statuses.out.flushed(), beside.flushed(clock.nowMs())]);
    return positions;
  }

  return {
    ready: context
      .load()
      .then(() => beside.load(stopping.signal))
      .then(() => running.settled(HOST)),
    checkpoint,
    async stop() {
      stopping.abort();
      await Promise.all([context.stop(), running.stop()]);
      drifts.settleNow();
      statuses.watch.settleNow();
      return checkpoint();
    },
  };
}

function counted(source: Source, metrics: Metrics): Source {
  return {
    ...source,
    onEvent: (event) => {
      metrics.count(WATCH_EVENTS);
      source.onEvent(event);
    },
  };
}

function driftsOf({ clock, log, metrics }: WatchPorts, memory: Memory, out: Dispatcher) {
  return driftDetector(memory, clock, {
    onEcho: () => metrics.count(ECHOES_DROPPED),
    onDrift: (target, seenAtMs) => {
      log.info('drift', describeTarget(target));
      const about = { type: target.type, key: target.federated };
      out.enqueue({ ...changeOf(memory, about, 'drift', seenAtMs), cluster: target.cluster });
    },
  });
}

function statusesOf(ports: WatchPorts, memory: Memory) {
  const out = coalescing(ports, ports.statuses, statusKey);
  return { out, watch: statusChanges(memory, ports.clock, out.enqueue) };
}

function describeSource({ clusterName, resource }: Source) {
  return { cluster: clusterName, resource: resource.plural };
}
