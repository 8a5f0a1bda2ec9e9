import { statusPrint, targetStatus } from '../../core/target-status.ts';
import type { JsonObject } from '../../model/json.ts';
import type { StatusChange } from '../../model/messages.ts';
import { type ObjectKey, qualifiedName } from '../../model/resource.ts';
import type { FederatedType } from '../../model/type-config.ts';
import type { Clock } from '../../ports.ts';
import { federatedKeyOf } from './drift.ts';
import { grace } from './grace.ts';
import { type Memory, objectId } from './memory.ts';

/** What one target shows. */
export interface StatusSeen {
  readonly type: FederatedType;
  readonly cluster: string;
  /** with its status, as the member tells it */
  readonly target: JsonObject;
  readonly deleted: boolean;
}

export interface StatusChanges {
  /** Takes in what a member tells of a target; a status that is known already is dropped in memory. */
  observe(seen: StatusSeen): void;
  /** Tells everything that is waiting, at once: before the watch stops. */
  settleNow(): void;
  /** resolves when all that has been observed up to now has been told */
  settled(): Promise<void>;
}

/** A rolling update moves the status of a target with every pod: once a second is enough for the host. */
const PAUSE_MS = 1_000;

interface Waiting {
  readonly type: FederatedType;
  readonly key: ObjectKey;
  readonly clusters: ReadonlySet<string>;
}

/**
 * Tells when targets have another status than before: for each federated object at most one message a second, for all its
 * members together. A fresh watch knows no status and tells each that it sees; who reads it finds nothing new.
 */
export function statusChanges(
  memory: Memory,
  clock: Clock,
  tell: (change: StatusChange) => void,
): StatusChanges {
  const prints = new Map<string, string>();
  const limits = { graceMs: PAUSE_MS, longestMs: PAUSE_MS };
  const waiting = grace<Waiting>(clock, limits, (_, { type, key, clusters }, { atMs }) => {
    const { namespace, name } = key;
    tell({
      ...{ v: 1, kind: 'status', type: type.name, name },
      ...(namespace === undefined ? {} : { namespace }),
      clusters: [...clusters].sort(),
      ...{ seenAtMs: atMs, contextRevision: memory.contextRevision },
    });
  });

  /** @returns whether the print is another one than before */
  function remember(id: string, print: string): boolean {
    const before = prints.get(id) ?? '';
    if (print === '') prints.delete(id);
    else prints.set(id, print);
    return print !== before;
  }

  return {
    observe({ type, cluster, target, deleted }) {
      const key = federatedKeyOf(type, target);
      const id = objectId(type, key);
      const print = deleted ? '' : statusPrint(targetStatus(target));
      if (!remember(`${cluster}/${id}`, print)) return;
      // What goes, or comes back, is reported by whoever sees to that.
      if (deleted || isGoing(memory, id, key)) return;
      const clusters = new Set(waiting.get(id)?.clusters).add(cluster);
      waiting.put(id, { type, key, clusters });
    },
    settleNow: () => waiting.judgeNow(),
    settled: () => waiting.settled(),
  };
}

function isGoing(memory: Memory, id: string, { namespace }: ObjectKey): boolean {
  return memory.objects.get(id)?.deleting === true || memory.terminating.has(namespace ?? '');
}

/** @returns what a later message replaces an earlier one by */
export function statusKey({ type, namespace, name, clusters }: StatusChange): string {
  return [
    type,
    qualifiedName(namespace === undefined ? { name } : { namespace, name }),
    ...clusters,
  ].join('\n');
}
