import { isJsonObject, type JsonObject, listAt, stringAt } from '../../model/json.ts';
import { isCordoned, isDrained } from '../drained.ts';
import { isPaused } from '../paused.ts';
import { isReady } from '../readiness.ts';
import type { Preference } from './preference.ts';

/** @returns seconds from an RFC 3339 time until now; 0 when it is absent or unreadable */
export type SecondsSince = (time: string | undefined) => number;

/**
 * How a cluster takes part in the spreading:
 *
 * - `open`: takes replicas
 * - `cordoned`: keeps what it has, takes no more
 * - `drained`: gives its replicas away, the others first
 * - `held`: not Ready, but not for long: its number stays, and it has its share in the plan
 * - `paused`: its number stays and counts, whatever becomes of it
 * - `lost`: not Ready for too long, or back for too short: its number stays and does not count
 */
export type Standing = 'open' | 'cordoned' | 'drained' | 'held' | 'paused' | 'lost';

/** What is remembered of a cluster between two passes, in the status of the preference. */
export interface ClusterMemory {
  readonly lost: boolean;
  /** when it was lost last */
  readonly lostAt?: string;
  /** how often it was lost without a quiet hour between */
  readonly losses: number;
}

interface Now {
  readonly nowIso: string;
  readonly secondsSince: SecondsSince;
}

export interface ClusterStanding {
  readonly standing: Standing;
  readonly memory: ClusterMemory;
  /** seconds after which time alone changes the standing; absent when it does not */
  readonly recheckSeconds?: number;
}

const FORGET_AFTER_SECONDS = 3600;
const LONGEST_RECOVERY_SECONDS = 1800;
const NEVER_LOST: ClusterMemory = { lost: false, losses: 0 };

/**
 * Says how one cluster takes part. Going and coming each need a time without interruption, and each loss within an hour
 * of the last doubles the time for coming back, up to half an hour: a flapping cluster moves replicas ever more rarely.
 *
 * Source: KubeFed v0.10.0, 60 s and 20 s without memory; the rest is ADR 0016
 */
export function standingOf(
  cluster: JsonObject,
  before: ClusterMemory | undefined,
  preference: Preference,
  at: Now,
): ClusterStanding {
  const found = byReadiness(cluster, before, preference, at);
  return isPaused(cluster) ? { ...found, standing: 'paused' } : found;
}

function byReadiness(
  cluster: JsonObject,
  before: ClusterMemory | undefined,
  preference: Preference,
  at: Now,
): ClusterStanding {
  const memory = forgiven(before ?? NEVER_LOST, at.secondsSince);
  const ready = isReady(cluster);
  const seconds = at.secondsSince(readySince(cluster));
  if (memory.lost) {
    const waitSeconds = recoverySeconds(memory, preference);
    if (!ready) return { standing: 'lost', memory };
    if (seconds < waitSeconds) {
      return { standing: 'lost', memory, recheckSeconds: waitSeconds - seconds };
    }
    return { standing: wishOf(cluster), memory: { ...memory, lost: false } };
  }
  if (ready) return { standing: wishOf(cluster), memory };
  const leftSeconds = preference.failoverDelaySeconds - seconds;
  if (leftSeconds > 0) return { standing: 'held', memory, recheckSeconds: leftSeconds };
  const lost = { lost: true, lostAt: at.nowIso, losses: memory.losses + 1 };
  return { standing: 'lost', memory: lost };
}

function wishOf(cluster: JsonObject): Standing {
  if (isDrained(cluster)) return 'drained';
  return isCordoned(cluster) ? 'cordoned' : 'open';
}

function forgiven(memory: ClusterMemory, secondsSince: SecondsSince): ClusterMemory {
  const quiet = !memory.lost && secondsSince(memory.lostAt) >= FORGET_AFTER_SECONDS;
  return quiet ? NEVER_LOST : memory;
}

function recoverySeconds(memory: ClusterMemory, preference: Preference): number {
  const { recoveryDelaySeconds } = preference;
  const grown = recoveryDelaySeconds * 2 ** Math.max(0, memory.losses - 1);
  return Math.max(recoveryDelaySeconds, Math.min(grown, LONGEST_RECOVERY_SECONDS));
}

function readySince(cluster: JsonObject): string | undefined {
  const ready = listAt(cluster, 'status', 'conditions')
    .filter(isJsonObject)
    .find((condition) => condition['type'] === 'Ready');
  return stringAt(ready, 'lastTransitionTime');
}
