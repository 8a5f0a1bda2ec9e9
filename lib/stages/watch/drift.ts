import { isOwnWrite, observeTarget, type SeenTarget } from '../../core/member-object.ts';
import { type JsonObject, stringAt } from '../../model/json.ts';
import { NAMESPACES_TYPE } from '../../model/names.ts';
import { type ObjectKey, qualifiedName } from '../../model/resource.ts';
import type { FederatedType } from '../../model/type-config.ts';
import type { Clock } from '../../ports.ts';
import { grace } from './grace.ts';
import { keyOfObject, type Memory, objectId, recordedVersions } from './memory.ts';

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
/** A target that somebody changes all the time is judged all the same. */
const LONGEST_GRACE_MS = 10_000;
/** Remove jobs look after a removal for nearly a minute. Of one that takes longer, nobody else tells the end. */
const SLOW_REMOVAL_MS = 45_000;

interface Observed {
  readonly target: Target;
  readonly seen: SeenTarget;
  /** it took so long to go that nobody waits for it any more */
  readonly slow: boolean;
  /** its version was not on record when this was seen: not only now, by an unplacement that took it away */
  readonly unrecorded: boolean;
}

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
  const limits = { graceMs: GRACE_MS, longestMs: LONGEST_GRACE_MS };
  const waiting = grace<Observed>(clock, limits, (id, observed, { atMs, early }) => {
    if (isEcho(id, observed, early ? 'at once' : 'at last')) takeEcho(id, observed.seen);
    else {
      // Told once. If it turns out to be right as it is, no further event says so.
      settle(id, observed.seen);
      tell.onDrift(observed.target, atMs);
    }
  });

  function isEcho(id: string, observed: Observed, when: 'at once' | 'at last') {
    const { target, seen, slow, unrecorded } = observed;
    const { type, federated, cluster } = target;
    const recorded = recordedVersions(memory, type, federated);
    if (seen.version !== undefined) {
      return isOwnWrite(seen, recorded?.get(cluster), settledTargets.get(id));
    }
    if (slow) return false;
    if (federated.namespace !== undefined && memory.terminating.has(federated.namespace))
      return true;
    // While the object is being deleted, its remove jobs see to the end themselves.
    if (memory.objects.get(objectId(type, federated))?.deleting) return true;
    // Gone, and its record went after it: unplaced. Without a record that this watch has seen, or when the last update
    // was refused, so that nothing was on record: somebody has to look.
    return when === 'at last' && isUnrecorded(recorded, cluster) && !unrecorded;
  }

  /** What was waiting may be on record by now: the next event is compared with it. */
  function settleEarlier(id: string): void {
    const earlier = waiting.get(id);
    if (earlier !== undefined && isEcho(id, earlier, 'at once')) settle(id, earlier.seen);
  }

  function takeEcho(id: string, seen: SeenTarget): void {
    settle(id, seen);
    tell.onEcho();
  }

  function settle(id: string, seen: SeenTarget): void {
    if (seen.version === undefined) settledTargets.delete(id);
    else settledTargets.set(id, seen);
  }

  return {
    observe(type, cluster, object, deleted) {
      const target = { type, cluster, federated: federatedKeyOf(type, object) };
      const id = `${cluster}/${objectId(type, target.federated)}`;
      const seen = observeTarget(deleted ? undefined : object);
      const slow = deleted && removalMs(object, clock.nowMs()) > SLOW_REMOVAL_MS;
      const recorded = recordedVersions(memory, type, target.federated);
      const unrecorded = isUnrecorded(recorded, cluster);
      const observed = { target, seen, slow, unrecorded };
      settleEarlier(id);
      if (!isEcho(id, observed, 'at once')) {
        waiting.put(id, observed);
        return;
      }
      waiting.drop(id);
      takeEcho(id, seen);
    },
    settleNow: () => waiting.judgeNow(),
    settled: () => waiting.settled(),
  };
}

function isUnrecorded(recorded: ReadonlyMap<string, string> | undefined, cluster: string) {
  return recorded !== undefined && !recorded.has(cluster);
}

/** @returns how long a target that is gone took to go; 0 when it went at once, or only its label did */
function removalMs(object: JsonObject, nowMs: number): number {
  const asked = stringAt(object, 'metadata', 'deletionTimestamp');
  return asked === undefined ? 0 : nowMs - Date.parse(asked);
}

/** The target `x` of a FederatedNamespace stands for `x/x`; all others share their key with the federated object. */
export function federatedKeyOf(type: FederatedType, target: JsonObject): ObjectKey {
  const key = keyOfObject(target);
  return type.name === NAMESPACES_TYPE ? { namespace: key.name, name: key.name } : key;
}

export function describeTarget({ type, cluster, federated }: Target): Record<string, string> {
  return { type: type.name, cluster, object: qualifiedName(federated) };
}
