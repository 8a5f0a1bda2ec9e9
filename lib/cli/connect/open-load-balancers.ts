import type { LoadBalancers } from '../../ports.ts';

/**
 * Load balancers looked up with the caller's own credentials; the roles that KubeFedClusters name are assumed from
 * them. The SDK is loaded at the first question: most plans ask none.
 *
 * @param profile AWS profile to use instead of AWS_PROFILE or the default one
 */
export function openLoadBalancers(profile: string | undefined, nowMs: () => number): LoadBalancers {
  let opened: Promise<LoadBalancers> | undefined;
  return {
    async lookUp(question) {
      opened ??= open(profile, nowMs);
      return (await opened).lookUp(question);
    },
  };
}

async function open(profile: string | undefined, nowMs: () => number): Promise<LoadBalancers> {
  const [classic, current, sts, { assumedCredentials }, { elbLoadBalancers }] = await Promise.all([
    import('@aws-sdk/client-elastic-load-balancing'),
    import('@aws-sdk/client-elastic-load-balancing-v2'),
    import('@aws-sdk/client-sts'),
    import('../../adapters/eks/access.ts'),
    import('../../adapters/elb/load-balancers.ts'),
  ]);
  const own = profile === undefined ? {} : { profile };
  const settings = <C>(region: string, credentials: C | undefined) => ({
    region,
    ...(credentials === undefined ? own : { credentials }),
  });
  const stsClient = (region: string) => new sts.STSClient({ region, ...own });
  return elbLoadBalancers({
    elbClient: (region, given) => new current.ElasticLoadBalancingV2Client(settings(region, given)),
    classicClient: (region, given) =>
      new classic.ElasticLoadBalancingClient(settings(region, given)),
    assume: (roleArn, region) => assumedCredentials(roleArn, region, { stsClient, nowMs }),
    nowMs,
  });
}
