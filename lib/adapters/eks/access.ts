import { DescribeClusterCommand, type EKSClient } from '@aws-sdk/client-eks';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { AwsCredentialIdentity, Provider } from '@smithy/types';
import type { Connection } from '../kube/connection.ts';
import { openConnection } from '../kube/connection.ts';
import { eksToken } from './token.ts';

export interface EksClusterRef {
  readonly clusterName: string;
  readonly region: string;
  /** role to assume first, for a cluster of another account */
  readonly roleArn?: string;
}

/** What makes the SDK clients; tests and the command line hand in their own. */
export interface EksAccessOptions {
  readonly eksClient: (region: string, credentials?: Provider<AwsCredentialIdentity>) => EKSClient;
  readonly stsClient?: (region: string) => STSClient;
  readonly nowMs: () => number;
}

export interface EksEndpoint {
  /** as EKS writes it, upper case and all */
  readonly url: string;
  /** PEM */
  readonly ca: string;
}

/**
 * Opens a connection to an EKS cluster with nothing but IAM: endpoint and CA by DescribeCluster, a signed token per
 * request. With `roleArn` that role is assumed first and its credentials are renewed before they expire.
 *
 * @throws the SDK's error when DescribeCluster or AssumeRole is refused
 */
export async function connectEks(
  ref: EksClusterRef,
  options: EksAccessOptions,
): Promise<Connection> {
  const assumed =
    ref.roleArn === undefined ? undefined : assumedCredentials(ref.roleArn, ref.region, options);
  const client = options.eksClient(ref.region, assumed);
  const endpoint = await describeEks(client, ref.clusterName);
  const authorization = eksToken({
    clusterName: ref.clusterName,
    region: ref.region,
    dnsSuffix: dnsSuffixOf(endpoint.url),
    credentials: assumed ?? client.config.credentials,
    sha256: client.config.sha256,
    nowMs: options.nowMs,
  });
  return openConnection({ url: endpoint.url, ca: endpoint.ca, authorization });
}

/** @throws when the cluster does not exist, is not visible to us, or has no endpoint yet */
export async function describeEks(client: EKSClient, clusterName: string): Promise<EksEndpoint> {
  const { cluster } = await client.send(new DescribeClusterCommand({ name: clusterName }));
  const ca = cluster?.certificateAuthority?.data;
  if (cluster?.endpoint === undefined || ca === undefined) {
    const state = cluster?.status ?? 'unknown';
    throw new Error(`EKS cluster ${clusterName} has no endpoint yet (status ${state})`);
  }
  return { url: cluster.endpoint, ca: Buffer.from(ca, 'base64').toString('utf8') };
}

/**
 * @returns the DNS suffix of the partition's STS, read off an EKS endpoint; `amazonaws.com` for any other host
 * Source: AWS, EKS user guide, "Cluster API server endpoint" (dual-stack endpoints lie under another domain)
 */
export function dnsSuffixOf(endpointUrl: string): string {
  const { hostname } = new URL(endpointUrl);
  const [, suffix] = hostname.split('.eks.');
  return suffix ?? (hostname.endsWith('.cn') ? 'amazonaws.com.cn' : 'amazonaws.com');
}

const RENEW_BEFORE_MS = 5 * 60_000;

/** @returns credentials of a role, kept until five minutes before they expire */
export function assumedCredentials(
  roleArn: string,
  region: string,
  options: Pick<EksAccessOptions, 'stsClient' | 'nowMs'>,
): Provider<AwsCredentialIdentity> {
  const client = options.stsClient?.(region) ?? new STSClient({ region });
  let current: { credentials: AwsCredentialIdentity; renewAtMs: number } | undefined;
  return async () => {
    if (current !== undefined && options.nowMs() < current.renewAtMs) return current.credentials;
    const command = new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'kubefed-eks' });
    const { Credentials: given } = await client.send(command);
    if (given?.AccessKeyId === undefined || given.SecretAccessKey === undefined) {
      throw new Error(`AssumeRole ${roleArn} returned no credentials`);
    }
    const expiresMs = given.Expiration?.getTime() ?? options.nowMs();
    const credentials = {
      accessKeyId: given.AccessKeyId,
      secretAccessKey: given.SecretAccessKey,
      ...(given.SessionToken === undefined ? {} : { sessionToken: given.SessionToken }),
    };
    current = { credentials, renewAtMs: expiresMs - RENEW_BEFORE_MS };
    return credentials;
  };
}
