import type { RecordSet } from '../../lib/model/record-set.ts';

/**
 * Where Route 53 leads somebody who asks from a Region. Knows latency sets, weighted ones (of which it takes the first) and
 * aliases that have the health of their target.
 *
 * @param sets of one hosted zone
 * @param isHealthy whether a load balancer has healthy targets, by its host name
 * @returns host name of a load balancer, or the first address; undefined when there is no such name
 * Source: Amazon Route 53 developer guide, "How Amazon Route 53 chooses records when health checking is configured": when
 *   none is healthy, all count as healthy
 */
export function answerOf(
  sets: readonly RecordSet[],
  question: { readonly name: string; readonly region: string },
  isHealthy: (hostname: string) => boolean,
): string | undefined {
  const named = (name: string) => sets.filter((set) => set.type === 'A' && set.name === name);
  const isWell = ({ alias }: RecordSet): boolean => {
    if (alias === undefined || !alias.evaluateTargetHealth) return true;
    const inZone = named(alias.name);
    return inZone.length === 0 ? isHealthy(alias.name) : inZone.some(isWell);
  };
  const pick = (name: string): string | undefined => {
    const all = named(name);
    const well = all.filter(isWell);
    const candidates = well.length > 0 ? well : all;
    const near = candidates.find(
      ({ routing }) => routing?.kind === 'latency' && routing.region === question.region,
    );
    const chosen = near ?? candidates[0];
    if (chosen?.alias === undefined) return chosen?.values[0];
    return named(chosen.alias.name).length > 0 ? pick(chosen.alias.name) : chosen.alias.name;
  };
  return pick(question.name);
}
