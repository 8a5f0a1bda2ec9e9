const MINUTE_SECONDS = 60;

/**
 * The schedule ticks once a minute; the rounds between two ticks are delayed messages. The last of them is due when the
 * next tick is, or after it: a tick may be late, and no member is to go unprobed for longer than a period.
 *
 * @param periodSeconds `clusterHealthCheck.period`; a round starts on a whole second, and those of more than a minute
 *   on a whole minute
 * @param minute minutes since the epoch
 * @returns whether this tick probes, and after how many seconds further rounds are due, ascending; may be empty
 * Source: Amazon EventBridge Scheduler user guide: a schedule is invoked within a minute of its time
 */
export function roundsOfMinute(
  periodSeconds: number,
  minute: number,
): { readonly now: boolean; readonly laterSeconds: readonly number[] } {
  const step = Math.max(1, Math.ceil(periodSeconds));
  if (step >= MINUTE_SECONDS) {
    return { now: minute % Math.ceil(step / MINUTE_SECONDS) === 0, laterSeconds: [] };
  }
  const count = Math.ceil(MINUTE_SECONDS / step);
  return { now: true, laterSeconds: Array.from({ length: count }, (_, i) => (i + 1) * step) };
}
