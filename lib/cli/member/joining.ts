import type { EKSClient } from '@aws-sdk/client-eks';
import type { JsonObject } from '../../model/json.ts';
import type { Clock } from '../../ports.ts';
import type { Changes } from '../changes.ts';
import type { ContextEntry, EksReference } from '../connect/eks-reference.ts';
import type { Side } from '../connect/side.ts';
import type { ClusterIdentity } from '../host/cluster-identity.ts';
import type { Terminal } from '../terminal.ts';

/** The cluster that is to join, as the command line named it. */
export type JoinTarget =
  | {
      readonly kind: 'eks';
      readonly eks: EksReference;
      /** ARN or context, to derive a name from */
      readonly from: string;
    }
  | { readonly kind: 'token'; readonly entry: ContextEntry; readonly from: string };

/** The outside world of join and unjoin. */
export interface JoinPorts {
  readonly host: Side;
  /** name of the host in KubeFed's names: `--host-cluster-name`, or the host's context */
  readonly hostName: string;
  readonly eksClient: (region: string) => EKSClient;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly terminal: Terminal;
}

/** One way of joining, after it has looked at the member and before it changes anything. */
export interface Joining {
  readonly identity: ClusterIdentity;
  /** tells clusters of one name apart */
  readonly hint: string;
  /**
   * Gives the federation access to the member.
   *
   * @param existing the KubeFedCluster that there is already
   * @returns what its spec and labels shall say
   */
  grant(
    changes: Changes,
    name: string,
    existing: JsonObject | undefined,
  ): Promise<{ spec: JsonObject; labels: Record<string, string> }>;
}
