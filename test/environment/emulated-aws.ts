import { CreateAccessEntryCommand, EKSClient } from '@aws-sdk/client-eks';
import { kubeCluster } from '../../lib/adapters/kube/cluster.ts';
import { openConnection } from '../../lib/adapters/kube/connection.ts';
import { CLUSTER_ROLE_BINDINGS } from '../../lib/model/resources.ts';
import type { Cluster } from '../../lib/ports.ts';
import type { ControlPlane } from './control-plane.ts';
import { type ControlPlanes, startControlPlanes } from './control-planes.ts';
import { type MiniStack, startMiniStack } from './ministack.ts';
import { type EksCluster, eksTokenWebhookUrl } from './ministack-eks.ts';
import { findFreePorts } from './processes.ts';

export const ACCOUNT_ID = '123456789012';

/** An EKS cluster of the emulated account, behind it a real API server. */
export interface EmulatedCluster {
  readonly name: string;
  readonly region: string;
  readonly arn: string;
  readonly plane: ControlPlane;
  /** its API as the administrator */
  readonly api: Cluster;
}

export interface EmulatedAws {
  readonly clusters: Readonly<Record<string, EmulatedCluster>>;
  /** for SDK clients, the cdk CLI and the command line */
  readonly environment: Readonly<Record<string, string>>;
  readonly miniStack: MiniStack;
  stop(): Promise<void>;
}

/** What EKS grants through an access policy, RBAC grants here: to install by its group, to whoever made the cluster. */
const ADMIN_GROUPS = ['kubefed:install', 'cluster-creators'];

/**
 * Starts an AWS account with EKS clusters: MiniStack with IAM enforced, and one real control plane for each cluster,
 * whose API server asks MiniStack about IAM tokens.
 *
 * @param regions Region by cluster name; the first is where the account's calls go by default
 */
export async function startEmulatedAws(
  regions: Readonly<Record<string, string>>,
  onProgress: (line: string) => void,
): Promise<EmulatedAws> {
  const [port = 0] = await findFreePorts('127.0.0.1', 1);
  const secretOf = (name: string) => `token-review-of-${name}`;
  const planes = await startControlPlanes({
    clusters: Object.keys(regions),
    onProgress,
    tokenWebhookUrl: (cluster) =>
      eksTokenWebhookUrl({
        port,
        accountId: ACCOUNT_ID,
        region: regions[cluster] ?? '',
        cluster,
        secret: secretOf(cluster),
      }),
  });
  try {
    const eksClusters = Object.entries(regions).map(([name, region]): EksCluster => {
      const plane = planeOf(planes, name);
      return { name, region, endpoint: plane.url, caData: plane.caData, secret: secretOf(name) };
    });
    const [region = 'us-west-2'] = Object.values(regions);
    const miniStack = await startMiniStack({
      accountId: ACCOUNT_ID,
      region,
      port,
      eksClusters,
      auth: true,
      onProgress,
    });
    const clusters = Object.entries(regions).map(([name, at]) =>
      emulatedCluster(name, at, planeOf(planes, name)),
    );
    await Promise.all(clusters.map((cluster) => letCreatorIn(cluster, miniStack)));
    return {
      clusters: Object.fromEntries(clusters.map((cluster) => [cluster.name, cluster])),
      environment: miniStack.environment,
      miniStack,
      async stop() {
        await Promise.all([miniStack.stop(), planes.stop()]);
      },
    };
  } catch (error) {
    await planes.stop();
    throw error;
  }
}

function planeOf(planes: ControlPlanes, name: string): ControlPlane {
  const plane = planes.clusters[name];
  if (plane === undefined) throw new Error(`no control plane ${name}`);
  return plane;
}

function emulatedCluster(name: string, region: string, plane: ControlPlane): EmulatedCluster {
  return {
    name,
    region,
    arn: `arn:aws:eks:${region}:${ACCOUNT_ID}:cluster/${name}`,
    plane,
    api: adminApi(plane),
  };
}

/** @returns the API of a control plane as its administrator */
export function adminApi(plane: ControlPlane): Cluster {
  return kubeCluster(
    openConnection({
      url: plane.url,
      ca: Buffer.from(plane.caData, 'base64').toString('utf8'),
      authorization: () => `Bearer ${plane.adminToken}`,
    }),
  );
}

/** As `eksctl create cluster` does: whoever made the cluster is its administrator, by an access entry. */
async function letCreatorIn(cluster: EmulatedCluster, miniStack: MiniStack): Promise<void> {
  const apiGroup = 'rbac.authorization.k8s.io';
  const bound = await cluster.api.create(CLUSTER_ROLE_BINDINGS, {
    apiVersion: `${apiGroup}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name: 'emulated-access-policy' },
    roleRef: { apiGroup, kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: ADMIN_GROUPS.map((name) => ({ apiGroup, kind: 'Group', name })),
  });
  if (!bound.ok) throw new Error(`${cluster.name}: ${bound.error.message}`);
  const eks = new EKSClient({
    region: cluster.region,
    endpoint: miniStack.endpoint,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  await eks.send(
    new CreateAccessEntryCommand({
      clusterName: cluster.name,
      principalArn: `arn:aws:iam::${ACCOUNT_ID}:root`,
      kubernetesGroups: ['cluster-creators'],
    }),
  );
  eks.destroy();
}
