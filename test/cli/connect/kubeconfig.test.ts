import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createSecureServer, type Http2SecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type Kubeconfig, loadKubeconfig } from '../../../lib/cli/connect/kubeconfig.ts';
import { createCertificateAuthority } from '../../environment/certificates.ts';

const authority = createCertificateAuthority('test-ca');
const CA = Buffer.from(authority.certificatePem).toString('base64');
const client = authority.issue('nick', { addresses: [], dnsNames: [] });
const TOKEN_USER = { token: 'abc' };

let directory: string;
let server: Http2SecureServer;
let url: string;

/** Answers with how it was called. */
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
  const own = authority.issue('server', { addresses: ['127.0.0.1'], dnsNames: ['localhost'] });
  server = createSecureServer({
    key: own.privateKeyPem,
    cert: own.certificatePem,
    ca: authority.certificatePem,
    requestCert: true,
    rejectUnauthorized: false,
  });
  server.on('request', (request, response) => {
    const { socket } = request.stream.session ?? {};
    const peer = socket instanceof TLSSocket ? socket.getPeerCertificate().subject?.CN : undefined;
    response.end(JSON.stringify({ authorization: request.headers.authorization, peer }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  url = `https://127.0.0.1:${port}`;
});

afterAll(() => {
  server.close();
  rmSync(directory, { recursive: true });
});

type Entry = Record<string, unknown>;

function config(user: Entry, cluster: Entry = {}, name = 'one'): string {
  const whole = { server: url, 'certificate-authority-data': CA, ...cluster };
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    contexts: [{ name, context: { cluster: name, user: name } }],
    clusters: [{ name, cluster: whole }],
    users: [{ name, user }],
  });
}

function write(text: string, name = 'config'): string {
  const file = join(directory, name);
  writeFileSync(file, text);
  return file;
}

function load(user: Entry, cluster?: Entry): Kubeconfig {
  return loadKubeconfig(write(config(user, cluster)), {});
}

async function seenBy(kubeconfig: Kubeconfig): Promise<unknown> {
  const connection = await kubeconfig.connect('one');
  try {
    const { body } = await connection.request({ method: 'GET', path: '/', timeoutMs: 5_000 });
    return JSON.parse(body);
  } finally {
    connection.close();
  }
}

const plugin = (script: string) => ({
  exec: {
    apiVersion: 'client.authentication.k8s.io/v1beta1',
    command: process.execPath,
    args: ['-e', script],
    env: [{ name: 'WHO', value: 'exec' }],
  },
});

describe('loadKubeconfig', () => {
  it('reads the file of the flag before any other', () => {
    const flagged = write(config(TOKEN_USER, {}, 'flagged'), 'flagged');
    const other = write(config(TOKEN_USER, {}, 'other'), 'other');

    expect(loadKubeconfig(flagged, { KUBECONFIG: other }).currentContext).toBe('flagged');
  });

  it('joins the files of KUBECONFIG, the first of two entries counts, missing files do not', () => {
    const first = write(config(TOKEN_USER, { server: 'https://first' }), 'first');
    const second = write(config(TOKEN_USER, { server: 'https://second' }), 'second');
    const third = write(config(TOKEN_USER, {}, 'two'), 'third');
    const files = [join(directory, 'missing'), first, second, third];

    const kubeconfig = loadKubeconfig(undefined, { KUBECONFIG: files.join(delimiter) });

    expect(kubeconfig.currentContext).toBe('one');
    expect(kubeconfig.entry('one').server).toBe('https://first');
    expect(kubeconfig.has('two')).toBe(true);
  });

  it('reads what is to be known of an EKS context', () => {
    const exec = { command: 'aws', args: ['eks', 'get-token'], env: [{ name: 'A', value: 'b' }] };

    expect(load({ exec }).entry('one')).toEqual({
      name: 'one',
      clusterName: 'one',
      server: url,
      caData: CA,
      insecure: false,
      exec: { command: 'aws', args: ['eks', 'get-token'], env: { A: 'b' } },
    });
  });

  it.each([
    ['a file that does not exist', 'missing', undefined, /kubeconfig .*missing does not exist/],
    ['a file that is no YAML', 'broken', 'a: [', /kubeconfig .*broken cannot be read: /],
  ])('refuses %s', (_, name, text, message) => {
    const file = text === undefined ? join(directory, name) : write(text, name);

    expect(() => loadKubeconfig(file, {})).toThrow(
      expect.objectContaining({
        code: 'KubeconfigInvalid',
        message: expect.stringMatching(message),
      }),
    );
  });

  it('tells which contexts there are when one is unknown', () => {
    expect(() => load(TOKEN_USER).entry('two')).toThrow(
      expect.objectContaining({
        code: 'ContextNotFound',
        message: expect.stringContaining('context "two" does not exist: not in '),
        remedies: ['one of the contexts there are: one'],
      }),
    );
  });

  it('tells how to get a kubeconfig when there is none', () => {
    expect(() => loadKubeconfig(undefined, { HOME: directory }).entry('x')).toThrow(
      expect.objectContaining({
        message: 'context "x" does not exist: no kubeconfig file was found',
        remedies: ['aws eks update-kubeconfig --name CLUSTER --region REGION'],
      }),
    );
  });

  it('names the cluster that a context lacks', () => {
    const text = config(TOKEN_USER).replace('cluster: one', 'cluster: lost');

    expect(() => loadKubeconfig(write(text), {}).entry('one')).toThrow(
      'context "one" names cluster "lost", which its kubeconfig does not have',
    );
  });
});

