import { kubeCluster } from '../../adapters/kube/cluster.ts';
import type { Connection } from '../../adapters/kube/connection.ts';
import { dryRunConnection } from '../../adapters/kube/dry-run.ts';
import { kubeMembers } from '../../adapters/kube/members.ts';
import type { Cluster, Members } from '../../ports.ts';
import type { HostFlags } from '../flags.ts';
import type { Invocation } from '../invocation.ts';
import { openAws } from './aws.ts';
import { loadKubeconfig } from './kubeconfig.ts';
import { hostContext } from './open-host.ts';
import { contextSide, type Side } from './side.ts';

/** Host and members with the caller's own credentials. Members are connected when they are first asked for. */
export interface FederationWays {
  readonly host: Side;
  /** namespace that the context names, else `default` */
  readonly namespace: string;
  readonly members: Members;
  /** the same clusters, where every write is a dry run */
  readonly dryRun: { readonly host: Cluster; readonly members: Members };
}

/** @throws CommandError when there is no host context, or its credentials cannot be had */
export async function openFederation(
  invocation: Invocation,
  flags: HostFlags & { readonly profile?: string },
): Promise<FederationWays> {
  const kubeconfig = loadKubeconfig(flags.kubeconfig, invocation.env);
  const context = hostContext(flags, kubeconfig);
  const nowMs = () => invocation.clock.nowMs();
  const aws = openAws(flags.profile, nowMs);
  const closing = (connection: Connection) => {
    invocation.onEnd(() => connection.close());
    return connection;
  };
  const connection = closing(await kubeconfig.connect(context));
  const host = kubeCluster(connection);
  const membersOver = (wrap: (connection: Connection) => Connection) =>
    kubeMembers(host, aws, undefined, (one) => kubeCluster(wrap(closing(one))));
  return {
    host: contextSide('host', host, context),
    namespace: kubeconfig.namespaceOf(context) ?? 'default',
    members: membersOver((one) => one),
    dryRun: {
      host: kubeCluster(dryRunConnection(connection)),
      members: membersOver(dryRunConnection),
    },
  };
}
