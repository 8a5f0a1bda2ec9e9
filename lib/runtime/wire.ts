import { EKSClient } from '@aws-sdk/client-eks';
import { SQSClient } from '@aws-sdk/client-sqs';
import { connectEks, type EksAccessOptions } from '../adapters/eks/access.ts';
import { kubeCluster } from '../adapters/kube/cluster.ts';
import { kubeMembers } from '../adapters/kube/members.ts';
import type { CommonEnv } from '../model/env.ts';
import type { Cluster, Members } from '../ports.ts';
import { type FederationReader, federationReader } from '../stages/federation.ts';
import { systemClock } from './clock.ts';
import { powertoolsLog } from './log.ts';
import { emfMetrics } from './metrics.ts';

const access: EksAccessOptions = {
  eksClient: (region, credentials) =>
    new EKSClient({ region, ...(credentials === undefined ? {} : { credentials }) }),
  nowMs: systemClock.nowMs,
};

/** What every function has: clock, log, metrics, and the way to the host. */
export interface Wired {
  readonly clock: typeof systemClock;
  readonly log: ReturnType<typeof powertoolsLog>;
  readonly metrics: ReturnType<typeof emfMetrics>;
  readonly host: Cluster;
  readonly members: Members;
  readonly federation: FederationReader;
  readonly kubefedNamespace: string;
}

/**
 * Builds the adapters of one function, once per cold start.
 *
 * @throws the SDK's error when the host cluster cannot be found: the function fails to start and Lambda tries again
 */
export async function wire(env: CommonEnv): Promise<Wired> {
  const host = await connectHost(env);
  const kubefedNamespace = env.KUBEFED_NAMESPACE;
  return {
    clock: systemClock,
    log: powertoolsLog(env.POWERTOOLS_SERVICE_NAME),
    metrics: emfMetrics(env.POWERTOOLS_METRICS_NAMESPACE, env.POWERTOOLS_SERVICE_NAME),
    host,
    members: kubeMembers(host, access),
    federation: federationReader(host, kubefedNamespace, systemClock),
    kubefedNamespace,
  };
}

/** @throws the SDK's error when DescribeCluster is refused */
export async function connectHost(env: CommonEnv): Promise<Cluster> {
  const roleArn = env.HOST_CLUSTER_ROLE_ARN;
  const ref = {
    clusterName: env.HOST_CLUSTER_NAME,
    region: env.HOST_CLUSTER_REGION,
    ...(roleArn === undefined ? {} : { roleArn }),
  };
  return kubeCluster(await connectEks(ref, access));
}

export function sqsClient(): SQSClient {
  return new SQSClient({});
}
