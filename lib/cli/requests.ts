import type { MarkAction } from './drain/mark-cluster.ts';
import type { ChangeFlags, HostFlags, OutputFormat } from './flags.ts';

/** What `join` was asked to do: its NAME and flags as given. */
export interface JoinRequest extends HostFlags, ChangeFlags {
  readonly name?: string;
  readonly clusterArn?: string;
  /** name of an EKS cluster, together with `region` */
  readonly clusterName?: string;
  readonly region?: string;
  readonly clusterContext?: string;
  /** role of the member's account that the functions assume */
  readonly roleArn?: string;
  readonly profile?: string;
  readonly hostClusterName?: string;
  readonly secretName?: string;
  /** absent: what exists already is brought in line, as with false */
  readonly errorOnExisting?: boolean;
  readonly label?: Readonly<Record<string, string>>;
  readonly admin: boolean;
  /** 0 means do not wait */
  readonly wait: number;
}

/** What `unjoin` was asked to do. */
export interface UnjoinRequest extends HostFlags, ChangeFlags {
  readonly name: string;
  readonly clusterContext?: string;
  readonly profile?: string;
  readonly hostClusterName?: string;
  readonly force: boolean;
}

/** What `enable` was asked to do. */
export interface EnableRequest extends HostFlags {
  readonly name?: string;
  readonly federatedGroup: string;
  readonly federatedVersion: string;
  /** API version of the target; absent or empty means the preferred one */
  readonly version?: string;
  readonly output?: 'yaml';
  /** an EnableTypeDirective, which then says all the rest */
  readonly filename?: string;
  readonly dryRun: boolean;
}

/** What `disable` was asked to do. */
export interface DisableRequest extends HostFlags {
  readonly name: string;
  readonly deleteCrd: boolean;
  readonly version?: string;
  readonly dryRun: boolean;
}

/** What `federate` was asked to do. */
export interface FederateRequest extends HostFlags {
  readonly type: string;
  readonly name: string;
  readonly namespace?: string;
  readonly output?: 'yaml';
  readonly enableType: boolean;
  readonly contents: boolean;
  readonly skipApiResources: readonly string[];
  readonly dryRun: boolean;
}

/** What `orphaning-deletion` was asked to do. */
export interface OrphaningRequest extends HostFlags {
  readonly action: 'enable' | 'disable' | 'status';
  readonly type: string;
  readonly name: string;
  readonly namespace?: string;
}

/** What `status` was asked to show. */
export interface StatusRequest extends HostFlags {
  /** absent: the federation as a whole */
  readonly object?: { readonly kind: string; readonly name: string };
  readonly namespace?: string;
  readonly watch: boolean;
  /** in seconds */
  readonly interval: number;
  readonly hostOnly: boolean;
  readonly profile?: string;
  readonly output?: OutputFormat;
}

/** What `cordon`, `uncordon` or `drain` was asked to do; the last two flags are those of `drain`. */
export interface MarkRequest extends HostFlags, ChangeFlags {
  readonly action: MarkAction;
  readonly name: string;
  readonly wait?: boolean;
  /** in seconds; 0 means no end */
  readonly timeout?: number;
}

/** What `doctor` was asked to examine. */
export interface DoctorRequest extends HostFlags {
  readonly profile?: string;
  readonly output?: OutputFormat;
}

/** What `dns` was asked to show. */
export interface DnsRequest extends HostFlags {
  readonly name?: string;
  readonly namespace?: string;
  readonly allNamespaces: boolean;
  /** also when a resolver or a Region is given */
  readonly ask: boolean;
  readonly resolver?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly output?: OutputFormat;
}
