/** Bound of a DNS label and of a label value: cluster names become both. */
const NAME_LENGTH = 63;
const SUFFIX_LENGTH = 31;

/** What EKS tools write; the cluster's own name is the group. */
const EKS_FORMS: readonly RegExp[] = [
  // ARN, as the AWS CLI names contexts: arn:aws:eks:us-west-2:111122223333:cluster/basic
  /^arn:[^:]+:eks:[^:]+:[^:]+:cluster\/(.+)$/,
  // eksctl: nick-aws@basic.us-west-2.eksctl.io; the user may itself hold an @
  /^(?:.*@)?([^.@]+)\.[^.@]+\.eksctl\.io$/,
];

/**
 * Derives a legal KubeFedCluster name from a kubeconfig context or cluster name.
 *
 * | from                                                | name        |
 * |-----------------------------------------------------|-------------|
 * | `nick-aws@basic.us-west-2.eksctl.io`                | `basic`     |
 * | `arn:aws:eks:us-west-2:111122223333:cluster/Shop_1` | `shop-1`    |
 * | anything else                                       | sanitised   |
 *
 * @returns an RFC 1123 label: 1 to 63 of `a-z`, `0-9` and `-`, no `-` at either end. A legal name
 * stays as it is; text without any usable character gives `cluster`.
 * Source: eksctl and `aws eks update-kubeconfig` naming; RFC 1123
 */
export function deriveClusterName(from: string): string {
  const own = EKS_FORMS.map((form) => form.exec(from)?.[1]).find((name) => name !== undefined);
  return sanitise(own ?? from) || 'cluster';
}

/**
 * Makes a name that no other cluster has: the candidate, else with the hint behind it, else with a
 * number behind that.
 *
 * @param hint tells clusters of one name apart for a person, e.g. the Region; may be empty
 * @returns legal like a derived name, and not in `taken`
 */
export function uniqueClusterName(
  candidate: string,
  taken: ReadonlySet<string>,
  hint: string,
): string {
  const name = deriveClusterName(candidate);
  if (!taken.has(name)) return name;

  const hinted = withSuffix(name, sanitise(hint));
  let unique = hinted;
  for (let n = 2; taken.has(unique); n += 1) unique = withSuffix(hinted, String(n));
  return unique;
}

function sanitise(text: string): string {
  const label = text.toLowerCase().replace(/[^a-z0-9-]+/g, '-');
  return trimDashes(trimDashes(label).slice(0, NAME_LENGTH));
}

function withSuffix(name: string, suffix: string): string {
  const tail = trimDashes(suffix.slice(0, SUFFIX_LENGTH));
  return tail === '' ? name : `${trimDashes(name.slice(0, NAME_LENGTH - 1 - tail.length))}-${tail}`;
}

function trimDashes(label: string): string {
  return label.replace(/^-+|-+$/g, '');
}
