import { type Cluster, DescribeClusterCommand, type EKSClient } from '@aws-sdk/client-eks';
import { CommandError } from '../command-error.ts';
import { awsFailure } from '../connect/aws.ts';
import { type EksReference, parseClusterArn } from '../connect/eks-reference.ts';
import { authenticationModeError } from './eks-access.ts';

/** What join needs to know of an EKS cluster. */
export interface EksDescription {
  readonly clusterName: string;
  readonly region: string;
  /** 12 digits; absent when EKS answers without an ARN */
  readonly account?: string;
  /** as EKS writes it, upper case and all */
  readonly endpoint: string;
  /** PEM in base64 */
  readonly caBundle: string;
  /** whether the endpoint answers only inside the cluster's VPC */
  readonly isPrivate: boolean;
  /** Kubernetes version, e.g. `1.34`; absent when EKS does not tell */
  readonly version?: string;
}

/**
 * @throws CommandError ClusterNotFound, also when another account's cluster has the name; ClusterNotActive;
 *   AuthenticationModeConfigMap; and what the EKS API refuses with
 */
export async function describeMember(
  client: EKSClient,
  reference: EksReference,
): Promise<EksDescription> {
  const { clusterName, region } = reference;
  const cluster = await describe(client, reference);
  const account = parseClusterArn(cluster.arn ?? '')?.account;
  if (reference.account !== undefined && account !== undefined && account !== reference.account) {
    throw new CommandError(
      'ClusterNotFound',
      `EKS cluster ${clusterName} of account ${reference.account} is not visible: these credentials are for account ${account}, which has a cluster of that name too`,
      [`a profile of account ${reference.account}, with --profile`],
    );
  }
  if (cluster.accessConfig?.authenticationMode === 'CONFIG_MAP') {
    throw authenticationModeError(clusterName, region);
  }
  const caBundle = cluster.certificateAuthority?.data;
  if (!cluster.endpoint || !caBundle || !['ACTIVE', 'UPDATING'].includes(cluster.status ?? '')) {
    throw new CommandError(
      'ClusterNotActive',
      `EKS cluster ${clusterName} in ${region} cannot join yet: its status is ${cluster.status ?? 'unknown'}`,
      [`aws eks wait cluster-active --name ${clusterName} --region ${region}`],
    );
  }
  const network = cluster.resourcesVpcConfig;
  return {
    clusterName,
    region,
    ...(account === undefined ? {} : { account }),
    endpoint: cluster.endpoint,
    caBundle,
    isPrivate: network?.endpointPublicAccess === false,
    ...(cluster.version === undefined ? {} : { version: cluster.version }),
  };
}

async function describe(client: EKSClient, reference: EksReference): Promise<Cluster> {
  const { clusterName, region } = reference;
  try {
    const { cluster } = await client.send(new DescribeClusterCommand({ name: clusterName }));
    return cluster ?? {};
  } catch (cause) {
    throw awsFailure({ action: 'eks:DescribeCluster', clusterName, region }, cause);
  }
}
