/** One cluster on its way from what it has to what it is to have. */
export interface Move {
  readonly cluster: string;
  readonly wanted: number;
  /** how many of the wanted ones are not expected to find a node */
  readonly overflow?: number;
  /** replicas that it is told to run now */
  readonly declared: number;
  /** pods that are Ready there */
  readonly ready: number;
}

export interface HandOver {
  /** what each cluster is to be told now */
  readonly replicas: ReadonlyMap<string, number>;
  /** clusters that keep more than wanted until others are ready; sorted */
  readonly waiting: readonly string[];
}

/**
 * Makes before it breaks: who is to have more gets it at once; who is to have less gives up ready pods only as far as
 * there are more of them, over all clusters, than are wanted. Pods that are not ready may always go.
 *
 * @param moves the clusters that take part; the order does not matter
 */
export function handOver(moves: readonly Move[]): HandOver {
  const sorted = [...moves].sort((a, b) => (a.cluster < b.cluster ? -1 : 1));
  const needed = sorted.reduce((sum, move) => sum + move.wanted - (move.overflow ?? 0), 0);
  const running = sorted.reduce((sum, move) => sum + runningIn(move), 0);
  let spare = Math.max(0, running - needed);

  const replicas = new Map<string, number>();
  const waiting: string[] = [];
  for (const move of sorted) {
    const given = Math.min(Math.max(0, runningIn(move) - move.wanted), spare);
    spare -= given;
    const now = Math.max(move.wanted, runningIn(move) - given);
    replicas.set(move.cluster, now);
    if (now > move.wanted) waiting.push(move.cluster);
  }
  return { replicas, waiting };
}

/** Pods that are on their way out may still be ready. */
function runningIn({ ready, declared }: Move): number {
  return Math.min(ready, declared);
}
