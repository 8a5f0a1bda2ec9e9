import { type Finding, ok, problem } from './finding.ts';

export interface ClockExam {
  /** `host`, or `cluster` and the name of a member */
  readonly subject: string;
  /** how far it is ahead of the clock here; negative when behind */
  readonly skewSeconds: number;
}

/** The Lease of the watch runs out after as long. */
const NOTED_SECONDS = 15;
/** AWS refuses requests that are signed five minutes off. Source: AWS, Signature Version 4 */
const REFUSED_SECONDS = 300;
/** A Date header has whole seconds. */
const SAME_SECONDS = 3;

/**
 * Do the clocks agree? Where all clusters differ from here by the same, the clock here is the one that is off.
 *
 * @param exams of clusters that answered; may be empty
 */
export function checkClocks(exams: readonly ClockExam[]): Finding[] {
  const off = exams.filter(({ skewSeconds }) => Math.abs(skewSeconds) >= NOTED_SECONDS);
  if (exams.length === 0) return [];
  if (off.length === 0) return [ok('clocks', `${exams.length} clusters agree with the clock here`)];
  const skews = exams.map(({ skewSeconds }) => skewSeconds);
  const agree = Math.max(...skews) - Math.min(...skews) <= SAME_SECONDS;
  const [first] = off;
  if (agree && exams.length > 1 && first !== undefined) {
    const message = `the clock of this machine is ${told(-first.skewSeconds)} all clusters`;
    return [problem('warning', 'clocks', message, 'set the clock here: AWS refuses a wrong one')];
  }
  return off.map(({ subject, skewSeconds }) => {
    const level = Math.abs(skewSeconds) >= REFUSED_SECONDS ? 'error' : 'warning';
    const message = `its clock is ${told(skewSeconds)} the clock here`;
    const remedy = 'set the clocks by NTP: tokens, Leases and deadlines depend on them';
    return problem(level, subject, message, remedy);
  });
}

function told(seconds: number): string {
  return `${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'}`;
}
