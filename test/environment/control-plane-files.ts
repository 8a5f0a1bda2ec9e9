import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { createCertificateAuthority, createPrivateKeyPem } from './certificates.ts';

/** Which cluster the files are for. */
export interface ControlPlaneFileSettings {
  readonly name: string;
  readonly directory: string;
  readonly address: string;
  readonly port: number;
  readonly tokenWebhookUrl?: string;
}

/** What callers need to reach the cluster. */
export interface ControlPlaneAccess {
  readonly url: string;
  readonly caPem: string;
  readonly adminToken: string;
  readonly kubeconfigPath: string;
}

interface User {
  readonly name: string;
  readonly token: string;
}

/** Paths of the files in a cluster's directory. */
export function filesIn(directory: string) {
  return {
    ca: join(directory, 'ca.crt'),
    serverCertificate: join(directory, 'server.crt'),
    serverKey: join(directory, 'server.key'),
    serviceAccountKey: join(directory, 'service-account.key'),
    tokens: join(directory, 'tokens.csv'),
    kubeconfig: join(directory, 'kubeconfig.yaml'),
    managerKubeconfig: join(directory, 'kube-controller-manager.yaml'),
    tokenWebhook: join(directory, 'token-webhook.yaml'),
    apiServerLog: join(directory, 'kube-apiserver.log'),
    managerLog: join(directory, 'kube-controller-manager.log'),
  };
}

/** Makes a new certificate authority, keys and tokens and writes all that the programs read. */
export async function writeControlPlaneFiles(
  settings: ControlPlaneFileSettings,
): Promise<ControlPlaneAccess> {
  const { name, directory, address, tokenWebhookUrl } = settings;
  const authority = createCertificateAuthority(`${name}-ca`);
  const server = authority.issue('kube-apiserver', {
    addresses: [address, '10.96.0.1'],
    dnsNames: ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'localhost'],
  });
  const url = `https://${address}:${settings.port}`;
  const cluster = { name, url, caPem: authority.certificatePem };
  const admin = { name: 'admin', token: randomBytes(24).toString('hex') };
  const manager = {
    name: 'system:kube-controller-manager',
    token: randomBytes(24).toString('hex'),
  };
  const paths = filesIn(directory);
  const files: [path: string, content: string][] = [
    [paths.ca, authority.certificatePem],
    [paths.serverCertificate, server.certificatePem],
    [paths.serverKey, server.privateKeyPem],
    [paths.serviceAccountKey, createPrivateKeyPem()],
    [paths.tokens, tokenFile([admin, manager])],
    [paths.kubeconfig, kubeconfig(cluster, admin)],
    [paths.managerKubeconfig, kubeconfig(cluster, manager)],
  ];
  if (tokenWebhookUrl !== undefined) {
    files.push([paths.tokenWebhook, webhookConfig(tokenWebhookUrl)]);
  }
  await mkdir(directory, { recursive: true });
  await Promise.all(files.map(([path, content]) => writeFile(path, content, { mode: 0o600 })));
  const caPem = authority.certificatePem;
  return { url, caPem, adminToken: admin.token, kubeconfigPath: paths.kubeconfig };
}

/** Columns: token, user, user id, groups. */
function tokenFile(users: readonly User[]): string {
  return users.map(({ name, token }) => `${token},${name},${name},system:masters\n`).join('');
}

function kubeconfig(cluster: { name: string; url: string; caPem: string }, user: User): string {
  const { name, url, caPem } = cluster;
  const caData = Buffer.from(caPem).toString('base64');
  const userName = `${name}-${user.name}`;
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    contexts: [{ name, context: { cluster: name, user: userName } }],
    clusters: [{ name, cluster: { server: url, 'certificate-authority-data': caData } }],
    users: [{ name: userName, user: { token: user.token } }],
  });
}

function webhookConfig(url: string): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'webhook',
    contexts: [{ name: 'webhook', context: { cluster: 'webhook', user: 'kube-apiserver' } }],
    clusters: [{ name: 'webhook', cluster: { server: url } }],
    users: [{ name: 'kube-apiserver', user: {} }],
  });
}
