import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { EmulatedCluster } from '../environment/emulated-aws.ts';

/** @returns the name of a context as eksctl writes it: `user@cluster.region.eksctl.io` */
export function contextOf({ name, region }: EmulatedCluster): string {
  return `nick-aws@${name}.${region}.eksctl.io`;
}

/**
 * One kubeconfig for all clusters, with the names that eksctl gives; the first cluster is the current context. It lies
 * beside the kubeconfig of the first one and goes with it.
 *
 * @returns its path
 */
export function writeKubeconfig(clusters: readonly EmulatedCluster[]): string {
  const [first] = clusters;
  if (first === undefined) throw new Error('a kubeconfig needs a cluster');
  const path = join(first.plane.kubeconfigPath, '..', 'all-clusters.yaml');
  const text = stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': contextOf(first),
    clusters: clusters.map(({ name, region, plane }) => ({
      name: `${name}.${region}.eksctl.io`,
      cluster: { server: plane.url, 'certificate-authority-data': plane.caData },
    })),
    users: clusters.map((cluster) => ({
      name: contextOf(cluster),
      user: { token: cluster.plane.adminToken },
    })),
    contexts: clusters.map((cluster) => ({
      name: contextOf(cluster),
      context: {
        cluster: `${cluster.name}.${cluster.region}.eksctl.io`,
        user: contextOf(cluster),
      },
    })),
  });
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}
