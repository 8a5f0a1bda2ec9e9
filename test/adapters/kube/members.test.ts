import {
  DescribeClusterCommand,
  EKSClient,
  type EKSClientResolvedConfig,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from '@aws-sdk/client-eks';
import { type AwsStub, mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { kubeMembers } from '../../../lib/adapters/kube/members.ts';
import { type MemoryCluster, memoryCluster } from '../../../lib/adapters/memory/cluster.ts';
import type { JsonObject } from '../../../lib/model/json.ts';
import { CONFIG_MAPS, SECRETS } from '../../../lib/model/resources.ts';
import type { ApiResult, Cluster, Members } from '../../../lib/ports.ts';
import { createCertificateAuthority } from '../../environment/certificates.ts';
import { type Http2Server, startHttp2Server } from './http2-server.ts';

const NAMESPACE = 'kube-federation-system';
const MINUTE_MS = 60_000;
const base64 = (text: string) => Buffer.from(text).toString('base64');
const authority = createCertificateAuthority('member');
const certificate = authority.issue('server', { addresses: ['127.0.0.1'], dnsNames: [] });
const caData = base64(authority.certificatePem);

let server: Http2Server;
let host: MemoryCluster;
let members: Members;
let eks: AwsStub<ServiceInputTypes, ServiceOutputTypes, EKSClientResolvedConfig>;
const time = { ms: 0 };

beforeEach(async () => {
  server = await startHttp2Server(({ stream }) => {
    stream.respond({ ':status': 200 });
    stream.end('{"data":{}}');
  }, certificate);
  host = memoryCluster();
  const client = new EKSClient({
    region: 'us-west-2',
    credentials: { accessKeyId: 'AKIAOWN', secretAccessKey: 'own' },
  });
  eks = mockClient(client);
  members = kubeMembers(host, { eksClient: () => client, nowMs: () => time.ms });
  setToken('first');
});

afterEach(() => server.stop());

function setToken(token: string): void {
  const metadata = { namespace: NAMESPACE, name: 'west-token' };
  host.seed(SECRETS, { metadata, data: { token: base64(token) } });
}

function west(spec: JsonObject = {}, metadata: JsonObject = {}): JsonObject {
  return {
    kind: 'KubeFedCluster',
    metadata: { namespace: NAMESPACE, name: 'west', uid: 'u1', ...metadata },
    spec: { apiEndpoint: server.url, caBundle: caData, secretRef: { name: 'west-token' }, ...spec },
  };
}

async function connected(kubeFedCluster: JsonObject): Promise<Cluster> {
  const result = await members.connect(kubeFedCluster);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

const read = (cluster: Cluster): Promise<ApiResult> =>
  cluster.get(CONFIG_MAPS, { namespace: 'shop', name: 'settings' });
const tokensSeen = () => server.requests.map(({ headers }) => headers.authorization);

describe('kubeMembers, by secretRef', () => {
  it('reaches the endpoint with the token of the Secret', async () => {
    expect(await read(await connected(west()))).toEqual({ ok: true, value: { data: {} } });
    expect(tokensSeen()).toEqual(['Bearer first']);
  });

  it('takes an endpoint without a scheme for https', async () => {
    const apiEndpoint = server.url.replace('https://', '');

    expect((await read(await connected(west({ apiEndpoint })))).ok).toBe(true);
  });

  it('checks the certificate against caBundle, unless that is off', async () => {
    const caBundle = base64(createCertificateAuthority('other').certificatePem);
    const checked = await connected(west({ caBundle }));
    const unchecked = await connected(west({ caBundle, disabledTLSValidations: ['*'] }));

    expect(await read(checked)).toMatchObject({ error: { kind: 'Unreachable' } });
    expect((await read(unchecked)).ok).toBe(true);
  });

  it('goes by way of spec.proxyURL', async () => {
    const cluster = await connected(west({ proxyURL: 'http://127.0.0.1:1' }));

    expect(await read(cluster)).toMatchObject({
      error: { kind: 'Unreachable', message: expect.stringContaining('proxy http://127.0.0.1:1') },
    });
  });

  it('reads the token again after a minute, and not before', async () => {
    const cluster = await connected(west());
    await read(cluster);
    setToken('second');
    time.ms += MINUTE_MS - 1;
    await read(cluster);
    time.ms += 1;
    await read(cluster);

    expect(tokensSeen()).toEqual(['Bearer first', 'Bearer first', 'Bearer second']);
    expect(host.calls.get).toBe(2);
  });

  it('keeps the token while the host cannot be read', async () => {
    const cluster = await connected(west());
    host.down = true;
    time.ms += MINUTE_MS;

    expect((await read(cluster)).ok).toBe(true);
    expect(tokensSeen()).toEqual(['Bearer first']);
  });

  it('uses the token no longer when the Secret is gone', async () => {
    const cluster = await connected(west());
    await host.delete(SECRETS, { namespace: NAMESPACE, name: 'west-token' });
    time.ms += MINUTE_MS;

    expect(await read(cluster)).toMatchObject({
      error: {
        kind: 'Unreachable',
        message: `Secret ${NAMESPACE}/west-token: secrets "west-token" not found`,
      },
    });
    expect(tokensSeen()).toEqual([]);
  });

  it.each([
    ['no apiEndpoint', { apiEndpoint: '' }, 'spec.apiEndpoint is empty'],
    ['no secretRef', { secretRef: {} }, 'neither spec.eks nor spec.secretRef.name is set'],
    ['a Secret that is not there', { secretRef: { name: 'none' } }, `Secret ${NAMESPACE}/none: `],
    ['a Secret without a token', { secretRef: { name: 'empty' } }, 'has no data.token'],
  ])('says what is wrong with %s', async (_, spec, message) => {
    host.seed(SECRETS, { metadata: { namespace: NAMESPACE, name: 'empty' }, data: {} });
    const result = await members.connect(west(spec));

    expect(result).toMatchObject({ ok: false, error: { kind: 'Unreachable' } });
    expect(result).toHaveProperty('error.message', expect.stringContaining('KubeFedCluster west '));
    expect(result).toHaveProperty('error.message', expect.stringContaining(message));
  });
});

describe('kubeMembers, by eks', () => {
  const byEks = () => west({ eks: { clusterName: 'shop', region: 'us-west-2' }, secretRef: {} });

  it('reaches the endpoint that EKS tells with a signed token', async () => {
    eks
      .on(DescribeClusterCommand, { name: 'shop' })
      .resolves({ cluster: { endpoint: server.url, certificateAuthority: { data: caData } } });

    expect((await read(await connected(byEks()))).ok).toBe(true);
    expect(tokensSeen()).toEqual([expect.stringMatching(/^Bearer k8s-aws-v1\./)]);
    expect(host.calls.get).toBe(0);
  });

  it('says which cluster EKS refuses, and asks again the next time', async () => {
    eks
      .on(DescribeClusterCommand)
      .rejectsOnce(new Error('No cluster found for name: shop.'))
      .resolves({ cluster: { endpoint: server.url, certificateAuthority: { data: caData } } });

    expect(await members.connect(byEks())).toEqual({
      ok: false,
      error: {
        kind: 'Unreachable',
        message: 'KubeFedCluster west cannot be reached: No cluster found for name: shop.',
      },
    });
    expect((await members.connect(byEks())).ok).toBe(true);
  });
});

describe('kubeMembers', () => {
  it('keeps one connection while only status and labels change', async () => {
    const first = await connected(west());
    const again = await connected({
      ...west({}, { labels: { a: 'b' } }),
      status: { conditions: [] },
    });
    await Promise.all([read(first), read(again)]);

    expect(again).toBe(first);
    expect(server.sessions).toHaveLength(1);
  });

  it('opens one connection for all that ask at the same time', async () => {
    const clusters = await Promise.all([connected(west()), connected(west())]);

    expect(clusters[0]).toBe(clusters[1]);
    expect(host.calls.get).toBe(1);
  });

  it.each([
    ['spec', { proxyURL: '' }, {}],
    ['uid', {}, { uid: 'u2' }],
  ])('opens another connection when the %s has changed', async (_, spec, metadata) => {
    const first = await connected(west());

    expect(await connected(west(spec, metadata))).not.toBe(first);
  });

  it('forgets only the connection that failed', async () => {
    const failing = members.connect(west({ secretRef: { name: 'none' } }));
    const mended = await connected(west());
    expect((await failing).ok).toBe(false);

    expect(await connected(west())).toBe(mended);
  });
});
