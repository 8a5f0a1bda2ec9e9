import { goJson, textHash } from '../../core/hash.ts';
import { isReady } from '../../core/readiness.ts';
import { runningTypes } from '../../core/running-types.ts';
import { type JsonObject, type JsonValue, listAt, objectAt, valueAt } from '../../model/json.ts';
import { KUBEFED_CONFIGS, readKubeFedConfig } from '../../model/kubefed-config.ts';
import type { Sweep } from '../../model/messages.ts';
import { CONFIG_NAME, NAMESPACES_TYPE } from '../../model/names.ts';
import type { Resource } from '../../model/resource.ts';
import { KUBEFED_CLUSTERS } from '../../model/resources.ts';
import { FEDERATED_TYPE_CONFIGS } from '../../model/type-config.ts';
import type { Clock, Cluster, Log, ProbeQueue } from '../../ports.ts';
import { follow } from './follow.ts';
import type { Memory } from './memory.ts';
import { requestProbes } from './probe.ts';
import { type Tracked, tracked } from './tracked.ts';
import { tellType } from './type-status.ts';

export interface ContextChange {
  /** which type, or all, has to be looked at again */
  readonly sweep: string;
  readonly cause: Sweep['cause'];
}

export interface FederationContext {
  /** resolves when types, clusters and config have been read, or could not be */
  load(): Promise<void>;
  /** tells whether anything that placement or apply depends on has changed since */
  fingerprint(): string;
  stop(): Promise<void>;
}

export interface ContextPorts {
  readonly host: Cluster;
  readonly probes: ProbeQueue;
  readonly clock: Clock;
  readonly log: Log;
  readonly kubefedNamespace: string;
}

/**
 * Keeps types, clusters and config up to date in memory.
 *
 * @param knownFingerprint of the checkpoint; when it differs, something changed while nobody was watching
 * @param onChange is told when one of them changes what has to be where; memory is up to date by then
 */
export function federationContext(
  ports: ContextPorts,
  memory: Memory,
  knownFingerprint: string | undefined,
  onChange: (changes: readonly ContextChange[]) => void,
): FederationContext {
  const stopping = new AbortController();
  const types = tracked(typeFacts);
  const clusters = tracked(clusterFacts);
  const config = tracked((object) => object['spec'] ?? null);
  const followers: Promise<void>[] = [];
  let loaded = false;

  function changed(names: string[], of: Tracked, cause: Sweep['cause']): void {
    if (!loaded || names.length === 0) return;
    publish();
    if (of === clusters)
      void requestProbes(
        ports,
        names.filter((name) => clusters.objects.has(name)),
      );
    // Types, as long as `namespaces` is not among them, concern nobody but themselves.
    const alone = of === types && !names.includes(NAMESPACES_TYPE);
    onChange((alone ? names : ['*']).map((sweep) => ({ sweep, cause })));
  }

  function follows(resource: Resource, of: Tracked, tellChange: (names: string[]) => void) {
    const end = { onChange: tellChange, signal: stopping.signal };
    const { done, settled } = followTracked(ports, resource, of, end);
    followers.push(done);
    return settled;
  }

  function publish(): void {
    const read = readKubeFedConfig(config.objects.get(CONFIG_NAME));
    memory.deletionDeadlineSeconds = read.deletionDeadlineSeconds;
    memory.gates = read.gates;
    memory.onlyNamespace = read.scope === 'Namespaced' ? ports.kubefedNamespace : undefined;
    memory.types = runningTypes([...types.objects.values()], read);
    memory.clusters = new Map(clusters.objects);
    for (const [name, object] of types.objects) {
      void tellType(ports, object, memory.types.get(name));
    }
  }

  function fingerprint(): string {
    return textHash(goJson([types.prints(), clusters.prints(), config.prints()]));
  }

  return {
    async load() {
      await Promise.all([
        follows(FEDERATED_TYPE_CONFIGS, types, (names) => changed(names, types, 'type')),
        follows(KUBEFED_CLUSTERS, clusters, (names) => changed(names, clusters, 'cluster')),
        follows(KUBEFED_CONFIGS, config, (names) => changed(names, config, 'type')),
      ]);
      loaded = true;
      publish();
      const unprobed = [...clusters.objects].filter(([, object]) => object['status'] === undefined);
      void requestProbes(
        ports,
        unprobed.map(([name]) => name),
      );
      const missed = knownFingerprint !== undefined && knownFingerprint !== fingerprint();
      onChange(missed ? [{ sweep: '*', cause: 'cluster' }] : []);
    },
    fingerprint,
    async stop() {
      stopping.abort();
      await Promise.all(followers);
    },
  };
}

/** Keeps `of` up to date. `settled` resolves when it has been read for the first time, or could not be. */
function followTracked(
  ports: ContextPorts,
  resource: Resource,
  of: Tracked,
  end: { readonly onChange: (names: string[]) => void; readonly signal: AbortSignal },
): { readonly done: Promise<void>; readonly settled: Promise<void> } {
  const { promise: settled, resolve } = Promise.withResolvers<void>();
  const { done } = follow(
    {
      cluster: ports.host,
      resource,
      options: { namespace: ports.kubefedNamespace },
      onList: (items) => end.onChange(of.takeAll(items)),
      onEvent: ({ object, type }) => end.onChange(of.take(object, type === 'DELETED')),
      onSettled: () => resolve(),
      onError: (error) => ports.log.warn('watch interrupted', { resource: resource.plural, error }),
    },
    ports.clock,
    end.signal,
  );
  return { done, settled };
}

function typeFacts(object: JsonObject): JsonValue {
  const going = valueAt(object, 'metadata', 'deletionTimestamp') !== undefined;
  return going ? ['going', object['spec'] ?? null] : (object['spec'] ?? null);
}

/** The time of a transition counts: what was planned while a cluster was away must be planned again, even if nobody saw it go. */
function clusterFacts(object: JsonObject): JsonValue {
  const { uid, labels, annotations } = objectAt(object, 'metadata') ?? {};
  const ready = listAt(object, 'status', 'conditions').find((c) => valueAt(c, 'type') === 'Ready');
  return [
    uid ?? null,
    labels ?? null,
    annotations ?? null,
    object['spec'] ?? null,
    isReady(object),
    valueAt(ready, 'lastTransitionTime') ?? null,
  ];
}
