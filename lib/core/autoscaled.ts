import type { JsonObject } from '../model/json.ts';
import { listAt, stringAt, valueAt } from '../model/json.ts';

/**
 * Field managers that scale without being told to. HorizontalPodAutoscalers are run by kube-controller-manager; KEDA
 * itself scales only to and from zero. `kubectl scale` is not among them: what a person does in a member is a drift.
 */
const AUTOSCALERS: ReadonlySet<string> = new Set(['kube-controller-manager', 'keda']);

/**
 * Tells whether an autoscaler of the member was the last to set `spec.replicas`. Nothing has to be read for it: API
 * servers note who set a field, and by which subresource. The note stays when the autoscaler is deleted, until somebody
 * else sets another number.
 *
 * @param live object as the member has it
 * Source: Kubernetes 1.34, managedFields; the scale subresource is how autoscalers write
 */
export function isAutoscaled(live: JsonObject): boolean {
  return listAt(live, 'metadata', 'managedFields').some(
    (entry) =>
      stringAt(entry, 'subresource') === 'scale' &&
      AUTOSCALERS.has(stringAt(entry, 'manager') ?? '') &&
      valueAt(entry, 'fieldsV1', 'f:spec', 'f:replicas') !== undefined,
  );
}
