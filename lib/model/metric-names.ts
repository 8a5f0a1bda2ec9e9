/** Names of our CloudWatch metrics: the stages write them, alarms and dashboard in `infra/` read them. Constants only. */

export const METRICS_NAMESPACE = 'KubefedEks';

/** Every metric has this dimension; its value is POWERTOOLS_SERVICE_NAME, one per stage of one stack. */
export const SERVICE_DIMENSION = 'service';
/** The second dimension of PROPAGATION_FAILED: a propagation code. No other metric has a second dimension. */
export const CODE_DIMENSION = 'code';

/** Count. One object was made right in one member. */
export const PROPAGATED = 'Propagated';
/** Count, by CODE_DIMENSION. One object could not be made right in one member. */
export const PROPAGATION_FAILED = 'PropagationFailed';
/** Milliseconds from seeing the change to the member being right. */
export const PROPAGATION_LATENCY_MS = 'PropagationLatencyMs';
/** Count. Jobs that plans gave out. */
export const PLAN_JOBS = 'PlanJobs';
/** Milliseconds that the watch is behind the API servers. An alarm reads it. */
export const WATCH_LAG_MS = 'WatchLagMs';
/** Count. Written at least once a minute by the watch that holds the lease; its absence raises an alarm. */
export const WATCH_HELD = 'WatchHeld';
/** Count. Events that the watches delivered. */
export const WATCH_EVENTS = 'WatchEvents';
/** Count. Member events that were our own writes coming back. */
export const ECHOES_DROPPED = 'EchoesDropped';
/** Count. Changes of record sets that Route 53 took. */
export const ZONE_CHANGES = 'ZoneChanges';
/** Count. Names that are not in the zone as they ought to be: in conflict, or refused by Route 53. */
export const ZONE_NAMES_HELD = 'ZoneNamesHeld';
/** Count. What an audit found that somebody else had done to names of ours. */
export const ZONE_FOREIGN_EDITS = 'ZoneForeignEdits';
/** Count. Federated objects whose replicas were shared out anew. */
export const REPLICAS_SPREAD = 'ReplicasSpread';
/** Count. Members found ready in one pass of health. */
export const CLUSTER_READY = 'ClusterReady';
