import type { ApiErrorKind } from '../../ports.ts';
import type { ClusterLine } from '../status/overview.ts';
import { type Finding, ok, problem, type Seen } from './finding.ts';

/** What a member answered, as far as it did. */
export type Reached =
  | { readonly reached: true; readonly version: string }
  | { readonly reached: false; readonly kind: ApiErrorKind | 'NotOpened'; readonly why: string };

export interface MissingTarget {
  /** name of the FederatedTypeConfig */
  readonly type: string;
  /** `apps/v1 deployments` */
  readonly target: string;
  /** versions of its group that the member has; empty when it has no such group */
  readonly versions: readonly string[];
}

export interface MemberExam {
  readonly line: ClusterLine;
  /** whether it is entered by IAM; else by a token that the host keeps */
  readonly eks: boolean;
  readonly reached: Reached;
  /** absent when it was not reached */
  readonly missingTargets?: Seen<readonly MissingTarget[]>;
  /** what the functions may not do there, e.g. `create deployments.apps` */
  readonly denied?: Seen<readonly string[]>;
}

/** Is a member Ready, does it answer, has it the APIs, and does it let the functions in? */
export function checkMember(exam: MemberExam): Finding[] {
  const { line, reached } = exam;
  const subject = `cluster ${line.name}`;
  const ready = checkReady(line, subject);
  if (!reached.reached) return [...ready, unreached(exam, reached, subject)];
  const inside = [...checkTargets(exam, subject), ...checkDenied(exam, subject)];
  const findings = [...ready, ...inside];
  if (findings.length > 0) return findings;
  return [ok(subject, `Ready, answers as ${reached.version}, and lets the functions in`)];
}

function checkReady({ name, ready, reason, message }: ClusterLine, subject: string): Finding[] {
  if (ready === 'True') return [];
  if (ready === 'Unknown') {
    const text = 'it has never been probed: the function health has not run since it joined';
    return [problem('warning', subject, text, 'wait a minute; then look at the log of health')];
  }
  const remedy =
    reason === 'ClusterConfigMalformed'
      ? `mend what the message says, or join it again: kubefed-eks join ${name}`
      : 'is the cluster up, and can the functions reach its endpoint (see the setting vpc)? If it is gone for good: ' +
        `kubefed-eks unjoin ${name} --force`;
  return [problem('error', subject, `it is not Ready: ${reason}: ${message}`, remedy)];
}

function unreached(
  { line, eks }: MemberExam,
  { kind, why }: Extract<Reached, { reached: false }>,
  subject: string,
): Finding {
  const { name } = line;
  if (kind === 'Unauthorized' && !eks) {
    const message = `it does not accept the token that the host keeps for it: ${why}`;
    return problem('error', subject, message, `kubefed-eks join ${name}, which makes a new one`);
  }
  if (kind === 'Unauthorized') {
    const message = `your IAM identity has no access entry there, so it is not examined: ${why}`;
    return problem(
      'notSeen',
      subject,
      message,
      'another identity with --profile, or an access entry',
    );
  }
  if (kind === 'NotOpened') {
    const message = `it cannot be examined from here: ${why}`;
    return problem('notSeen', subject, message, 'credentials that reach it, with --profile');
  }
  const also = line.ready === 'True' ? ', though the functions reach it' : '';
  const message = `it does not answer from here${also}: ${why}`;
  return problem('notSeen', subject, message, 'run this where its endpoint can be reached');
}

function checkTargets({ missingTargets: missing }: MemberExam, subject: string): Finding[] {
  if (missing === undefined) return [];
  if (!missing.seen) {
    const message = `which APIs it has cannot be seen: ${missing.why}`;
    return [
      problem('notSeen', subject, message, 'an identity that may read /apis, with --profile'),
    ];
  }
  return missing.value.map(({ type, target, versions }) => {
    const has = versions.length === 0 ? 'nothing of that group' : versions.join(', ');
    return problem(
      'error',
      subject,
      `type ${type}: it does not serve ${target}, it has ${has}`,
      'install the CRD there, or upgrade the cluster',
      `take it out of the placement, or give the type a version that all members have: kubefed-eks enable ${type} --version VERSION`,
    );
  });
}

/** So many denied verbs are named; the rest is counted. */
const NAMED = 6;

function checkDenied({ denied, line }: MemberExam, subject: string): Finding[] {
  if (denied === undefined) return [];
  if (!denied.seen) {
    const message = `what the functions may do there cannot be seen: ${denied.why}`;
    const remedy = 'an identity that may create subjectaccessreviews, with --profile';
    return [problem('notSeen', subject, message, remedy)];
  }
  const { length } = denied.value;
  if (length === 0) return [];
  const more = length > NAMED ? ` and ${length - NAMED} more` : '';
  const message = `the functions may not ${denied.value.slice(0, NAMED).join(', ')}${more}`;
  const remedy = `the same kubefed-eks join again for ${line.name}: it adds what is missing`;
  return [problem('error', subject, message, remedy)];
}
