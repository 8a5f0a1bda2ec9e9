import type { Change, Outcome, PlanFacts } from '../../model/messages.ts';
import type { Federation } from '../federation.ts';

/** @returns the members that a plan has an answer for */
export function clustersOf({ planned, selected, known }: PlanFacts): string[] {
  return [...planned, ...selected, ...known.map(({ cluster }) => cluster)];
}

/**
 * An object may lie in a member that its newest plan does not know of: the plan was made before an earlier one had
 * reported. Nobody would take it out of there.
 *
 * @param input.seen members that status or record name
 * @param input.known members that a plan will look at, or has looked at
 * @returns members of the federation, without duplicates
 */
export function overlookedClusters(input: {
  readonly federation: Federation;
  readonly outcomes: readonly Outcome[];
  readonly seen?: readonly string[];
  readonly known: readonly string[];
}): string[] {
  const { federation, outcomes, seen = [], known } = input;
  const names = new Set([...seen, ...outcomes.flatMap(leftIn)]);
  for (const name of known) names.delete(name);
  return [...names].filter((name) => federation.clusters.has(name));
}

/** Where it was made right, and where it could not be removed. */
function leftIn({ plan, results }: Outcome): string[] {
  const left = results.filter(({ cluster, code }) =>
    plan.selected.includes(cluster) ? code === 'OK' : code !== 'gone',
  );
  return left.map(({ cluster }) => cluster);
}

/** @returns the change that has the object planned again, with a federation that is read anew */
export function replanOf(outcome: Outcome, cluster: string, nowMs: number): Change {
  const { v, type, namespace, name } = outcome;
  return {
    ...{ v, kind: 'object', type, name, cluster },
    ...(namespace === undefined ? {} : { namespace, namespaceRevision: nowMs }),
    ...{ cause: 'retry', seenAtMs: nowMs, contextRevision: nowMs },
  };
}
