import { ElasticLoadBalancingClient } from '@aws-sdk/client-elastic-load-balancing';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { assumedCredentials } from '../adapters/eks/access.ts';
import { elbLoadBalancers } from '../adapters/elb/load-balancers.ts';
import type { LoadBalancers } from '../ports.ts';
import { systemClock } from './clock.ts';

/** Built once per cold start: what it has listed serves the worker for minutes. */
export function loadBalancers(): LoadBalancers {
  const { nowMs } = systemClock;
  const settings = <C>(region: string, credentials: C | undefined) => ({
    region,
    ...(credentials === undefined ? {} : { credentials }),
  });
  return elbLoadBalancers({
    elbClient: (region, given) => new ElasticLoadBalancingV2Client(settings(region, given)),
    classicClient: (region, given) => new ElasticLoadBalancingClient(settings(region, given)),
    assume: (roleArn, region) => assumedCredentials(roleArn, region, { nowMs }),
    nowMs,
  });
}
