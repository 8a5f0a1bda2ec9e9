import type { JsonObject } from '../model/json.ts';
import { listAt, stringAt } from '../model/json.ts';

/**
 * @returns whether the last probe found the cluster healthy; a cluster that was never probed, is
 * unreachable (it has no Ready condition at all) or misconfigured is not ready
 * Source: KubeFed v0.10.0, KubeFedCluster condition `Ready`
 */
export function isReady(kubeFedCluster: JsonObject): boolean {
  return listAt(kubeFedCluster, 'status', 'conditions').some(
    (condition) =>
      stringAt(condition, 'type') === 'Ready' && stringAt(condition, 'status') === 'True',
  );
}
