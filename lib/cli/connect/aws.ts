import { EKSClient } from '@aws-sdk/client-eks';
import type { EksAccessOptions } from '../../adapters/eks/access.ts';
import { CommandError } from '../command-error.ts';

/**
 * AWS clients with the caller's own credentials, one per Region. AWS_ENDPOINT_URL and the usual variables and files are
 * honoured by the SDK.
 *
 * @param profile AWS profile to use instead of AWS_PROFILE or the default one
 */
export function openAws(profile: string | undefined, nowMs: () => number): EksAccessOptions {
  const clients = new Map<string, EKSClient>();
  return {
    nowMs,
    eksClient(region) {
      const client =
        clients.get(region) ??
        new EKSClient({ region, ...(profile === undefined ? {} : { profile }) });
      clients.set(region, client);
      return client;
    },
  };
}

export interface AwsRequest {
  /** the action as IAM names it, e.g. `eks:DescribeCluster` */
  readonly action: string;
  readonly clusterName: string;
  readonly region: string;
}

const NO_CREDENTIALS = new Set([
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'TokenProviderError',
  'UnrecognizedClientException',
]);
const DENIED = new Set(['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation']);

/** @returns what a person can do about a refusal of the EKS API, or about no answer at all */
export function awsFailure(request: AwsRequest, cause: unknown): CommandError {
  const { action, clusterName, region } = request;
  const name = cause instanceof Error ? cause.name : '';
  const reason = cause instanceof Error ? cause.message : String(cause);
  const what = `${action} for cluster ${clusterName} in ${region}`;
  const options = { cause };
  if (NO_CREDENTIALS.has(name)) {
    return new CommandError(
      'CredentialsFailed',
      `${what}: AWS credentials are missing or expired: ${reason}`,
      ['aws sso login, or another profile with --profile', 'aws sts get-caller-identity'],
      options,
    );
  }
  if (DENIED.has(name)) {
    return new CommandError(
      'AccessDenied',
      `${what} was denied: ${reason}`,
      [`allow ${action} for the caller, or use another profile with --profile`],
      options,
    );
  }
  if (name === 'ResourceNotFoundException') {
    return new CommandError(
      'ClusterNotFound',
      `EKS knows no cluster "${clusterName}" in ${region} for these credentials`,
      [
        `aws eks list-clusters --region ${region}`,
        'a profile of the account that the cluster is in, with --profile',
      ],
      options,
    );
  }
  if (!isAnswer(cause)) {
    return new CommandError(
      'Unreachable',
      `${what}: no answer from AWS: ${reason}`,
      [`check the Region "${region}", the network, and AWS_ENDPOINT_URL if it is set`],
      options,
    );
  }
  return new CommandError('RequestFailed', `${what} failed: ${reason}`, [], options);
}

/** The SDK puts the HTTP status on every error that a service sent. */
function isAnswer(cause: unknown): boolean {
  if (typeof cause !== 'object' || cause === null || !('$metadata' in cause)) return false;
  const metadata = cause.$metadata;
  return typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata;
}
