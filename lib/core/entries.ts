import { isJsonObject, type JsonObject, listAt, stringAt } from '../model/json.ts';
import type { ClusterResult, PlanFacts } from '../model/messages.ts';
import { PROPAGATION_CODES, type PropagationCode } from '../model/propagation.ts';

/** One cluster's line in the status of a federated object. */
export interface ClusterEntry {
  readonly name: string;
  readonly code: PropagationCode;
  readonly message?: string;
  /** fingerprint of an update that can never succeed */
  readonly refused?: string;
}

export interface Merged {
  /** sorted by name */
  readonly entries: readonly ClusterEntry[];
  /** clusters that were planned and have not reported yet, sorted */
  readonly pending: readonly string[];
}

/** @returns the entries of a stored status; a code that we do not know counts as a failed update */
export function storedEntries(status: JsonObject | undefined): ClusterEntry[] {
  return listAt(status, 'clusters')
    .filter(isJsonObject)
    .map((entry) => {
      const message = stringAt(entry, 'message');
      const refused = stringAt(entry, 'refused');
      return {
        name: stringAt(entry, 'name') ?? '',
        code: codeOf(stringAt(entry, 'status')),
        ...(message === undefined ? {} : { message }),
        ...(refused === undefined ? {} : { refused }),
      };
    });
}

/**
 * Joins what this pass reported with what is on record, for an object that stays.
 *
 * | a planned cluster that has not reported | entry           | pending            |
 * |------------------------------------------|-----------------|--------------------|
 * | selected, its version is on record       | in sync         | no                 |
 * | selected, had failed                     | the failure     | no                 |
 * | selected, else                           | none            | yes                |
 * | not selected, in the stored status       | as it is stored | yes, if not failed |
 * | not selected, not in the stored status   | none            | no: it is gone     |
 *
 * @param recorded clusters with a version under the current hashes
 */
export function mergeEntries(input: {
  readonly plan: PlanFacts;
  readonly results: readonly ClusterResult[];
  readonly stored: readonly ClusterEntry[];
  readonly recorded: ReadonlySet<string>;
}): Merged {
  const { plan, results, recorded } = input;
  const reported = new Map([...plan.known, ...results].map((r) => [r.cluster, r]));
  const stored = new Map(input.stored.map((entry) => [entry.name, entry]));
  const selected = new Set(plan.selected);
  const entries: ClusterEntry[] = [];
  const pending: string[] = [];
  for (const result of reported.values()) {
    if (result.code !== 'gone') entries.push(entryOf(result, result.code));
  }
  for (const name of plan.planned.filter((planned) => !reported.has(planned))) {
    const silent = selected.has(name)
      ? silentMember(name, stored.get(name), recorded.has(name))
      : silentLeftover(stored.get(name));
    if (silent.entry !== undefined) entries.push(silent.entry);
    if (silent.pending) pending.push(name);
  }
  return { entries: entries.sort(byName), pending: pending.sort() };
}

/** A planned cluster that has not reported. */
interface Silent {
  readonly entry?: ClusterEntry;
  readonly pending: boolean;
}

function silentMember(name: string, before: ClusterEntry | undefined, recorded: boolean): Silent {
  if (recorded) return { entry: { name, code: 'OK' }, pending: false };
  const failed = before !== undefined && before.code !== 'OK';
  return failed ? { entry: before, pending: false } : { pending: true };
}

function silentLeftover(before: ClusterEntry | undefined): Silent {
  return before === undefined
    ? { pending: false }
    : { entry: before, pending: before.code === 'OK' };
}

/**
 * What is left in members of an object that is being deleted. A deletion moves the generation: a status of the planned
 * generation was written during the deletion and lists what is left; before that, every planned cluster counts as
 * waiting. Clusters that the plan does not name any more have left the federation.
 *
 * @param observedGeneration that of the stored status; undefined when there is none
 * @returns sorted by name; empty when nothing is left anywhere
 */
export function remainingEntries(input: {
  readonly plan: PlanFacts;
  readonly results: readonly ClusterResult[];
  readonly stored: readonly ClusterEntry[];
  readonly observedGeneration: number | undefined;
}): ClusterEntry[] {
  const { stored, plan, results } = input;
  const begun = input.observedGeneration === plan.generation;
  const concerned = new Set([...plan.planned, ...plan.known.map(({ cluster }) => cluster)]);
  const waiting = plan.planned.map((name): ClusterEntry => ({ name, code: 'WaitingForRemoval' }));
  const before = begun ? stored.filter(({ name }) => concerned.has(name)) : waiting;
  const left = new Map(before.map((entry) => [entry.name, entry]));
  // What is gone is gone, even if its cluster has become unready since.
  const known = plan.known.filter(({ cluster }) => !begun || left.has(cluster));
  for (const result of [...known, ...results]) {
    if (result.code === 'gone') left.delete(result.cluster);
    else left.set(result.cluster, entryOf(result, result.code));
  }
  return [...left.values()].sort(byName);
}

function entryOf(result: ClusterResult, code: PropagationCode): ClusterEntry {
  const { cluster: name, message, refused } = result;
  return {
    name,
    code,
    ...(message === undefined ? {} : { message }),
    ...(refused === undefined ? {} : { refused }),
  };
}

function codeOf(status: string | undefined): PropagationCode {
  if (!status) return 'OK';
  return PROPAGATION_CODES.find((code) => code === status) ?? 'UpdateFailed';
}

function byName(a: ClusterEntry, b: ClusterEntry): number {
  return a.name < b.name ? -1 : 1;
}
