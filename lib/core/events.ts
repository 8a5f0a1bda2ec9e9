import type { JsonObject } from '../model/json.ts';
import type { PropagationCode } from '../model/propagation.ts';
import { apiVersionOf, type ObjectKey, qualifiedName, type Resource } from '../model/resource.ts';
import type { ClusterEntry } from './entries.ts';
import { textHash } from './hash.ts';

export interface Warning {
  readonly reason: string;
  readonly message: string;
}

/** The operation that a failing code belongs to: event reason and verb. Source: KubeFed v0.10.0, events of sync */
const OPERATION: Partial<Record<PropagationCode, readonly [reason: string, verb: string]>> = {
  CreationFailed: ['CreateInClusterFailed', 'create'],
  CreationTimedOut: ['CreateInClusterFailed', 'create'],
  AlreadyExists: ['CreateInClusterFailed', 'create'],
  ComputeResourceFailed: ['CreateInClusterFailed', 'create'],
  DeletionFailed: ['DeleteInClusterFailed', 'delete'],
  DeletionTimedOut: ['DeleteInClusterFailed', 'delete'],
  LabelRemovalFailed: ['RemoveManagedLabelFromInClusterFailed', 'remove managed label from'],
  LabelRemovalTimedOut: ['RemoveManagedLabelFromInClusterFailed', 'remove managed label from'],
};

/** What somebody wanted, or what takes its time. */
const NO_FAILURE = new Set<PropagationCode>(['OK', 'WaitingForRemoval', 'Paused', 'ClusterPaused']);

/**
 * @returns one warning for each cluster whose code or message is new; none for what was told before
 */
export function newWarnings(input: {
  readonly entries: readonly ClusterEntry[];
  readonly stored: readonly ClusterEntry[];
  readonly targetKind: string;
  readonly object: ObjectKey;
}): Warning[] {
  const told = new Map(input.stored.map((entry) => [entry.name, entry]));
  return input.entries
    .filter(({ code }) => !NO_FAILURE.has(code))
    .filter(({ name, code, message }) => {
      const before = told.get(name);
      return before?.code !== code || before.message !== message;
    })
    .map((entry) => warningOf(entry, input.targetKind, input.object));
}

function warningOf(entry: ClusterEntry, targetKind: string, object: ObjectKey): Warning {
  if (entry.code === 'ClusterNotReady') {
    const why = entry.message === undefined ? '' : `; ${entry.message}`;
    return { reason: 'ClusterNotReady', message: `Cluster not ready: ${entry.name}${why}` };
  }
  const [reason, verb] = OPERATION[entry.code] ?? ['UpdateInClusterFailed', 'update'];
  const what = `${targetKind} "${qualifiedName(object)}" in cluster "${entry.name}"`;
  const why = entry.message ?? entry.code;
  return { reason, message: `Failed to ${verb} ${what}: ${why}` };
}

/**
 * @returns a core/v1 Event about a federated object. The name is made of what it says, so that telling it twice is
 *   refused as AlreadyExists instead of filling the namespace.
 */
export function warningEvent(
  warning: Warning,
  about: { resource: Resource; key: ObjectKey; uid: string },
  nowIso: string,
): JsonObject {
  // Events about cluster-scoped objects live in `default`, as the API server demands.
  const namespace = about.key.namespace ?? 'default';
  const id = textHash(`${about.uid}\n${warning.reason}\n${warning.message}`).slice(0, 16);
  const component = `${about.resource.kind.toLowerCase()}-controller`;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${about.key.name.slice(0, 230)}.${id}`, namespace },
    type: 'Warning',
    reason: warning.reason,
    message: warning.message.slice(0, 1024),
    involvedObject: {
      apiVersion: apiVersionOf(about.resource),
      kind: about.resource.kind,
      name: about.key.name,
      ...(about.key.namespace === undefined ? {} : { namespace: about.key.namespace }),
      uid: about.uid,
    },
    source: { component },
    firstTimestamp: nowIso,
    lastTimestamp: nowIso,
    count: 1,
  };
}
