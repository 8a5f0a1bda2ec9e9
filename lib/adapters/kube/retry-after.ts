/** The headers of an answer that say when to come back. */
export interface RetryHeaders {
  readonly retryAfter?: string;
  /** the server's clock */
  readonly date?: string;
}

/** JavaScript takes `1.5` for a date as well. */
const HTTP_DATE = /^[A-Z][a-z]+,? .*\d\d:\d\d:\d\d/;

/**
 * Seconds are what API servers send; a date is what proxies and load balancers in front of them may send. It is held
 * against the server's own clock, so that ours does not count, unless the answer bears none.
 *
 * @returns whole seconds, at least 0; undefined when nothing was asked for, or nothing that can be read
 * Source: RFC 9110, 10.2.3 (delay-seconds or HTTP-date) and 6.6.1 (Date)
 */
export function retryAfterSeconds(
  { retryAfter, date }: RetryHeaders,
  nowMs = Date.now,
): number | undefined {
  const asked = retryAfter?.trim() ?? '';
  if (asked === '') return undefined;
  if (/^\d+$/.test(asked)) return Number(asked);
  const untilMs = HTTP_DATE.test(asked) ? Date.parse(asked) : Number.NaN;
  if (Number.isNaN(untilMs)) return undefined;
  const serverMs = Date.parse(date ?? '');
  const fromMs = Number.isNaN(serverMs) ? nowMs() : serverMs;
  return Math.max(0, Math.ceil((untilMs - fromMs) / 1000));
}
