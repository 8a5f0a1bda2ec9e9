import type { ClusterReport, Finding } from './preference-status.ts';
import type { Schedule } from './schedule.ts';
import type { Standing } from './standing.ts';

type Told = Pick<Finding, 'scheduled' | 'reason' | 'message'>;

/** @returns what a plan comes to, in words; free of anything that changes from pass to pass */
export function findingOf(
  scheduled: Schedule,
  totalReplicas: number,
  clusters: readonly ClusterReport[],
): Told {
  const away = ofStanding(clusters, 'lost', 'held', 'paused', 'cordoned', 'drained');
  if (!scheduled.planned) {
    const message = `No cluster takes replicas${away}. Placement and replicas stay as they are.`;
    return { scheduled: scheduled.unplaced === 0, reason: 'NoClusters', message };
  }
  if (scheduled.unplaced > 0) {
    const message =
      `${scheduled.unplaced} of ${totalReplicas} replicas have no place${away}: every cluster is at its ` +
      'maxReplicas, has nodes for no more, or has weight 0.';
    return { scheduled: false, reason: 'Unplaced', message };
  }
  if (scheduled.waiting.length > 0) {
    const waiting = scheduled.waiting.join(', ');
    const message = `Until others are ready, more than planned stay in ${waiting}${away}.`;
    return { scheduled: true, reason: 'HandingOver', message };
  }
  const message = `${totalReplicas} replicas have their place${away}.`;
  return { scheduled: true, reason: 'Scheduled', message };
}

/** @returns `; lost: east, west; held: north`; empty when there are none */
function ofStanding(clusters: readonly ClusterReport[], ...standings: Standing[]): string {
  return standings
    .map((standing) => {
      const names = clusters.filter((each) => each.standing === standing).map(({ name }) => name);
      return names.length === 0 ? '' : `; ${standing}: ${names.join(', ')}`;
    })
    .join('');
}
