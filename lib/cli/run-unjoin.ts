import { CommandError } from './command-error.ts';
import { classifyContext } from './connect/eks-reference.ts';
import { type Kubeconfig, loadKubeconfig } from './connect/kubeconfig.ts';
import { openWays } from './connect/open-ports.ts';
import { nameOf } from './host/cluster-identity.ts';
import type { Invocation } from './invocation.ts';
import { printUnjoin } from './print-result.ts';
import type { UnjoinRequest } from './requests.ts';
import { unjoinCluster } from './unjoin-cluster.ts';

/** `unjoin`, with kubeconfig and AWS as they are. @throws CommandError */
export async function runUnjoin(invocation: Invocation, request: UnjoinRequest): Promise<void> {
  const kubeconfig = loadKubeconfig(request.kubeconfig, invocation.env);
  const profile = request.profile ?? profileOf(kubeconfig, request.clusterContext);
  const ways = await openWays(invocation, kubeconfig, {
    ...request,
    ...(profile === undefined ? {} : { profile }),
  });
  const result = await unjoinCluster(ways.ports, request, (kubeFedCluster) => (description) => {
    if (request.clusterContext !== undefined) return ways.contextMember(request.clusterContext);
    if (description !== undefined) return ways.eksMember(description);
    return ways.contextMember(contextFor(kubeconfig, request.name, nameOf(kubeFedCluster)));
  });
  await printUnjoin(invocation.terminal, result, request.output);
}

/** The AWS profile that an EKS context has its credentials from. */
function profileOf(kubeconfig: Kubeconfig, context: string | undefined): string | undefined {
  if (context === undefined) return undefined;
  const found = classifyContext(kubeconfig.entry(context));
  return found.kind === 'eks' ? found.profile : undefined;
}

/** KubeFed takes the name of the cluster for its context. */
function contextFor(kubeconfig: Kubeconfig, given: string, name: string): string {
  const found = [given, name].find((context) => kubeconfig.has(context));
  if (found !== undefined) return found;
  throw new CommandError(
    'ContextNotFound',
    `no kubeconfig context is called ${name}, so the member cannot be reached`,
    ['--cluster-context CONTEXT'],
  );
}
