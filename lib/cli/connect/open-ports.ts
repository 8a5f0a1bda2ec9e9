import { connectEks, type EksAccessOptions } from '../../adapters/eks/access.ts';
import { kubeCluster } from '../../adapters/kube/cluster.ts';
import type { Connection } from '../../adapters/kube/connection.ts';
import type { HostFlags } from '../flags.ts';
import type { Invocation } from '../invocation.ts';
import type { EksDescription } from '../member/eks-description.ts';
import type { JoinPorts } from '../member/joining.ts';
import { awsFailure, openAws } from './aws.ts';
import type { Kubeconfig } from './kubeconfig.ts';
import { hostContext } from './open-host.ts';
import { contextSide, eksSide, type Side } from './side.ts';

/** The ways to the clusters, as the flags say. Nothing is opened before it is needed, but the host. */
export interface Ways {
  readonly ports: JoinPorts;
  contextMember(context: string): Promise<Side>;
  /** with the caller's IAM credentials */
  eksMember(description: EksDescription): Promise<Side>;
}

/** @throws CommandError when there is no host context, or its credentials cannot be had */
export async function openWays(
  invocation: Invocation,
  kubeconfig: Kubeconfig,
  flags: HostFlags & { readonly hostClusterName?: string; readonly profile?: string },
): Promise<Ways> {
  const aws = openAws(flags.profile, () => invocation.clock.nowMs());
  const context = hostContext(flags, kubeconfig);
  const open = async (place: Side['place'], name: string) =>
    contextSide(place, clusterOver(invocation, await kubeconfig.connect(name)), name);
  const { clock, signal, terminal } = invocation;
  return {
    ports: {
      host: await open('host', context),
      hostName: flags.hostClusterName ?? context,
      eksClient: (region) => aws.eksClient(region),
      clock,
      signal,
      terminal,
    },
    contextMember: (name) => open('member', name),
    eksMember: (description) => openEksMember(invocation, aws, description),
  };
}

async function openEksMember(
  invocation: Invocation,
  aws: EksAccessOptions,
  description: EksDescription,
): Promise<Side> {
  const { clusterName, region } = description;
  try {
    const connection = await connectEks({ clusterName, region }, aws);
    return eksSide(clusterOver(invocation, connection), description);
  } catch (cause) {
    throw awsFailure({ action: 'eks:DescribeCluster', clusterName, region }, cause);
  }
}

function clusterOver(invocation: Invocation, connection: Connection) {
  invocation.onEnd(() => connection.close());
  return kubeCluster(connection);
}
