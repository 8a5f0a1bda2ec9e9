/**
 * The bodies of the three queues. They carry keys and small facts, never objects: every stage re-reads what it
 * needs, so a message that is doubled, late, re-ordered or dropped does no harm, and no Secret lies in a queue.
 */
import * as z from 'zod/mini';
import { PROPAGATION_CODES, PROPAGATION_REASONS } from './propagation.ts';

const text = z.string().check(z.minLength(1));
const code = z.enum(PROPAGATION_CODES);
const reason = z.enum(PROPAGATION_REASONS);

/**
 * When the watch last saw clusters, types or the config change, in ms since the epoch. A worker that has read them for
 * this revision or a later one need not read them again.
 */
const contextRevision = z.optional(z.number());

const subject = {
  v: z.literal(1),
  /** name of the FederatedTypeConfig, e.g. `deployments.apps` */
  type: text,
  /** absent for cluster-scoped federated objects */
  namespace: z.optional(text),
  name: text,
};

/** One federated object may have to be brought in line again. */
export const Change = z.object({
  ...subject,
  kind: z.literal('object'),
  /** what woke us; for logs and metrics only */
  cause: z.enum(['edit', 'drift', 'cluster', 'sweep', 'namespace', 'type', 'retry']),
  /** when the cause was seen, in ms since the epoch */
  seenAtMs: z.number(),
  /**
   * Set when the watch saw an object without any finalizer: its resourceVersion then. Plan can add ours with one
   * conditional patch instead of reading first.
   */
  bareResourceVersion: z.optional(text),
  /** the namespace of the object is being deleted: the object is to go, even if it is not marked yet */
  terminating: z.optional(z.boolean()),
  /** with `terminating`: clusters that the object leaves together with its namespace, without a call for it */
  leaving: z.optional(z.array(text)),
  /** with `terminating`: the object that is meant; one of its name in a namespace that was made anew is not */
  uid: z.optional(text),
  /** the member in which a drift was seen; something of ours lies there even if the host has no record of it */
  cluster: z.optional(text),
  /** the member has still to hear of a delete that the host did not wait for: see tombstones */
  replay: z.optional(z.boolean()),
  contextRevision,
  /** like contextRevision, for the FederatedNamespace of the object's namespace */
  namespaceRevision: z.optional(z.number()),
});
export type Change = z.infer<typeof Change>;

/** Every object of one type (or of all types, `*`) in one namespace (or all) may have to be brought in line. */
export const Sweep = z.object({
  v: z.literal(1),
  kind: z.literal('sweep'),
  /** name of a FederatedTypeConfig, or `*` */
  type: text,
  namespace: z.optional(text),
  /** the namespace is being deleted on the host: its federated objects are to go at once */
  terminating: z.optional(z.boolean()),
  /** only the objects whose deletion has waited for members long enough, at `seenAtMs` */
  overdue: z.optional(z.boolean()),
  cause: Change.shape.cause,
  seenAtMs: z.number(),
  contextRevision,
});
export type Sweep = z.infer<typeof Sweep>;

export const ChangeMessage = z.discriminatedUnion('kind', [Change, Sweep]);
export type ChangeMessage = z.infer<typeof ChangeMessage>;

const clusterResult = z.object({
  cluster: text,
  /** `gone` means nothing of ours is left there */
  code: z.union([code, z.literal('gone')]),
  /** version of the target after this pass (`gen:3`, `rv:123`); only with code OK */
  version: z.optional(text),
  /** what the API server or the override engine said; absent when OK */
  message: z.optional(z.string()),
  /** whether the member was written to */
  wrote: z.optional(z.boolean()),
  /** print of the target's status, empty where it has none; only for types whose status is collected */
  targetStatus: z.optional(z.string()),
  /** fingerprint of an update that can never succeed: it changes what is immutable */
  refused: z.optional(text),
});
export type ClusterResult = z.infer<typeof clusterResult>;

/** What plan decided for the object as a whole; it travels with every job into the outcomes. */
export const PlanFacts = z.object({
  uid: text,
  generation: z.number(),
  /** resourceVersion of the federated object that was planned */
  resourceVersion: text,
  /** clusters that get a job in this pass, sorted */
  planned: z.array(text),
  /** clusters in the placement, sorted; empty when the object is being deleted */
  selected: z.array(text),
  /** results known without asking a member (ClusterNotReady) */
  known: z.array(clusterResult),
  templateVersion: z.string(),
  overridesVersion: z.string(),
  deleting: z.boolean(),
  /** tombstones of the object that the results settle, by cluster and uid of what was deleted */
  buried: z.optional(z.array(z.object({ cluster: text, uid: text }))),
  /** nothing was recorded on the host before this pass: no status, no PropagatedVersion */
  fresh: z.boolean(),
  reason: z.optional(reason),
  /** warnings about the object to be told as events, e.g. an unknown cluster in the placement */
  warnings: z.optional(z.array(z.object({ reason: text, message: text }))),
});
export type PlanFacts = z.infer<typeof PlanFacts>;

