import { memoryCluster } from '../../lib/adapters/memory/cluster.ts';
import { systemClock } from '../../lib/runtime/clock.ts';
import { type Subject, UNSERVED, WIDGETS, widget } from './subject.ts';

/** A cluster in memory as the contract wants one, with some history that it has forgotten. */
export async function startMemoryCluster(): Promise<Subject> {
  const cluster = memoryCluster({
    clock: systemClock,
    requireNamespaces: true,
    isServed: (resource) => resource.plural !== UNSERVED.plural,
  });
  cluster.seed(WIDGETS, widget('forgotten'));
  cluster.compact();
  return { cluster, cleanUp: async () => undefined };
}
