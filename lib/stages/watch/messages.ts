import type { Change, Sweep } from '../../model/messages.ts';
import type { ObjectKey } from '../../model/resource.ts';
import type { FederatedType } from '../../model/type-config.ts';
import type { Memory } from './memory.ts';

/** @returns a change that carries how recent the reader's knowledge of the federation has to be */
export function changeOf(
  memory: Memory,
  about: { readonly type: FederatedType; readonly key: ObjectKey },
  cause: Change['cause'],
  seenAtMs: number,
): Change {
  const { namespace, name } = about.key;
  const { contextRevision, namespaceRevisions, startedMs } = memory;
  return {
    v: 1,
    kind: 'object',
    type: about.type.name,
    name,
    cause,
    seenAtMs,
    contextRevision,
    ...(namespace === undefined
      ? {}
      : { namespace, namespaceRevision: namespaceRevisions.get(namespace) ?? startedMs }),
  };
}

export function sweepOf(
  memory: Memory,
  of: Pick<Sweep, 'type' | 'namespace' | 'cause' | 'terminating' | 'overdue'>,
  seenAtMs: number,
): Sweep {
  const { contextRevision } = memory;
  return { v: 1, kind: 'sweep', ...of, seenAtMs, contextRevision };
}
