import { loadKubeconfig } from './connect/kubeconfig.ts';
import { openWays } from './connect/open-ports.ts';
import { resolveTarget } from './connect/resolve-target.ts';
import type { Invocation } from './invocation.ts';
import { joinCluster } from './join-cluster.ts';
import { printJoin } from './print-result.ts';
import type { JoinRequest } from './requests.ts';

/** `join`, with kubeconfig and AWS as they are. @throws CommandError */
export async function runJoin(invocation: Invocation, request: JoinRequest): Promise<void> {
  const kubeconfig = loadKubeconfig(request.kubeconfig, invocation.env);
  const { target, context } = resolveTarget(request, kubeconfig);
  // The credentials of an EKS context come from its profile; the calls to EKS must come from the same account.
  const profile = request.profile ?? (target.kind === 'eks' ? target.eks.profile : undefined);
  const ways = await openWays(invocation, kubeconfig, {
    ...request,
    ...(profile === undefined ? {} : { profile }),
  });
  const result = await joinCluster(ways.ports, request, {
    target,
    open(description) {
      if (context !== undefined) return ways.contextMember(context);
      if (description !== undefined) return ways.eksMember(description);
      throw new Error('a member without context has a description');
    },
  });
  await printJoin(invocation.terminal, result, request.output);
}
