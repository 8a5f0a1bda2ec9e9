import type { PropagationCode } from '../../model/propagation.ts';
import type { FieldChange } from './field-changes.ts';
import type { Finding, Place } from './finding.ts';
import type { PlannedDns } from './planned-dns.ts';

/**
 * What would happen to one object in one cluster. `adopt` takes over an object that is there already, `orphan` lets one
 * go that stays, `wait` is a member that is not ready, `fail` one that would refuse.
 */
export type PlannedAction =
  | 'create'
  | 'update'
  | 'delete'
  | 'adopt'
  | 'orphan'
  | 'nothing'
  | 'wait'
  | 'fail';

export interface PlannedMember {
  readonly cluster: string;
  readonly action: PlannedAction;
  /** for update and adopt, field by field */
  readonly changes: readonly FieldChange[];
  /** for wait and fail */
  readonly code?: PropagationCode;
  readonly message?: string;
}

export interface PlannedObject extends Partial<Place> {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  /** what applying the file does to the object on the host */
  readonly host: { readonly action: PlannedAction; readonly changes: readonly FieldChange[] };
  /** sorted by name; empty for an object that is not federated, or reaches no member */
  readonly members: readonly PlannedMember[];
}

export interface PlanReport {
  /** as they stand in the files; then objects that are not in the files and change because of them */
  readonly objects: readonly PlannedObject[];
  /** DNS records of the files, then others that change because of them */
  readonly dns: readonly PlannedDns[];
  readonly findings: readonly Finding[];
  /** what the report could not find out, e.g. that a member's server was not asked */
  readonly notes: readonly string[];
  /** members counted by action, each with an entry; and record sets that change */
  readonly summary: Readonly<Record<PlannedAction | 'recordSets' | 'errors', number>>;
}

/** @returns members by action, record sets that change, and errors in the files */
export function summaryOf(
  objects: readonly PlannedObject[],
  findings: readonly Finding[],
  dns: readonly PlannedDns[],
): PlanReport['summary'] {
  const count = (action: PlannedAction) =>
    objects.flatMap(({ members }) => members).filter((member) => member.action === action).length;
  return {
    create: count('create'),
    update: count('update'),
    delete: count('delete'),
    adopt: count('adopt'),
    orphan: count('orphan'),
    nothing: count('nothing'),
    wait: count('wait'),
    fail: count('fail'),
    recordSets: dns.flatMap(({ recordSets }) => recordSets).length,
    errors: findings.filter(({ severity }) => severity === 'error').length,
  };
}

/** @returns 1 with an error, 2 with a change on the host, in a member or in DNS, else 0 */
export function planExitCode(report: PlanReport): 0 | 1 | 2 {
  const { summary, objects, dns } = report;
  if (summary.errors > 0 || summary.fail > 0) return 1;
  const { create, update, adopt, orphan, wait } = summary;
  const inMembers = create + update + summary.delete + adopt + orphan + wait;
  const onHost = objects.some(({ host }) => host.action !== 'nothing');
  const inDns = dns.some(({ endpoint }) => endpoint.action !== 'nothing');
  return inMembers > 0 || onHost || inDns ? 2 : 0;
}
