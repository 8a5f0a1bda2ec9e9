import { isOwnWrite, observeTarget, type SeenTarget } from '../../core/member-object.ts';
import type { JsonObject } from '../../model/json.ts';
import { NAMESPACES_TYPE } from '../../model/names.ts';
import { type ObjectKey, qualifiedName } from '../../model/resource.ts';
import type { FederatedType } from '../../model/type-config.ts';
import type { Clock } from '../../ports.ts';
import { keyOfObject, type Memory, objectId, recordedVersion } from './memory.ts';

/** A target in a member and what was seen of it. */
interface Target {
  readonly type: FederatedType;
  readonly cluster: string;
  readonly federated: ObjectKey;
}

export interface DriftDetector {
  /** @param object undefined when the member told of its deletion, or the label is gone */
  observe(type: FederatedType, cluster: string, object: JsonObject, deleted: boolean): void;
  /** Judges everything that is waiting, at once: before the watch stops. */
  settleNow(): void;
  /** resolves when all that has been observed up to now has been judged */
  settled(): Promise<void>;
}

/**
 * Our own write shows up in the member before its version is on record; whatever is not on record after this time is
 * a drift.
 */
const GRACE_MS = 2_000;

/**
 * Tells drifts from echoes. An event whose version is on record is dropped in memory; it costs no message and no call.
 */
export function driftDetector(
  memory: Memory,
  clock: Clock,
  tell: {
    /** is told of every target that has to be looked at */
    readonly onDrift: (target: Target, seenAtMs: number) => void;
    readonly onEcho: () => void;
  },
): DriftDetector {
  const settledTargets = new Map<string, SeenTarget>();
  const waiting = new Map<string, { target: Target; seen: SeenTarget; atMs: number }>();
  let ticking: Promise<void> | undefined;
  let wake = new AbortController();

  function isEcho(id: string, target: Target, seen: SeenTarget): boolean {
    const { type, federated, cluster } = target;
    // While the object is being deleted, its remove jobs see to the end themselves.
    if (seen.version === undefined && memory.objects.get(objectId(type, federated))?.deleting) {
      return true;
    }
    const recorded = recordedVersion(memory, type, federated, cluster);
    if (!isOwnWrite(seen, recorded, settledTargets.get(id))) return false;
    // Gone and not on record: unplaced. Unknown to this watch: somebody has to look.
    return seen.version !== undefined || memory.objects.has(objectId(type, federated));
  }

  function judge(id: string): void {
    const entry = waiting.get(id);
    if (entry === undefined) return;
    waiting.delete(id);
    if (isEcho(id, entry.target, entry.seen)) {
      remember(id, entry.seen);
      tell.onEcho();
    } else {
      settledTargets.delete(id);
      tell.onDrift(entry.target, entry.atMs);
    }
  }

  function remember(id: string, seen: SeenTarget): void {
    if (seen.version === undefined) settledTargets.delete(id);
    else settledTargets.set(id, seen);
  }

  function due(): string[] {
    const untilMs = clock.nowMs() - GRACE_MS;
    return [...waiting].filter(([, { atMs }]) => atMs <= untilMs).map(([id]) => id);
  }

  async function tick(): Promise<void> {
    while (waiting.size > 0) {
      const dueMs = Math.min(...[...waiting.values()].map(({ atMs }) => atMs)) + GRACE_MS;
      await clock.sleep(Math.max(0, dueMs - clock.nowMs()), wake.signal);
      for (const id of due()) judge(id);
    }
    ticking = undefined;
  }

  return {
    observe(type, cluster, object, deleted) {
      const target = { type, cluster, federated: federatedKeyOf(type, object) };
      const id = `${cluster}/${objectId(type, target.federated)}`;
      const seen = observeTarget(deleted ? undefined : object);
      waiting.delete(id);
      if (isEcho(id, target, seen)) {
        remember(id, seen);
        tell.onEcho();
        return;
      }
      waiting.set(id, { target, seen, atMs: clock.nowMs() });
      ticking ??= tick();
    },
    settleNow() {
      for (const id of [...waiting.keys()]) judge(id);
      wake.abort();
      wake = new AbortController();
    },
    async settled() {
      await ticking;
    },
  };
}

/** The target `x` of a FederatedNamespace stands for `x/x`; all others share their key with the federated object. */
function federatedKeyOf(type: FederatedType, target: JsonObject): ObjectKey {
  const key = keyOfObject(target);
  return type.name === NAMESPACES_TYPE ? { namespace: key.name, name: key.name } : key;
}

export function describeTarget({ type, cluster, federated }: Target): Record<string, string> {
  return { type: type.name, cluster, object: qualifiedName(federated) };
}
