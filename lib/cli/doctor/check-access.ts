import { type Finding, ok, problem, type Seen } from './finding.ts';

/** Access of one IAM principal to one EKS cluster. */
export interface EntryExam {
  /** `host`, or the name of a member */
  readonly cluster: string;
  readonly isHost: boolean;
  readonly principalArn: string;
  /** Kubernetes groups that it needs */
  readonly wanted: readonly string[];
  /** groups of its access entry; undefined when it has none */
  readonly groups: Seen<readonly string[] | undefined>;
}

/** Does each EKS cluster let in the roles of the functions, with the groups that they need? */
export function checkAccess(entries: readonly EntryExam[]): Finding[] {
  const byCluster = Map.groupBy(entries, ({ cluster }) => cluster);
  return [...byCluster.values()].flatMap((ofCluster) => {
    const findings = ofCluster.flatMap(checkEntry);
    const [first] = ofCluster;
    if (first === undefined || findings.length > 0) return mergeUnseen(findings);
    return [ok(subjectOf(first), `access entries of ${ofCluster.length} roles are in order`)];
  });
}

function checkEntry(entry: EntryExam): Finding[] {
  const { principalArn, wanted, groups } = entry;
  const subject = subjectOf(entry);
  const remedy = entry.isHost
    ? 'npm run deploy (cdk deploy), which makes access entries on the host'
    : `the same kubefed-eks join again for ${entry.cluster}: it adds what is missing`;
  if (!groups.seen) {
    const message = `access entries cannot be seen: ${groups.why}`;
    const allow = 'allow eks:DescribeAccessEntry, or another identity with --profile';
    return [problem('notSeen', subject, message, allow)];
  }
  if (groups.value === undefined) {
    return [problem('error', subject, `${principalArn} has no access entry`, remedy)];
  }
  const missing = wanted.filter((group) => !groups.value?.includes(group));
  if (missing.length === 0) return [];
  const message = `the access entry of ${principalArn} lacks the groups ${missing.join(', ')}`;
  return [problem('error', subject, message, remedy)];
}

function subjectOf({ cluster, isHost }: EntryExam): string {
  return isHost ? 'host' : `cluster ${cluster}`;
}

/** What is refused for one role is refused for all: once is enough. */
function mergeUnseen(findings: readonly Finding[]): Finding[] {
  const [unseen] = findings.filter(({ level }) => level === 'notSeen');
  const rest = findings.filter(({ level }) => level !== 'notSeen');
  return unseen === undefined ? rest : [...rest, unseen];
}
