/**
 * What became of one federated object in one member. The same word is the `status` of an entry in
 * `status.clusters[]`, the log field, the metric dimension, and what decides a retry.
 * `OK` is ours for the wire's absent status; so are `Paused` and `ClusterPaused`. Source: KubeFed v0.10.0, propagation status.
 */
export const PROPAGATION_CODES = [
  'OK',
  'WaitingForRemoval',
  'ClusterNotReady',
  'Paused',
  'ClusterPaused',
  'CachedRetrievalFailed',
  'ComputeResourceFailed',
  'ApplyOverridesFailed',
  'CreationFailed',
  'UpdateFailed',
  'DeletionFailed',
  'LabelRemovalFailed',
  'RetrievalFailed',
  'AlreadyExists',
  'FieldRetentionFailed',
  'VersionRetrievalFailed',
  'ClientRetrievalFailed',
  'ManagedLabelFalse',
  'CreationTimedOut',
  'UpdateTimedOut',
  'DeletionTimedOut',
  'LabelRemovalTimedOut',
] as const;
export type PropagationCode = (typeof PROPAGATION_CODES)[number];

/** Why the `Propagation` condition of a federated object is False; no reason means True. */
export const PROPAGATION_REASONS = [
  'ClusterRetrievalFailed',
  'ComputePlacementFailed',
  'NamespaceNotFederated',
  'CheckClusters',
] as const;
export type PropagationReason = (typeof PROPAGATION_REASONS)[number];

const RECOVERABLE: ReadonlySet<PropagationCode> = new Set([
  'CreationFailed',
  'UpdateFailed',
  'DeletionFailed',
  'LabelRemovalFailed',
  'RetrievalFailed',
  'ClientRetrievalFailed',
  'CreationTimedOut',
  'UpdateTimedOut',
  'DeletionTimedOut',
  'LabelRemovalTimedOut',
]);

/**
 * @returns whether trying again without any change may help
 * Source: KubeFed v0.10.0, recoverable propagation errors (0.8.1, and ClientRetrievalFailed of 0.9.2)
 */
export function isRecoverable(code: PropagationCode): boolean {
  return RECOVERABLE.has(code);
}
