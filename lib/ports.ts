/**
 * All that the stages do to the outside world. The roles in `infra/` grant what these need and nothing else.
 */
import type { JsonObject } from './model/json.ts';
import type {
  Change,
  Job,
  Outcome,
  PreferenceMessage,
  ProbeMessage,
  RecordMessage,
  StatusChange,
  Sweep,
  ZonePass,
} from './model/messages.ts';
import type { HostedZone, RecordSet, ZoneChange } from './model/record-set.ts';
import type { ObjectKey, Resource } from './model/resource.ts';

/** What an API server, or the way to it, said no with. One word, so that stages branch without HTTP numbers. */
export type ApiErrorKind =
  | 'NotFound'
  | 'AlreadyExists'
  | 'Conflict'
  | 'Gone'
  | 'Invalid'
  | 'Unauthorized'
  | 'Forbidden'
  | 'Throttled'
  | 'Unreachable'
  | 'TimedOut'
  | 'ServerError';

export interface ApiError {
  readonly kind: ApiErrorKind;
  /** HTTP status; absent when no answer came */
  readonly status?: number;
  /** the server's own sentence, or what the connection failed with */
  readonly message: string;
  /** what Retry-After asked for */
  readonly retryAfterSeconds?: number;
  /** with `Invalid`: what the server has against single fields; absent when it names none */
  readonly causes?: readonly { readonly field: string; readonly message: string }[];
}

/** Expected refusals are values; only a bug throws. */
export type ApiResult<T = JsonObject> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: ApiError };

export interface ListOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  /** names, labels and versions alone (PartialObjectMetadata): far smaller answers */
  readonly metadataOnly?: boolean;
}

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: JsonObject;
}

export interface WatchOptions extends ListOptions {
  readonly resourceVersion: string;
  /** how long the server may keep the stream open */
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
}

/** The API of one cluster, host or member. */
export interface Cluster {
  /**
   * @param notOlderThan a resourceVersion that the server has given: what its cache holds at that version or a later one
   *   is good enough, and costs half as much as the newest state. Without it the answer is the newest state.
   */
  get(resource: Resource, key: ObjectKey, notOlderThan?: string): Promise<ApiResult>;
  /** Every object, pages joined; `resourceVersion` is where a watch can start. */
  list(
    resource: Resource,
    options?: ListOptions,
  ): Promise<ApiResult<{ items: JsonObject[]; resourceVersion: string }>>;
  create(resource: Resource, object: JsonObject): Promise<ApiResult>;
  /** Full update; the object's resourceVersion, if it has one, must still be current. */
  replace(resource: Resource, object: JsonObject): Promise<ApiResult>;
  /** JSON merge patch (RFC 7386); a resourceVersion in it is a precondition. */
  patch(
    resource: Resource,
    key: ObjectKey,
    patch: JsonObject,
    subresource?: 'status',
  ): Promise<ApiResult>;
  /** @returns the object as it is being deleted, or a Status when it is gone already */
  delete(resource: Resource, key: ObjectKey, options?: JsonObject): Promise<ApiResult>;
  /**
   * Yields events until the server ends the stream, the signal fires, or an error (`Gone` when the resourceVersion
   * is too old) is returned as the generator's last value.
   */
  watch(
    resource: Resource,
    options: WatchOptions,
  ): AsyncGenerator<WatchEvent, ApiError | undefined>;
  /** GET of a path that is no resource, e.g. `/healthz` or `/version`; the body as text. */
  raw(path: string, timeoutSeconds: number): Promise<ApiResult<string>>;
}

/** How to reach members by the name of their KubeFedCluster. */
export interface Members {
  /** @returns `Unreachable` or `Invalid` as a value when the KubeFedCluster does not say how, or credentials are missing */
  connect(kubeFedCluster: JsonObject): Promise<ApiResult<Cluster>>;
}

/** One queue. A send that fails in part throws: a lost message is a lost propagation. To send none makes no call. */
export interface Queue<M> {
  send(messages: readonly M[]): Promise<void>;
}
export type ChangeQueue = Queue<Change | Sweep>;
export type JobQueue = Queue<Job>;
export type OutcomeQueue = Queue<Outcome>;
/** The same queue as that of outcomes: one writer for all that a status says. */
export type StatusChangeQueue = Queue<StatusChange>;
export type ProbeQueue = Queue<ProbeMessage>;
export type RecordQueue = Queue<RecordMessage>;
export type PreferenceQueue = Queue<PreferenceMessage>;
export type ZoneQueue = Queue<ZonePass>;

/** Load balancers of one account in one Region. */
export interface LoadBalancerQuestion {
  readonly region: string;
  /** role to take on first; absent for the account of the function */
  readonly roleArn?: string;
  /** in lower case */
  readonly hostnames: readonly string[];
}

/** What AWS knows of load balancers by their host names. */
export interface LoadBalancers {
  /** @returns an answer for each host name; a refusal of AWS is the answer for all of them */
  lookUp(question: LoadBalancerQuestion): Promise<ReadonlyMap<string, LoadBalancerAnswer>>;
}

export type LoadBalancerAnswer =
  | {
      readonly found: true;
      readonly facts: {
        /** the zone that an alias to it has to name */
        readonly hostedZoneId: string;
        readonly ipv4: boolean;
        readonly ipv6: boolean;
      };
    }
  | {
      readonly found: false;
      readonly message: string;
      /** AWS did not answer: there may be such a load balancer */
      readonly refused?: true;
    };

/** What Route 53, or the way to it, said no with. */
export interface ZoneError {
  /**
   * `Refused`: the batch is not acceptable, and nothing of it was done. `Busy`: another change of the zone is under way.
   * `Denied`: our role may not.
   */
  readonly kind: 'Refused' | 'Busy' | 'Throttled' | 'NoSuchZone' | 'Denied' | 'Failed';
  /** what Route 53 said, a sentence each; not empty */
  readonly messages: readonly string[];
}

export type ZoneResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: ZoneError };

/** Hosted zones of Route 53, by their ids. */
export interface HostedZones {
  /** One call for each zone and worker. */
  describe(zoneId: string): Promise<ZoneResult<HostedZone>>;
  /** One call: all of the changes are made, or none. The order counts. */
  change(zoneId: string, changes: readonly ZoneChange[]): Promise<ZoneResult<undefined>>;
  /** @returns all sets of the zone (a call for 300), or those of one name */
  list(zoneId: string, name?: string): Promise<ZoneResult<RecordSet[]>>;
}

export interface Clock {
  nowMs(): number;
  /** Resolves early when the signal fires. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface Log {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

export interface Metrics {
  count(name: string, value?: number, dimensions?: Record<string, string>): void;
  milliseconds(name: string, value: number): void;
  /** Writes what has been gathered: at the end of an invocation, and now and then in a long one. */
  flush(): void;
}
