import { stringAt } from '../../model/json.ts';
import type { Cluster, Members } from '../../ports.ts';

/**
 * Members by the name of their KubeFedCluster. The map may change at any time.
 *
 * @returns members of which `Unreachable` are those that the map lacks
 */
export function memoryMembers(clusters: ReadonlyMap<string, Cluster>): Members {
  return {
    async connect(kubeFedCluster) {
      const name = stringAt(kubeFedCluster, 'metadata', 'name') ?? '';
      const cluster = clusters.get(name);
      if (cluster !== undefined) return { ok: true, value: cluster };
      const message = `KubeFedCluster ${name} cannot be reached: there is no such cluster`;
      return { ok: false, error: { kind: 'Unreachable', message } };
    },
  };
}
