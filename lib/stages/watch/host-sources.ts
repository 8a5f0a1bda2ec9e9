import { bareResourceVersion, judgeHostObject, type SeenObject } from '../../core/host-object.ts';
import { type JsonObject, valueAt } from '../../model/json.ts';
import type { Change } from '../../model/messages.ts';
import { ECHOES_DROPPED } from '../../model/metric-names.ts';
import { NAMESPACES_TYPE } from '../../model/names.ts';
import type { ObjectKey, Resource } from '../../model/resource.ts';
import {
  CLUSTER_PROPAGATED_VERSIONS,
  NAMESPACES,
  PROPAGATED_VERSIONS,
} from '../../model/resources.ts';
import type { FederatedType } from '../../model/type-config.ts';
import type { Clock, Cluster, Metrics } from '../../ports.ts';
import type { Dispatcher } from './dispatcher.ts';
import { keyOfObject, type Memory, objectId, rememberRecorded, scopeOf } from './memory.ts';
import { changeOf, sweepOf } from './messages.ts';
import type { Source } from './sources.ts';

/** Name of the host among the watches; no KubeFedCluster can have it. */
export const HOST = '@host';

export interface HostSourcePorts {
  readonly host: Cluster;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/** @returns the watches of the host: the federated objects of every type, and the versions on record */
export function hostSources(
  ports: HostSourcePorts,
  memory: Memory,
  out: Dispatcher,
  types: readonly FederatedType[],
): Source[] {
  return [
    ...types.map((type): Source => {
      const take = (object: JsonObject, deleted: boolean) =>
        onFederated(ports, { memory, out }, type, { object, deleted });
      return {
        clusterName: HOST,
        cluster: ports.host,
        resource: type.federated,
        options: { metadataOnly: true, ...scopeOf(memory) },
        onEvent: ({ object, type: event }) => take(object, event === 'DELETED'),
        onList: (items, missed) => {
          for (const object of items) take(object, false);
          // A FederatedNamespace may have vanished unseen; nobody can tell which.
          if (missed && type.name === NAMESPACES_TYPE) {
            out.enqueue(sweepOf(memory, { type: '*', cause: 'namespace' }, ports.clock.nowMs()));
          }
        },
      };
    }),
    // The namespace of the control plane itself is not watched for its own deletion.
    ...(memory.onlyNamespace === undefined ? [namespaceSource(ports, memory, out)] : []),
    ...recordsOf(memory).map(
      (resource): Source => ({
        clusterName: HOST,
        cluster: ports.host,
        resource,
        options: scopeOf(memory),
        onEvent: ({ object, type }) => rememberRecorded(memory, object, type === 'DELETED'),
        onList: (items) => {
          for (const object of items) rememberRecorded(memory, object, false);
        },
      }),
    ),
  ];
}

function recordsOf({ onlyNamespace }: Memory): Resource[] {
  const ofNamespace = onlyNamespace === undefined ? [CLUSTER_PROPAGATED_VERSIONS] : [];
  return [PROPAGATED_VERSIONS, ...ofNamespace];
}

/** A namespace that is being deleted takes its federated objects along; nothing else about namespaces matters. */
function namespaceSource(ports: HostSourcePorts, memory: Memory, out: Dispatcher): Source {
  const take = (object: JsonObject) => {
    const { name } = keyOfObject(object);
    if (valueAt(object, 'metadata', 'deletionTimestamp') === undefined) {
      memory.terminating.delete(name);
    } else if (!memory.terminating.has(name)) {
      memory.terminating.add(name);
      const about = { type: '*', namespace: name, terminating: true, cause: 'namespace' } as const;
      out.enqueue(sweepOf(memory, about, ports.clock.nowMs()));
    }
  };
  return {
    clusterName: HOST,
    cluster: ports.host,
    resource: NAMESPACES,
    options: { metadataOnly: true },
    onEvent: ({ object, type }) => {
      if (type === 'DELETED') memory.terminating.delete(keyOfObject(object).name);
      else take(object);
    },
    onList: (items) => {
      for (const object of items) take(object);
    },
  };
}

function onFederated(
  ports: HostSourcePorts,
  { memory, out }: { memory: Memory; out: Dispatcher },
  type: FederatedType,
  { object, deleted }: { object: JsonObject; deleted: boolean },
): void {
  const nowMs = ports.clock.nowMs();
  const key = keyOfObject(object);
  const { seen, wake } = judgeHostObject(memory.objects.get(objectId(type, key)), object);
  remember(memory, objectId(type, key), { seen, goneAtMs: deleted ? nowMs : undefined });
  // Everything in a namespace that is being deleted has been told by then; only the mark of deletion is news.
  const leaves = memory.terminating.has(key.namespace ?? '') && !seen.deleting;
  if (!deleted && (!wake || leaves)) {
    ports.metrics.count(ECHOES_DROPPED);
    return;
  }
  if (type.name === NAMESPACES_TYPE) {
    memory.namespaceRevisions.set(key.name, nowMs);
    // One that is being deleted still counts for placement until it is gone.
    const about = { type: '*', namespace: key.name, cause: 'namespace' } as const;
    const isLeaving = memory.terminating.has(key.name);
    if (!isLeaving && (deleted || !seen.deleting)) out.enqueue(sweepOf(memory, about, nowMs));
  }
  if (!deleted) out.enqueue(editOf(memory, { type, key }, object, nowMs));
}

function remember(
  memory: Memory,
  id: string,
  { seen, goneAtMs }: { seen: SeenObject; goneAtMs: number | undefined },
): void {
  // A deleted object stays in memory as deleting: its targets may still be on their way out.
  memory.objects.set(id, goneAtMs === undefined ? seen : { ...seen, deleting: true });
  if (goneAtMs === undefined) memory.gone.delete(id);
  else memory.gone.set(id, goneAtMs);
}

function editOf(
  memory: Memory,
  about: { type: FederatedType; key: ObjectKey },
  object: JsonObject,
  nowMs: number,
): Change {
  const bare = bareResourceVersion(object);
  const change = changeOf(memory, about, 'edit', nowMs);
  return bare === undefined ? change : { ...change, bareResourceVersion: bare };
}
