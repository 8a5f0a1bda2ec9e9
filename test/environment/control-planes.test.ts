import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiCall, callApi } from './call-api.ts';
import type { ControlPlane } from './control-plane.ts';
import { type ControlPlanes, startControlPlanes } from './control-planes.ts';
import { startProcessGroup, waitUntilReady } from './processes.ts';

const START_TIMEOUT_MS = 120_000;
const USER = { username: 'role', groups: ['system:authenticated'] };

let webhook: Server;
let planes: ControlPlanes;
let host: ControlPlane;
let member: ControlPlane;

beforeAll(async () => {
  webhook = await startTokenWebhook();
  const { port } = webhook.address() as AddressInfo; // a TCP server that listens
  planes = await startControlPlanes({
    clusters: ['host', 'member-1'],
    tokenWebhookUrl: (cluster) => `http://127.0.0.1:${port}/${cluster}`,
  });
  host = clusterOf('host');
  member = clusterOf('member-1');
}, START_TIMEOUT_MS);

afterAll(async () => {
  await planes?.stop();
  webhook?.close();
});

describe('startControlPlanes', () => {
  it('keeps the objects of each cluster apart', async () => {
    await create(host, '/api/v1/namespaces', { metadata: { name: 'apart' } });
    await create(host, '/api/v1/namespaces/apart/configmaps', { metadata: { name: 'settings' } });

    const path = '/api/v1/namespaces/apart/configmaps/settings';
    expect((await call(host, { path })).status).toBe(200);
    expect((await call(member, { path })).status).toBe(404);
  });

  it('removes a deleted namespace with what is in it', async () => {
    await create(member, '/api/v1/namespaces', { metadata: { name: 'short-lived' } });
    await create(member, '/api/v1/namespaces/short-lived/configmaps', {
      metadata: { name: 'settings' },
    });
    await call(member, { method: 'DELETE', path: '/api/v1/namespaces/short-lived' });

    await until(() => isGone(member, '/api/v1/namespaces/short-lived'));
    expect(await isGone(member, '/api/v1/namespaces/short-lived/configmaps/settings')).toBe(true);
  }, 60_000);

  it('gives a namespace its service account and CA bundle, as a real cluster does', async () => {
    await create(host, '/api/v1/namespaces', { metadata: { name: 'furnished' } });
    const paths = ['serviceaccounts/default', 'configmaps/kube-root-ca.crt'];

    for (const path of paths) {
      await until(async () => !(await isGone(host, `/api/v1/namespaces/furnished/${path}`)));
    }
  }, 60_000);

  it('writes a kubeconfig with one context named after the cluster', async () => {
    const config = new KubeConfig();
    config.loadFromFile(member.kubeconfigPath);

    expect(config.getContexts().map((context) => context.name)).toEqual(['member-1']);
    const namespace = await config.makeApiClient(CoreV1Api).readNamespace({ name: 'default' });
    expect(namespace.metadata?.name).toBe('default');
  });

  it('asks the token webhook of the cluster about foreign tokens', async () => {
    const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
    const answer = await call(host, { method: 'POST', path, body }, 'token-for-host');

    expect(JSON.parse(answer.body)).toMatchObject({ status: { userInfo: USER } });
    expect((await call(host, { path: '/api/v1/secrets' }, 'token-for-host')).status).toBe(403);
    expect((await call(member, { path: '/api/v1/secrets' }, 'token-for-host')).status).toBe(401);
  });

  it('answers the metrics of the API server', async () => {
    expect(await host.metrics()).toMatch(/^apiserver_request_total\{/m);
  });

  it(
    'keeps data and address when the server is stopped and started',
    async () => {
      await create(member, '/api/v1/namespaces', { metadata: { name: 'kept' } });
      await member.stopServer();
      await expect(call(member, { path: '/readyz' })).rejects.toThrow(/ECONNREFUSED/);
      await member.startServer();

      expect((await call(member, { path: '/api/v1/namespaces/kept' })).status).toBe(200);
    },
    START_TIMEOUT_MS,
  );

  it('answers nothing while paused', async () => {
    host.pause();
    await expect(call(host, { path: '/readyz', timeoutSeconds: 1 })).rejects.toThrow();
    host.resume();

    expect((await call(host, { path: '/readyz' })).status).toBe(200);
  });

  it.each([
    ['not a DNS label', ['Host'], /"Host"/],
    ['there twice', ['host', 'host'], /twice/],
  ])('refuses a cluster name that is %s', async (_, clusters, message) => {
    await expect(startControlPlanes({ clusters })).rejects.toThrow(message);
  });
});

describe('startProcessGroup', () => {
  it.each(['running', 'paused'])('kills a %s program when our process is killed', async (state) => {
    const module = new URL('./processes.ts', import.meta.url).href;
    const script = `
      const { startProcessGroup } = await import(${JSON.stringify(module)});
      const one = startProcessGroup([]).start(
        { name: 'sleep', program: 'sleep', arguments: ['600'], logPath: '/dev/null' });
      if (${state === 'paused'}) one.signal('SIGSTOP');
      process.stdout.write(String(one.pid), () => process.kill(process.pid, 'SIGKILL'));`;
    const arguments_ = ['--input-type=module', '--eval', script];
    const killed = await promisify(execFile)(process.execPath, arguments_).catch((error) => error);

    expect(killed.signal).toBe('SIGKILL');
    const pid = Number(killed.stdout);
    expect(pid).toBeGreaterThan(1);
    await until(async () => !isAlive(pid));
  });
});

describe('waitUntilReady', () => {
  it('reports the end of the log when the program exits', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'kubefed-eks-test-'));
    const group = startProcessGroup([directory]);
    const broken = group.start({
      name: 'broken',
      program: 'sh',
      arguments: ['-c', 'echo "no such flag" >&2; exit 1'],
      logPath: join(directory, 'broken.log'),
    });

    await expect(waitUntilReady(broken, async () => false)).rejects.toThrow(
      /^broken exited while starting.*\nno such flag$/s,
    );
    await group.stop();
    expect(existsSync(directory)).toBe(false);
  });
});

function clusterOf(name: string): ControlPlane {
  const cluster = planes.clusters[name];
  if (cluster === undefined) throw new Error(`no cluster ${name}`);
  return cluster;
}

function call(cluster: ControlPlane, apiCall: ApiCall, token = cluster.adminToken) {
  const caPem = Buffer.from(cluster.caData, 'base64').toString();
  return callApi({ url: cluster.url, caPem, token }, apiCall);
}

async function create(cluster: ControlPlane, path: string, body: object): Promise<void> {
  const answer = await call(cluster, { method: 'POST', path, body });
  if (answer.status !== 201) throw new Error(`create at ${path}: ${answer.body}`);
}

async function isGone(cluster: ControlPlane, path: string): Promise<boolean> {
  return (await call(cluster, { path })).status === 404;
}

/** Waits for the condition; the test's own timeout ends the wait. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(100);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // Where the first process reaps no orphans, as in some containers, a dead one stays a zombie.
    return !existsSync('/proc') || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Knows `token-for-<cluster>` at the path `/<cluster>`. */
async function startTokenWebhook(): Promise<Server> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { apiVersion, kind, spec } = JSON.parse(Buffer.concat(chunks).toString());
      const isKnown = spec.token === `token-for-${request.url?.slice(1).split('?')[0]}`;
      const status = isKnown ? { authenticated: true, user: USER } : { authenticated: false };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ apiVersion, kind, status }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