describe('Kubeconfig.connect', () => {
  it.each<[string, Entry, object]>([
    ['token', TOKEN_USER, { authorization: 'Bearer abc' }],
    [
      'password',
      { username: 'nick', password: 'x' },
      { authorization: `Basic ${Buffer.from('nick:x').toString('base64')}` },
    ],
    [
      'client certificate',
      {
        'client-certificate-data': Buffer.from(client.certificatePem).toString('base64'),
        'client-key-data': Buffer.from(client.privateKeyPem).toString('base64'),
      },
      { peer: 'nick' },
    ],
    [
      'exec plugin',
      plugin('console.log(JSON.stringify({status: {token: process.env.WHO}}))'),
      { authorization: 'Bearer exec' },
    ],
    [
      'exec plugin that gives a certificate',
      plugin(
        `console.log(JSON.stringify({status: ${JSON.stringify({
          clientCertificateData: client.certificatePem,
          clientKeyData: client.privateKeyPem,
        })}}))`,
      ),
      { peer: 'nick' },
    ],
  ])('shows the credentials of the user: %s', async (_, user, seen) => {
    expect(await seenBy(load(user))).toEqual(seen);
  });

  it('finds the CA in a file beside the kubeconfig', async () => {
    write(authority.certificatePem, 'ca.crt');
    const cluster = { 'certificate-authority-data': undefined, 'certificate-authority': 'ca.crt' };

    expect(await seenBy(load(TOKEN_USER, cluster))).toEqual({ authorization: 'Bearer abc' });
  });

  it('checks the server, unless told not to', async () => {
    const noCa = { 'certificate-authority-data': undefined };
    const insecure = { ...noCa, 'insecure-skip-tls-verify': true };

    await expect(seenBy(load(TOKEN_USER, noCa))).rejects.toThrow(/certificate|issuer/);
    expect(await seenBy(load(TOKEN_USER, insecure))).toEqual({ authorization: 'Bearer abc' });
  });

  it('reads the proxy of a cluster', () => {
    const entry = load(TOKEN_USER, { server: 'https://x', 'proxy-url': 'http://p' }).entry('one');

    expect(entry).toMatchObject({ server: 'https://x', proxyUrl: 'http://p' });
  });

  it.each<[string, Entry, Entry, string]>([
    [
      'another server name',
      {},
      { 'tls-server-name': 'x' },
      'cluster.tls-server-name (x) is not supported',
    ],
    ['plain http', {}, { server: 'http://x' }, 'cluster.server http://x is not supported'],
    ['impersonation', { as: 'boss' }, {}, 'user.as (impersonation) is not supported'],
  ])('refuses %s', async (_, user, cluster, message) => {
    await expect(load({ ...TOKEN_USER, ...user }, cluster).connect('one')).rejects.toThrow(
      expect.objectContaining({ code: 'ContextUnsupported', message: `context "one": ${message}` }),
    );
  });

  it('tells what an exec plugin failed with', async () => {
    const kubeconfig = load(plugin('console.error("SSO session expired"); process.exit(1)'));

    await expect(kubeconfig.connect('one')).rejects.toThrow(
      expect.objectContaining({
        code: 'CredentialsFailed',
        message: `context "one": its exec plugin "${process.execPath}" failed: SSO session expired`,
        remedies: ['kubectl --context one get --raw /version'],
      }),
    );
  });

  it('tells that an exec plugin is not installed', async () => {
    const kubeconfig = load({ exec: { command: 'no-such-aws' } });

    await expect(kubeconfig.connect('one')).rejects.toThrow(
      expect.objectContaining({
        code: 'CredentialsFailed',
        remedies: [
          'install no-such-aws, or put it on the PATH',
          'kubectl --context one get --raw /version',
          'log in to AWS again, e.g. aws sso login',
        ],
      }),
    );
  });
});
