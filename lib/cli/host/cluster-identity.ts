import { type JsonObject, objectAt, stringAt } from '../../model/json.ts';

/** Label with the AWS account of a member, 12 digits. */
export const ACCOUNT_LABEL = 'kubefed.io/account';
/** Label with the Kubernetes version of an EKS cluster, e.g. `1.34`. */
export const EKS_VERSION_LABEL = 'kubefed.io/eks-version';
/** Label with the Region of a member. Source: Kubernetes, well-known labels */
export const REGION_LABEL = 'topology.kubernetes.io/region';

/** What makes a cluster this cluster and no other. */
export interface ClusterIdentity {
  readonly endpoint: string;
  /** absent for clusters that are not of EKS */
  readonly eks?: {
    readonly clusterName: string;
    readonly region: string;
    readonly account?: string;
  };
}

/**
 * @returns whether a KubeFedCluster stands for this cluster: the same endpoint, or the same EKS name, Region and account
 *   (a cluster that was made anew has another endpoint)
 */
export function standsFor(kubeFedCluster: JsonObject, identity: ClusterIdentity): boolean {
  const endpoint = stringAt(kubeFedCluster, 'spec', 'apiEndpoint') ?? '';
  if (sameEndpoint(endpoint, identity.endpoint)) return true;
  const eks = objectAt(kubeFedCluster, 'spec', 'eks');
  if (eks === undefined || identity.eks === undefined) return false;
  const account = stringAt(kubeFedCluster, 'metadata', 'labels', ACCOUNT_LABEL);
  return (
    eks['clusterName'] === identity.eks.clusterName &&
    eks['region'] === identity.eks.region &&
    (account ?? identity.eks.account) === (identity.eks.account ?? account)
  );
}

/** @returns how to speak of what a KubeFedCluster stands for */
export function describeCluster(kubeFedCluster: JsonObject): string {
  const eks = objectAt(kubeFedCluster, 'spec', 'eks');
  if (eks !== undefined) return `EKS cluster ${eks['clusterName']} in ${eks['region']}`;
  return `the cluster at ${stringAt(kubeFedCluster, 'spec', 'apiEndpoint') ?? 'an unknown endpoint'}`;
}

export function nameOf(kubeFedCluster: JsonObject): string {
  return stringAt(kubeFedCluster, 'metadata', 'name') ?? '';
}

function sameEndpoint(one: string, other: string): boolean {
  return one !== '' && normalEndpoint(one) === normalEndpoint(other);
}

function normalEndpoint(endpoint: string): string {
  const url = endpoint.includes('://') ? endpoint : `https://${endpoint}`;
  return URL.canParse(url) ? new URL(url).origin : endpoint;
}
