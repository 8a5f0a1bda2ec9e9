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
/** Annotation of a federated object: any new value has everything tried again, also what can never succeed. */
export const REDRIVE_ANNOTATION = 'kubefed.io/redrive';
/** On a federated object, a FederatedNamespace or a KubeFedCluster: `true` holds writes to members back. Ours. */
export const PAUSED_ANNOTATION = 'kubefed.io/paused';
/** On a KubeFedCluster: `true` gives it no more replicas. Ours. */
export const CORDONED_ANNOTATION = 'kubefed.io/cordoned';
/** On a KubeFedCluster: `true` gives its replicas away. Ours. */
export const DRAINED_ANNOTATION = 'kubefed.io/drained';
/** Label of the ConfigMaps in the kubefed namespace that hold the deletes which a member has still to hear of. */
export const TOMBSTONES_LABEL = 'kubefed.io/tombstones';
/** On a DNS record or a Domain: ids of the hosted zones for its names, with commas between. */
export const HOSTED_ZONE_ANNOTATION = 'kubefed.io/hosted-zones';
/** On a DNS record: `true` lets its names replace what others have under them in Route 53. */
export const DNS_TAKE_OVER_ANNOTATION = 'kubefed.io/dns-take-over';
/** Label of the ConfigMaps in the kubefed namespace that hold what we have written to a hosted zone; its id. */
export const HOSTED_ZONE_LABEL = 'kubefed.io/hosted-zone';
export const PROPAGATION_CONDITION = 'Propagation';

/** Name of the Lease that the watch stage owns, in the kubefed namespace. */
export const WATCH_LEASE = 'kubefed-eks-watch';
/** Kubernetes group that access entries put our role into, bound to a ClusterRole at join. */
export const PROPAGATOR_GROUP = 'kubefed:propagator';
/** Kubernetes group that access entries put the roles of watch, status, health, dns and spread into. */
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
