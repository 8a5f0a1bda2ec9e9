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
  /** replicas that are to stay where they are without rebalance: those that are Ready, or may soon be */
  readonly current: number;
  /** how many can run there; absent while no pod is known to find no node */
  readonly capacity?: number;
  /** seconds after which time alone may change the others */
  readonly recheckSeconds?: number;
}

/** How long a pod may look for a node before it counts as one that finds none. Source: KubeFed v0.10.0 */
const UNSCHEDULABLE_AFTER_SECONDS = 60;
/** How long a pod may take to become Ready: a rollout must not move replicas to other clusters. */
const NOT_READY_AFTER_SECONDS = 300;

/** @returns whether the target's own status leaves open what runs: its pods have to be read then */
export function needsPods(target: JsonObject): boolean {
  return declaredReplicas(target) !== countAt(target, 'status', 'readyReplicas');
}

/** What one pod is on the way to; `seconds` for how long, `until` when it is given up. */
type PodState =
  | { readonly is: 'ready' }
  | { readonly is: 'nodeless' | 'starting'; readonly seconds: number; readonly until: number };

/**
 * @param target the Deployment or ReplicaSet in the member
 * @param pods those that its selector matches; not looked at when the target's status says all. undefined: they cannot
 *   be read, and its status has to do
 * Source: KubeFed v0.10.0; a pod whose Ready condition is not True counted as ready there
 */
export function runningReplicas(
  target: JsonObject,
  pods: readonly JsonObject[] | undefined,
  secondsSince: SecondsSince,
): RunningReplicas {
  const declared = declaredReplicas(target);
  if (!needsPods(target)) return { declared, ready: declared, current: declared };
  if (pods === undefined) {
    return { declared, ready: countAt(target, 'status', 'readyReplicas'), current: declared };
  }
  const states = pods.filter(isAlive).map((pod) => stateOf(pod, secondsSince));
  const ready = states.filter(({ is }) => is === 'ready').length;
  const waits = states.flatMap((state) => (state.is === 'ready' ? [] : [state]));
  const hoped = waits.filter(({ seconds, until }) => seconds <= until);
  const nodeless = waits.filter(
    ({ is, seconds, until }) => is === 'nodeless' && seconds > until,
  ).length;
  const missing = Math.max(0, declared - states.length);
  return {
    declared,
    ready,
    current: Math.min(declared, ready + hoped.length + missing),
    ...(nodeless === 0 ? {} : { capacity: Math.max(0, declared - nodeless) }),
    ...(hoped.length === 0
      ? {}
      : { recheckSeconds: Math.min(...hoped.map(({ seconds, until }) => until + 1 - seconds)) }),
  };
}

function stateOf(pod: JsonObject, secondsSince: SecondsSince): PodState {
  if (isReady(pod)) return { is: 'ready' };
  const scheduled = conditionOf(pod, 'PodScheduled');
  const isRunning = phaseOf(pod) === 'Running';
  if (!isRunning && scheduled?.['status'] === 'False' && scheduled['reason'] === 'Unschedulable') {
    const seconds = secondsSince(stringAt(scheduled, 'lastTransitionTime'));
    return { is: 'nodeless', seconds, until: UNSCHEDULABLE_AFTER_SECONDS };
  }
  const since = stringAt(conditionOf(pod, 'Ready'), 'lastTransitionTime');
  const seconds = secondsSince(since ?? stringAt(pod, 'metadata', 'creationTimestamp'));
  return { is: 'starting', seconds, until: NOT_READY_AFTER_SECONDS };
}

/** What is on its way out, or has ended, is being replaced. */
function isAlive(pod: JsonObject): boolean {
  const isOver = phaseOf(pod) === 'Failed' || phaseOf(pod) === 'Succeeded';
  return !isOver && valueAt(pod, 'metadata', 'deletionTimestamp') === undefined;
}

function isReady(pod: JsonObject): boolean {
  return phaseOf(pod) === 'Running' && conditionOf(pod, 'Ready')?.['status'] === 'True';
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
