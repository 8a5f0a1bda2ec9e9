import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import {
  findFreePorts,
  type ProcessGroup,
  startProcessGroup,
  waitUntilReady,
} from './processes.ts';

export interface ControlPlanesOptions {
  /** DNS labels, each once. */
  readonly clusters: readonly string[];
  /**
   * For logs, keys and data. Keys and data of an earlier run in it are replaced, logs grow. By
   * default a temporary directory that is removed at the end.
   */
  readonly directory?: string;
  /** The TokenReview webhook (v1) that a cluster asks about bearer tokens. None by default. */
  readonly tokenWebhookUrl?: (cluster: string) => string;
  /** Gets lines such as the progress of the first build. */
  readonly onProgress?: (line: string) => void;
  /** True by default. Without it namespaces never go away and pods are refused. */
  readonly controllerManager?: boolean;
}

export interface ControlPlanes {
  /** By cluster name. */
  readonly clusters: Readonly<Record<string, ControlPlane>>;
  /** Kills everything; returns when all processes are gone. May be called twice. */
  stop(): Promise<void>;
}

// Not 127.0.0.1: MiniStack turns HTTPS to that address into HTTP.
const API_SERVER_ADDRESS = '127.0.0.2';
const ETCD_ADDRESS = '127.0.0.1';
const DNS_LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const BUILD_SCRIPT = fileURLToPath(new URL('../../scripts/control-plane.sh', import.meta.url));

/**
 * Starts real Kubernetes control planes, one per name, over one etcd, and waits until all answer.
 * Builds the programs first if they are not in the cache. All processes end with this one, even when
 * it is killed. Throws, with the end of the log, if a program is not ready within 60 s.
 */
export async function startControlPlanes(options: ControlPlanesOptions): Promise<ControlPlanes> {
  const { clusters } = options;
  const wrong = clusters.find((name) => !DNS_LABEL.test(name));
  if (wrong !== undefined) throw new Error(`cluster name "${wrong}": use a DNS label`);
  if (new Set(clusters).size < clusters.length) throw new Error('a cluster name is there twice');

  const programs = await findPrograms(options.onProgress ?? (() => undefined));
  const directory = options.directory === undefined ? undefined : resolve(options.directory);
  const base = directory ?? (await mkdtemp(join(tmpdir(), 'kubefed-eks-')));
  await mkdir(base, { recursive: true });
  const group = startProcessGroup(directory === undefined ? [base] : []);
  try {
    const etcdUrl = await startEtcd(group, programs, base);
    const ports = await findFreePorts(API_SERVER_ADDRESS, clusters.length);
    const started = await Promise.all(
      clusters.map((name, index) => {
        const tokenWebhookUrl = options.tokenWebhookUrl?.(name);
        return startControlPlane(group, {
          name,
          address: API_SERVER_ADDRESS,
          port: ports[index] ?? 0,
          etcdUrl,
          programs,
          directory: join(base, name),
          hasControllerManager: options.controllerManager ?? true,
          ...(tokenWebhookUrl === undefined ? {} : { tokenWebhookUrl }),
        });
      }),
    );
    return {
      clusters: Object.fromEntries(started.map((cluster) => [cluster.name, cluster])),
      stop: () => group.stop(),
    };
  } catch (error) {
    await group.stop();
    throw error;
  }
}

async function startEtcd(group: ProcessGroup, programs: string, base: string): Promise<string> {
  const data = join(base, 'etcd');
  await rm(data, { recursive: true, force: true });
  const [clientPort, peerPort] = await findFreePorts(ETCD_ADDRESS, 2);
  const clientUrl = `http://${ETCD_ADDRESS}:${clientPort}`;
  const peerUrl = `http://${ETCD_ADDRESS}:${peerPort}`;
  const etcd = group.start({
    name: 'etcd',
    program: join(programs, 'etcd'),
    arguments: [
      '--name=etcd',
      `--data-dir=${data}`,
      `--listen-client-urls=${clientUrl}`,
      `--advertise-client-urls=${clientUrl}`,
      `--listen-peer-urls=${peerUrl}`,
      `--initial-advertise-peer-urls=${peerUrl}`,
      `--initial-cluster=etcd=${peerUrl}`,
      // Data need not survive a crash of the machine.
      '--unsafe-no-fsync',
      '--log-level=warn',
    ],
    logPath: join(base, 'etcd.log'),
  });
  await waitUntilReady(etcd, () => isOk(`${clientUrl}/health`));
  return clientUrl;
}

function isOk(url: string): Promise<boolean> {
  return new Promise((fulfil, reject) => {
    get(url, { agent: false, timeout: 5000 }, (response) => {
      response.resume();
      fulfil(response.statusCode === 200);
    }).on('error', reject);
  });
}

/** Runs the build script, which prints the folder; in seconds when it is built already. */
async function findPrograms(onProgress: (line: string) => void): Promise<string> {
  const script = spawn('sh', [BUILD_SCRIPT], { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  createInterface(script.stderr).on('line', (line) => {
    lines.push(line);
    onProgress(line);
  });
  let output = '';
  script.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  const code = await new Promise<number | null>((fulfil, reject) => {
    script.once('error', reject);
    script.once('close', fulfil);
  });
  if (code !== 0) throw new Error(`no control plane programs:\n${lines.slice(-20).join('\n')}`);
  return output.trim();
}
