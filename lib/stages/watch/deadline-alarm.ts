import { isReady } from '../../core/readiness.ts';
import type { Memory } from './memory.ts';

/** How often a watch asks on suspicion, while it cannot know everything that is being deleted. */
const ASK_EVERY_MS = 60_000;
const FIRST_ASK_MS = 10_000;
/** Past the deadline, so that what is due to the second is due for everybody. */
const SLACK_MS = 1_000;

/**
 * Says when a deletion has waited for a member long enough. The watch knows every object that is being deleted since it
 * started; of older ones it asks now and then, for as long as their deadline may lie ahead and a member is not ready.
 * While nothing is being deleted it costs nothing.
 */
export function deadlineAlarm(memory: Memory): { isDue(nowMs: number): boolean } {
  let askedMs = memory.startedMs;
  let nextAskMs = memory.startedMs + FIRST_ASK_MS;

  function isKnownDue(deadlineMs: number, nowMs: number): boolean {
    for (const { deletedAt, hasFinalizer } of memory.objects.values()) {
      if (deletedAt === undefined || !hasFinalizer) continue;
      const dueMs = Date.parse(deletedAt) + deadlineMs + SLACK_MS;
      if (dueMs > askedMs && dueMs <= nowMs) return true;
    }
    return false;
  }

  function isSuspected(deadlineMs: number, nowMs: number): boolean {
    const untilMs = memory.startedMs + deadlineMs + SLACK_MS;
    if (nowMs < nextAskMs || askedMs > untilMs) return false;
    nextAskMs = nowMs + ASK_EVERY_MS;
    return [...memory.clusters.values()].some((cluster) => !isReady(cluster));
  }

  return {
    isDue(nowMs) {
      const deadlineMs = memory.deletionDeadlineSeconds * 1000;
      const due = isKnownDue(deadlineMs, nowMs) || isSuspected(deadlineMs, nowMs);
      if (due) askedMs = nowMs;
      return due;
    },
  };
}
