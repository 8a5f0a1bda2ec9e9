import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastFederation } from './fast-federation.ts';

/**
 * Writes one kubeconfig for host and members with contexts as KubeFed's kubefedctl can take them: `nick0-cluster0` is the
 * host and the current context, `nick1-cluster1` and so on are the members.
 *
 * @returns its path; it lies beside the kubeconfig of the host and goes with it
 */
export function writeBlogKubeconfig({ host, members }: FastFederation): string {
  const path = join(host.plane.kubeconfigPath, '..', 'blog.json');
  const all = [host, ...members].map(({ plane }, i) => ({
    plane,
    name: `cluster${i}`,
    user: `nick${i}`,
  }));
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'nick0-cluster0',
    clusters: all.map(({ name, plane }) => ({
      name,
      cluster: { server: plane.url, 'certificate-authority-data': plane.caData },
    })),
    users: all.map(({ user, plane }) => ({ name: user, user: { token: plane.adminToken } })),
    contexts: all.map(({ name, user }) => ({
      name: `${user}-${name}`,
      context: { cluster: name, user },
    })),
  };
  writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
  return path;
}