/** Make one object right in one member. */
export const Job = z.object({
  ...subject,
  cluster: text,
  /** ensure: create or update; remove: delete if it is ours; release: take our label off, leave the object */
  action: z.enum(['ensure', 'remove', 'release']),
  /** version recorded for this cluster under the current hashes; absent when there is none */
  recordedVersion: z.optional(text),
  /** nothing of ours is expected there: create first, ask only if it exists */
  expectAbsent: z.optional(z.boolean()),
  /** the update that can never succeed and what was said of it; another one is worth a try */
  refused: z.optional(z.object({ fingerprint: text, message: z.string() })),
  /** JSON of metav1.DeleteOptions, for remove */
  deleteOptions: z.optional(z.string()),
  plan: PlanFacts,
  seenAtMs: z.number(),
  contextRevision,
});
export type Job = z.infer<typeof Job>;

/** What became of one or more jobs of one object. An object without any job has an outcome without results. */
export const Outcome = z.object({
  ...subject,
  plan: PlanFacts,
  results: z.array(clusterResult),
  seenAtMs: z.number(),
  contextRevision,
});
export type Outcome = z.infer<typeof Outcome>;

/** Targets of one object have another status than before, in these members. */
export const StatusChange = z.object({
  ...subject,
  kind: z.literal('status'),
  /** sorted, not empty */
  clusters: z.array(text),
  seenAtMs: z.number(),
  contextRevision,
});
export type StatusChange = z.infer<typeof StatusChange>;

export const OutcomeMessage = z.union([StatusChange, Outcome]);
export type OutcomeMessage = z.infer<typeof OutcomeMessage>;

/** The DNS record of one Service or Ingress may have to be brought in line. */
export const RecordChange = z.object({
  v: z.literal(1),
  kind: z.enum(['service', 'ingress']),
  namespace: text,
  name: text,
  seenAtMs: z.number(),
  contextRevision,
});
export type RecordChange = z.infer<typeof RecordChange>;

/** Every DNS record may have to: members came, went or changed, or a Domain did. */
export const RecordSweep = z.object({
  v: z.literal(1),
  kind: z.literal('all'),
  seenAtMs: z.number(),
  contextRevision,
});
export type RecordSweep = z.infer<typeof RecordSweep>;

export const RecordMessage = z.discriminatedUnion('kind', [RecordChange, RecordSweep]);
export type RecordMessage = z.infer<typeof RecordMessage>;

/** A hosted zone may have to be brought in line with the DNSEndpoints of the host. */
export const ZonePass = z.object({
  v: z.literal(1),
  kind: z.literal('zone'),
  /** id of the hosted zone */
  zone: text,
  /** the zone is to be listed: what is there counts, not what is known of it */
  audit: z.optional(z.boolean()),
  /** of the DNSEndpoint that changed: who has listed them at that version or a later one has seen it */
  resourceVersion: z.optional(text),
  seenAtMs: z.number(),
});
export type ZonePass = z.infer<typeof ZonePass>;
/** The replicas that one ReplicaSchedulingPreference shares out may have to be shared out anew. */
export const PreferenceChange = z.object({
  v: z.literal(1),
  kind: z.literal('preference'),
  namespace: text,
  name: text,
  /** `spec.targetKind` of a preference that is gone: what it leaves behind is to be told */
  goneTargetKind: z.optional(z.string()),
  seenAtMs: z.number(),
  contextRevision,
});
export type PreferenceChange = z.infer<typeof PreferenceChange>;

/** Those of every preference may have to be: clusters came, went or changed. */
export const PreferenceSweep = RecordSweep;
export type PreferenceSweep = z.infer<typeof PreferenceSweep>;

export const PreferenceMessage = z.discriminatedUnion('kind', [PreferenceChange, PreferenceSweep]);
export type PreferenceMessage = z.infer<typeof PreferenceMessage>;

/** Somebody wants to know now whether a member is healthy. */
export const ProbeRequest = z.object({ v: z.literal(1), kind: z.literal('probe'), cluster: text });
export type ProbeRequest = z.infer<typeof ProbeRequest>;

/** All members are due for a probe. It waits in the queue until then: the schedule ticks once a minute. */
export const ProbeRound = z.object({
  v: z.literal(1),
  kind: z.literal('round'),
  /** how long it has to wait after it was sent */
  afterSeconds: z.number(),
  dueAtMs: z.number(),
});
export type ProbeRound = z.infer<typeof ProbeRound>;

export const ProbeMessage = z.discriminatedUnion('kind', [ProbeRequest, ProbeRound]);
export type ProbeMessage = z.infer<typeof ProbeMessage>;
