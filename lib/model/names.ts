/** Wire names of KubeFed v0.10 and v0.6.1 (DNS), and ours beside them. Constants only. */

export const CORE_GROUP = 'core.kubefed.io';
export const TYPES_GROUP = 'types.kubefed.io';
export const SCHEDULING_GROUP = 'scheduling.kubefed.io';
export const DNS_GROUP = 'multiclusterdns.kubefed.io';

export const DEFAULT_KUBEFED_NAMESPACE = 'kube-federation-system';
export const CONFIG_NAME = 'kubefed';
/** The FederatedTypeConfig whose federated type decides where the contents of a namespace may go. */
export const NAMESPACES_TYPE = 'namespaces';

export const SYNC_FINALIZER = 'kubefed.io/sync-controller';
export const TYPE_CONFIG_FINALIZER = 'core.kubefed.io/federated-type-config';
export const MANAGED_LABEL = 'kubefed.io/managed';
export const ORPHAN_ANNOTATION = 'kubefed.io/orphan';
export const DELETE_OPTIONS_ANNOTATION = 'kubefed.io/deleteoption';
/** Label of the ConfigMaps in the kubefed namespace that hold the deletes which a member has still to hear of. */
export const TOMBSTONES_LABEL = 'kubefed.io/tombstones';
export const PROPAGATION_CONDITION = 'Propagation';

/** Name of the Lease that the watch stage owns, in the kubefed namespace. */
export const WATCH_LEASE = 'kubefed-eks-watch';
/** Kubernetes group that access entries put our role into, bound to a ClusterRole at join. */
export const PROPAGATOR_GROUP = 'kubefed:propagator';
/** Kubernetes group that access entries put the roles of watch, health, dns and spread into. */
export const OBSERVER_GROUP = 'kubefed:observer';
/** ConfigMap in the kubefed namespace that tells `join` the roles which a member has to let in. */
export const INSTALL_CONFIG_MAP = 'kubefed-eks';
/** ClusterRole, and its binding, that join makes in a cluster for those who only look. */
export const OBSERVER_ROLE = 'kubefed-eks:observer';
/** ClusterRole, and its binding, that join makes in a cluster for who writes the targets. */
export const PROPAGATOR_ROLE = 'kubefed-eks:propagator';

/** Namespaces whose Namespace object is never propagated; the kubefed namespace is one more. */
export const SYSTEM_NAMESPACES: ReadonlySet<string> = new Set([
  'kube-system',
  'kube-public',
  'default',
]);
