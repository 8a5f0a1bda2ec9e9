import {
  isJsonObject,
  type JsonObject,
  listAt,
  objectAt,
  stringAt,
  valueAt,
} from '../../model/json.ts';
import type { SecondsSince } from './standing.ts';

/** What runs of one target in one member. */
export interface RunningReplicas {
  /** `spec.replicas` of the target */
  readonly declared: number;
  /** pods that are Ready */
  readonly ready: number;
  /** how many can run there; absent while no pod is known to find no node */
  readonly capacity?: number;
  /** seconds after which a pod that waits for a node now may count as one that finds none */
  readonly recheckSeconds?: number;
}

const UNSCHEDULABLE_AFTER_SECONDS = 60;
const RECHECK_SECONDS = 10;

/** @returns whether the target's own status leaves open what runs: its pods have to be read then */
export function needsPods(target: JsonObject): boolean {
  return declaredReplicas(target) !== countAt(target, 'status', 'readyReplicas');
}

/**
 * @param target the Deployment or ReplicaSet in the member
 * @param pods those that its selector matches; not looked at when the target's status says all
 * Source: KubeFed v0.10.0; a pod whose Ready condition is not True counted as ready there
 */
export function runningReplicas(
  target: JsonObject,
  pods: readonly JsonObject[],
  secondsSince: SecondsSince,
): RunningReplicas {
  const declared = declaredReplicas(target);
  if (!needsPods(target)) return { declared, ready: declared };

  const waits = pods.flatMap((pod) => secondsWithoutNode(pod, secondsSince) ?? []);
  const unschedulable = waits.filter((seconds) => seconds > UNSCHEDULABLE_AFTER_SECONDS).length;
  return {
    declared,
    ready: pods.filter(isReady).length,
    ...(unschedulable === 0 ? {} : { capacity: Math.max(0, declared - unschedulable) }),
    ...(waits.length === unschedulable ? {} : { recheckSeconds: RECHECK_SECONDS }),
  };
}

function isReady(pod: JsonObject): boolean {
  return phaseOf(pod) === 'Running' && conditionOf(pod, 'Ready')?.['status'] === 'True';
}

function secondsWithoutNode(pod: JsonObject, secondsSince: SecondsSince): number | undefined {
  if (phaseOf(pod) === 'Running') return undefined;
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (scheduled?.['status'] !== 'False' || scheduled['reason'] !== 'Unschedulable') {
    return undefined;
  }
  return secondsSince(stringAt(scheduled, 'lastTransitionTime'));
}

function phaseOf(pod: JsonObject) {
  return valueAt(pod, 'status', 'phase');
}

function conditionOf(pod: JsonObject, type: string): JsonObject | undefined {
  return listAt(objectAt(pod, 'status'), 'conditions')
    .filter(isJsonObject)
    .find((condition) => condition['type'] === type);
}

function declaredReplicas(target: JsonObject): number {
  return countAt(target, 'spec', 'replicas');
}

function countAt(object: JsonObject, ...path: string[]): number {
  const found = valueAt(object, ...path);
  return typeof found === 'number' ? found : 0;
}
