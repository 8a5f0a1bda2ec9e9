import { join } from 'node:path';
import { callApi } from './call-api.ts';
import {
  type ControlPlaneAccess,
  type ControlPlaneFileSettings,
  filesIn,
  writeControlPlaneFiles,
} from './control-plane-files.ts';
import {
  type ManagedProcess,
  type ProcessCommand,
  type ProcessGroup,
  waitUntilReady,
} from './processes.ts';

/** One Kubernetes cluster without nodes: an API server and, mostly, a controller manager. */
export interface ControlPlane {
  readonly name: string;
  /** `https://<address>:<port>`, the same after a restart of the server. */
  readonly url: string;
  /** The cluster's certificate authority, base64 of PEM as in kubeconfig and EKS DescribeCluster. */
  readonly caData: string;
  /** A bearer token of a user in system:masters. */
  readonly adminToken: string;
  /** A file with one context, named after the cluster, for the admin user. */
  readonly kubeconfigPath: string;
  /** Answers the API server's metrics in Prometheus text form. */
  metrics(): Promise<string>;
  /** Kills API server and controller manager at once (SIGKILL). Data stays in etcd. */
  stopServer(): Promise<void>;
  /** Starts them again on the same port with the same data; done when ready. */
  startServer(): Promise<void>;
  /** Freezes both (SIGSTOP): connections stay open and nothing answers. */
  pause(): void;
  resume(): void;
}

/**
 * What a control plane is made from. `tokenWebhookUrl` is a TokenReview webhook (v1) that checks every
 * bearer token but those of the admin and of service accounts.
 */
export interface ControlPlaneSettings extends ControlPlaneFileSettings {
  readonly etcdUrl: string;
  /** Folder with the programs. */
  readonly programs: string;
  readonly hasControllerManager: boolean;
}

const SERVICE_ACCOUNT_ISSUER = 'https://kubernetes.default.svc.cluster.local';

// What objects need without nodes: namespaces and owned objects go away, workloads get their children,
// each namespace its service account and CA bundle, and the roles admin, edit and view their rules.
const CONTROLLERS = [
  'namespace-controller',
  'garbage-collector-controller',
  'deployment-controller',
  'replicaset-controller',
  'job-controller',
  'horizontal-pod-autoscaler-controller',
  'serviceaccount-controller',
  'serviceaccount-token-controller',
  'root-ca-certificate-publisher-controller',
  'clusterrole-aggregation-controller',
];

/** Writes keys and settings of a cluster, starts it and waits until it is ready. */
export async function startControlPlane(
  group: ProcessGroup,
  settings: ControlPlaneSettings,
): Promise<ControlPlane> {
  const access = await writeControlPlaneFiles(settings);
  const { url, caPem, adminToken, kubeconfigPath } = access;
  let running: ManagedProcess[] = [];
  const startServer = async (): Promise<void> => {
    if (running.some((one) => !one.hasExited())) {
      throw new Error(`${settings.name} is running already: stop its server first`);
    }
    running = [];
    const apiServer = group.start(apiServerCommand(settings));
    running.push(apiServer);
    await waitUntilReady(apiServer, () =>
      areThere(access, ['/readyz', '/api/v1/namespaces/default']),
    );
    if (!settings.hasControllerManager) return;
    const manager = group.start(controllerManagerCommand(settings));
    running.push(manager);
    await waitUntilReady(manager, () =>
      areThere(access, ['/api/v1/namespaces/default/serviceaccounts/default']),
    );
  };
  await startServer();

  return {
    name: settings.name,
    url,
    caData: Buffer.from(caPem).toString('base64'),
    adminToken,
    kubeconfigPath,
    metrics: async () =>
      (await callApi({ url, caPem, token: adminToken }, { path: '/metrics' })).body,
    async stopServer() {
      await Promise.all(running.map((one) => one.kill()));
    },
    startServer,
    pause() {
      for (const one of running) one.signal('SIGSTOP');
    },
    resume() {
      for (const one of running) one.signal('SIGCONT');
    },
  };
}

async function areThere(access: ControlPlaneAccess, paths: readonly string[]): Promise<boolean> {
  const { url, caPem, adminToken } = access;
  for (const path of paths) {
    const answer = await callApi({ url, caPem, token: adminToken }, { path, timeoutSeconds: 5 });
    if (answer.status !== 200) return false;
  }
  return true;
}

function apiServerCommand(settings: ControlPlaneSettings): ProcessCommand {
  const files = filesIn(settings.directory);
  const flags = [
    `--etcd-servers=${settings.etcdUrl}`,
    `--etcd-prefix=/${settings.name}`,
    `--bind-address=${settings.address}`,
    `--secure-port=${settings.port}`,
    `--tls-cert-file=${files.serverCertificate}`,
    `--tls-private-key-file=${files.serverKey}`,
    // A loopback address may not stand in Endpoints, and without nodes nobody reads them.
    `--advertise-address=${settings.address}`,
    '--endpoint-reconciler-type=none',
    '--authorization-mode=RBAC',
    `--token-auth-file=${files.tokens}`,
    `--service-account-issuer=${SERVICE_ACCOUNT_ISSUER}`,
    `--service-account-key-file=${files.serviceAccountKey}`,
    `--service-account-signing-key-file=${files.serviceAccountKey}`,
    '--service-cluster-ip-range=10.96.0.0/16',
    '--max-requests-inflight=800',
    '--max-mutating-requests-inflight=400',
    '--profiling=false',
  ];
  if (settings.tokenWebhookUrl !== undefined) {
    flags.push(`--authentication-token-webhook-config-file=${files.tokenWebhook}`);
    flags.push('--authentication-token-webhook-version=v1');
    // A revoked access entry counts for as long: two minutes by default.
    flags.push('--authentication-token-webhook-cache-ttl=5s');
  }
  return {
    name: `kube-apiserver of ${settings.name}`,
    program: join(settings.programs, 'kube-apiserver'),
    arguments: flags,
    logPath: files.apiServerLog,
  };
}

function controllerManagerCommand(settings: ControlPlaneSettings): ProcessCommand {
  const files = filesIn(settings.directory);
  return {
    name: `kube-controller-manager of ${settings.name}`,
    program: join(settings.programs, 'kube-controller-manager'),
    arguments: [
      `--kubeconfig=${files.managerKubeconfig}`,
      `--controllers=${CONTROLLERS.join(',')}`,
      `--service-account-private-key-file=${files.serviceAccountKey}`,
      `--root-ca-file=${files.ca}`,
      '--use-service-account-credentials=false',
      '--leader-elect=false',
      '--secure-port=0',
      '--kube-api-qps=200',
      '--kube-api-burst=400',
      '--concurrent-namespace-syncs=20',
      '--concurrent-gc-syncs=20',
      '--horizontal-pod-autoscaler-sync-period=2s',
      '--profiling=false',
    ],
    logPath: files.managerLog,
  };
}
