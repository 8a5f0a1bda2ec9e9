/** `notSeen` could not be examined from here, which is neither good nor bad. */
export const LEVELS = ['error', 'warning', 'notSeen', 'ok'] as const;
export type Level = (typeof LEVELS)[number];

/** What one check came to. */
export interface Finding {
  readonly level: Level;
  /** what was examined, e.g. `host`, `cluster west`, `queue jobs` */
  readonly subject: string;
  readonly message: string;
  /** each a command to run or a thing to do; empty only for what is in order */
  readonly remedies: readonly string[];
}

export function ok(subject: string, message: string): Finding {
  return { level: 'ok', subject, message, remedies: [] };
}

export function problem(
  level: Exclude<Level, 'ok'>,
  subject: string,
  message: string,
  ...remedies: [string, ...string[]]
): Finding {
  return { level, subject, message, remedies };
}

/** @returns the findings, the worst first, otherwise in the order of the examination */
export function worstFirst(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
}

/** @returns 1 when there is an error, else 0 */
export function doctorExitCode(findings: readonly Finding[]): 0 | 1 {
  return findings.some(({ level }) => level === 'error') ? 1 : 0;
}

export function countsOf(findings: readonly Finding[]): Readonly<Record<Level, number>> {
  const count = (level: Level) => findings.filter((one) => one.level === level).length;
  return {
    error: count('error'),
    warning: count('warning'),
    notSeen: count('notSeen'),
    ok: count('ok'),
  };
}

/** A value, or why it could not be had. */
export type Seen<T> =
  | { readonly seen: true; readonly value: T }
  | { readonly seen: false; readonly why: string };
