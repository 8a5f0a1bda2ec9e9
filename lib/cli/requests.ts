import type { ChangeFlags, HostFlags } from './flags.ts';

/** What `join` was asked to do: its NAME and flags as given. */
export interface JoinRequest extends HostFlags, ChangeFlags {
  readonly name?: string;
  readonly clusterArn?: string;
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
