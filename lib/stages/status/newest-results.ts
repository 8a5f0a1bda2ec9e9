import type { ClusterResult, Outcome, PlanFacts } from '../../model/messages.ts';

/**
 * A slow member may report on an older generation after the others have reported on the newest.
 *
 * @returns the newest outcome of the highest generation; undefined when there are none
 */
export function newestPlan(outcomes: readonly Outcome[]): Outcome | undefined {
  const highest = Math.max(...outcomes.map(({ plan }) => plan.generation));
  return outcomes.findLast(({ plan }) => plan.generation === highest);
}

/**
 * What was made of another template, or what the plan wants otherwise, must not go on record.
 *
 * @returns the newest result of each member that fits the plan
 */
export function resultsFor(plan: PlanFacts, outcomes: readonly Outcome[]): ClusterResult[] {
  const selected = new Set(plan.selected);
  const byCluster = new Map<string, ClusterResult>();
  for (const outcome of outcomes) {
    if (outcome.plan.uid !== plan.uid || outcome.plan.generation !== plan.generation) continue;
    for (const result of outcome.results) {
      const { cluster, code } = result;
      const outdated = selected.has(cluster) ? code === 'gone' : code === 'OK';
      if (!outdated) byCluster.set(cluster, result);
    }
  }
  return [...byCluster.values()];
}

/** Nothing has to be read before it is written: nothing was on record, and every member reports at once. */
export function isFirstReport(plan: PlanFacts, results: readonly ClusterResult[]): boolean {
  const reported = new Set(results.map(({ cluster }) => cluster));
  return plan.fresh && plan.planned.every((cluster) => reported.has(cluster));
}
