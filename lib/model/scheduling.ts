import { SCHEDULING_GROUP } from './names.ts';
import type { Resource } from './resource.ts';

export const PREFERENCES: Resource = {
  group: SCHEDULING_GROUP,
  version: 'v1alpha1',
  kind: 'ReplicaSchedulingPreference',
  plural: 'replicaschedulingpreferences',
  namespaced: true,
};

/** Type configuration by `spec.targetKind`. Source: KubeFed v0.10.0, kinds that can be scheduled */
export const SCHEDULED_TYPES: ReadonlyMap<string, string> = new Map([
  ['FederatedDeployment', 'deployments.apps'],
  ['FederatedReplicaSet', 'replicasets.apps'],
]);
