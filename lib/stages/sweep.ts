import type { Change, Sweep } from '../model/messages.ts';
import { NAMESPACES_TYPE } from '../model/names.ts';
import type { FederatedType } from '../model/type-config.ts';
import type { Clock, Cluster } from '../ports.ts';
import type { FederationReader } from './federation.ts';
import { unwrap, unwrapIfFound } from './unwrap.ts';
import { keyOfObject } from './watch/memory.ts';

export interface SweepPorts {
  readonly host: Cluster;
  readonly federation: FederationReader;
}

/** @returns the message that asks for every object of every type again: the safety net under the watch */
export function sweepEverything(clock: Clock): Sweep {
  return { v: 1, kind: 'sweep', type: '*', cause: 'sweep', seenAtMs: clock.nowMs() };
}

/**
 * Turns a sweep into one change for each object that it covers. Only names are read, not the objects.
 *
 * @returns in no particular order; empty when the type is unknown or disabled
 * @throws {HostError} the host cannot be read: the sweep is to be tried again
 */
export async function expandSweep(ports: SweepPorts, sweep: Sweep): Promise<Change[]> {
  const federation = await ports.federation.at(sweep.contextRevision);
  const types = [...federation.types.values()].filter((type) => covers(sweep, type));
  const changes = await Promise.all(types.map((type) => changesOf(ports, sweep, type)));
  return changes.flat();
}

/**
 * A namespace of the host is being deleted. The namespace controller leaves its contents alone for five seconds and
 * looks again eight seconds after it has met a finalizer: we delete the federated objects right away, so that none is
 * left when it comes.
 *
 * @throws {HostError} the host refused: the sweep is to be tried again
 */
export async function deleteContents(ports: SweepPorts, sweep: Sweep): Promise<void> {
  const { namespace } = sweep;
  if (namespace === undefined) return;
  const federation = await ports.federation.at(sweep.contextRevision);
  const types = [...federation.types.values()].filter(
    (type) => type.enabled && type.federated.namespaced,
  );
  const deletions = types.map((type) => ports.host.deleteCollection(type.federated, namespace));
  for (const deleted of await Promise.all(deletions)) unwrapIfFound(deleted);
}

function covers(sweep: Sweep, type: FederatedType): boolean {
  if (!type.enabled) return false;
  if (sweep.type !== '*') return sweep.type === type.name;
  if (sweep.namespace === undefined) return true;
  // A FederatedNamespace decides about the contents of its namespace, which it is not part of itself.
  return type.federated.namespaced && type.name !== NAMESPACES_TYPE;
}

async function changesOf(ports: SweepPorts, sweep: Sweep, type: FederatedType): Promise<Change[]> {
  const { v, namespace, cause, seenAtMs, contextRevision } = sweep;
  const options = { metadataOnly: true, ...(namespace === undefined ? {} : { namespace }) };
  const listed = await ports.host.list(type.federated, options);
  // A type whose CRD is not there has no objects.
  if (!listed.ok && listed.error.kind === 'NotFound') return [];
  return unwrap(listed).items.map((object) => ({
    v,
    kind: 'object',
    type: type.name,
    ...keyOfObject(object),
    cause,
    seenAtMs,
    ...(contextRevision === undefined ? {} : { contextRevision }),
    // The sweep may be about a FederatedNamespace that a worker still remembers otherwise.
    ...(namespace === undefined ? {} : { namespaceRevision: seenAtMs }),
  }));
}
