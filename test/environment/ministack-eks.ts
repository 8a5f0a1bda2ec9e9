/** Real API servers as EKS clusters of the emulated AWS: the seed MiniStack starts from, the URL they check tokens at. */

/** An API server that the emulated EKS answers with. */
export interface EksCluster {
  /** the EKS cluster name: letters, digits, `-` and `_` */
  readonly name: string;
  readonly region: string;
  /** URL of the API server. Not on localhost or 127.0.0.1: MiniStack's Lambdas turn https into http there. */
  readonly endpoint: string;
  /** the CA of the API server, PEM in base64 */
  readonly caData: string;
  /** what only the API server and MiniStack know: 16 or more letters, digits, `-` and `_` */
  readonly secret: string;
}

/** Where an API server sends the tokens it is shown, part by part. */
export interface TokenWebhook {
  readonly port: number;
  readonly accountId: string;
  readonly region: string;
  readonly cluster: string;
  readonly secret: string;
}

/**
 * The URL for `--authentication-token-webhook-config-file` (with `--authentication-token-webhook-version=v1`).
 * Known before MiniStack runs, since API servers are started first and MiniStack needs their endpoints.
 * Throws when MiniStack would not route the URL: a refused token would be all there is to see.
 * Source: MiniStack 1.5.33, `services/eks.py`, the route `/_ministack/eks-auth/`.
 */
export function eksTokenWebhookUrl(webhook: TokenWebhook): string {
  const { port, accountId, region, cluster, secret } = webhook;
  if (!/^\d{12}$/.test(accountId)) {
    throw new Error(`account id ${accountId}: give twelve digits`);
  }
  if (!/^[A-Za-z0-9_-]+$/.test(cluster)) {
    throw new Error(`EKS cluster ${cluster}: name it with letters, digits, "-" and "_" only`);
  }
  if (!/^[A-Za-z0-9_-]{16,}$/.test(secret)) {
    throw new Error(
      `EKS cluster ${cluster}, secret: give 16 or more of letters, digits, "-" and "_"`,
    );
  }
  return `http://127.0.0.1:${port}/_ministack/eks-auth/${accountId}/${region}/${cluster}/${secret}`;
}

/** The cluster as MiniStack keeps it: what DescribeCluster answers, and with `_` what it does not. */
function clusterRecord(cluster: EksCluster, accountId: string): Record<string, unknown> {
  return {
    name: cluster.name,
    arn: `arn:aws:eks:${cluster.region}:${accountId}:cluster/${cluster.name}`,
    createdAt: 1_767_225_600,
    version: '1.34',
    endpoint: cluster.endpoint,
    roleArn: `arn:aws:iam::${accountId}:role/eks-${cluster.name}`,
    resourcesVpcConfig: {
      subnetIds: [],
      securityGroupIds: [],
      clusterSecurityGroupId: 'sg-00000000000000000',
      vpcId: 'vpc-00000000000000000',
      endpointPublicAccess: true,
      endpointPrivateAccess: false,
      publicAccessCidrs: ['0.0.0.0/0'],
    },
    kubernetesNetworkConfig: { serviceIpv4Cidr: '10.100.0.0/16', ipFamily: 'ipv4' },
    logging: { clusterLogging: [] },
    identity: { oidc: { issuer: `https://oidc.eks.${cluster.region}.amazonaws.com/id/NONE` } },
    status: 'ACTIVE',
    certificateAuthority: { data: cluster.caData },
    platformVersion: 'eks.1',
    tags: {},
    encryptionConfig: [],
    accessConfig: { authenticationMode: 'API' },
    _creator_arn: null,
    _auth_token: cluster.secret,
    _docker_id: null,
    // A port would make MiniStack put its own endpoint in place of ours.
    _port: null,
  };
}

/**
 * What MiniStack reads as `eks.json` from its state directory: the clusters, ACTIVE, nobody with access yet.
 * Source: MiniStack 1.5.33, `core/persistence.py` (format 3: account, Region and quoted name joined by NUL).
 */
export function eksState(clusters: readonly EksCluster[], accountId: string): string {
  const data = Object.fromEntries(
    clusters.map((cluster) => [
      `${accountId}\u0000${cluster.region}\u0000'${cluster.name}'`,
      clusterRecord(cluster, accountId),
    ]),
  );
  return JSON.stringify({
    __ministack_format__: 3,
    payload: { clusters: { __account_region_scoped__: true, data } },
  });
}
