import { DescribeClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { AwsCredentialIdentity, Provider } from '@smithy/types';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  connectEks,
  describeEks,
  dnsSuffixOf,
  type EksAccessOptions,
} from '../../../lib/adapters/eks/access.ts';
import type { Connection } from '../../../lib/adapters/kube/connection.ts';
import { createCertificateAuthority } from '../../environment/certificates.ts';
import { type Http2Server, startHttp2Server } from '../kube/http2-server.ts';

const OWN = { accessKeyId: 'AKIAOWN', secretAccessKey: 'own' };
const MINUTE_MS = 60_000;

describe('dnsSuffixOf', () => {
  it.each([
    ['https://0123ABC.gr7.us-west-2.eks.amazonaws.com', 'amazonaws.com'],
    ['https://0123ABC.yl4.cn-north-1.eks.amazonaws.com.cn', 'amazonaws.com.cn'],
    ['https://0123ABC.sk1.us-iso-east-1.eks.c2s.ic.gov', 'c2s.ic.gov'],
    ['https://0123ABC.eks-cluster.us-west-2.api.aws', 'amazonaws.com'],
    ['https://0123ABC.eks-cluster.cn-north-1.api.amazonwebservices.com.cn', 'amazonaws.com.cn'],
    ['https://127.0.0.2:6443', 'amazonaws.com'],
  ])('of %s', (url, suffix) => {
    expect(dnsSuffixOf(url)).toBe(suffix);
  });
});

describe('describeEks', () => {
  it('reads endpoint and CA', async () => {
    const client = new EKSClient({ region: 'us-west-2' });
    const data = Buffer.from('-----BEGIN CERTIFICATE-----').toString('base64');
    mockClient(client)
      .on(DescribeClusterCommand, { name: 'shop' })
      .resolves({
        cluster: { endpoint: 'https://0123ABC.example', certificateAuthority: { data } },
      });

    expect(await describeEks(client, 'shop')).toEqual({
      ...{ url: 'https://0123ABC.example', ca: '-----BEGIN CERTIFICATE-----' },
    });
  });

  it.each([
    [{ status: 'CREATING' as const }, 'status CREATING'],
    [{ status: 'ACTIVE' as const, endpoint: 'https://x' }, 'status ACTIVE'],
    [undefined, 'status unknown'],
  ])('throws while there is no endpoint: %j', async (cluster, state) => {
    const client = new EKSClient({ region: 'us-west-2' });
    mockClient(client)
      .on(DescribeClusterCommand)
      .resolves(cluster === undefined ? {} : { cluster });

    await expect(describeEks(client, 'shop')).rejects.toThrow(
      `EKS cluster shop has no endpoint yet (${state})`,
    );
  });
});

describe('connectEks', () => {
  const stops: (() => Promise<void> | void)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });

  async function setUp() {
    const authority = createCertificateAuthority('eks');
    const certificate = authority.issue('server', { addresses: ['127.0.0.1'], dnsNames: [] });
    const server = await startHttp2Server(({ stream }) => {
      stream.respond({ ':status': 200 });
      stream.end('{}');
    }, certificate);
    stops.push(server.stop);
    const time = { ms: Date.UTC(2026, 10, 24, 12) };
    const eks = { regions: [] as string[], credentials: [] as unknown[] };
    const data = Buffer.from(authority.certificatePem).toString('base64');
    const assumed = { calls: 0 };
    const sts = new STSClient({ region: 'us-west-2' });
    const stsMock = mockClient(sts);
    stsMock.on(AssumeRoleCommand).callsFake(() => ({
      Credentials: {
        AccessKeyId: `ASIA${++assumed.calls}`,
        SecretAccessKey: 'secret',
        SessionToken: `session-${assumed.calls}`,
        Expiration: new Date(time.ms + 60 * MINUTE_MS),
      },
    }));
    const stsClient = vi.fn(() => sts);
    const options: EksAccessOptions = {
      nowMs: () => time.ms,
      stsClient,
      eksClient: (region: string, credentials?: Provider<AwsCredentialIdentity>) => {
        eks.regions.push(region);
        eks.credentials.push(credentials);
        const client = new EKSClient({ region, credentials: credentials ?? OWN });
        mockClient(client)
          .on(DescribeClusterCommand)
          .resolves({ cluster: { endpoint: server.url, certificateAuthority: { data } } });
        return client;
      },
    };
    const connect = async (roleArn?: string): Promise<Connection> => {
      const role = roleArn === undefined ? {} : { roleArn };
      const ref = { clusterName: 'shop', region: 'eu-west-1', ...role };
      const connection = await connectEks(ref, options);
      stops.push(connection.close);
      return connection;
    };
    return { server, time, eks, sts: { mock: stsMock, client: stsClient }, connect };
  }

  const get = (connection: Connection) =>
    connection.request({ method: 'GET', path: '/', timeoutMs: 5000 });

  function lastToken(server: Http2Server): URL {
    const authorization = server.requests.at(-1)?.headers.authorization ?? '';
    const [, encoded = ''] = authorization.split('Bearer k8s-aws-v1.');
    return new URL(Buffer.from(encoded, 'base64url').toString());
  }

  it('reaches a cluster with the credentials that the client has', async () => {
    const { server, eks, sts, connect } = await setUp();
    await get(await connect());

    expect(eks.regions).toEqual(['eu-west-1']);
    expect(eks.credentials).toEqual([undefined]);
    expect(sts.client).not.toHaveBeenCalled();
    const token = lastToken(server);
    expect(token.hostname).toBe('sts.eu-west-1.amazonaws.com');
    expect(token.searchParams.get('X-Amz-Credential')).toMatch(/^AKIAOWN\/20261124\/eu-west-1\//);
    expect(token.searchParams.has('X-Amz-Security-Token')).toBe(false);
  });

  it('assumes the role first when one is given, for calls and tokens', async () => {
    const { server, eks, sts, connect } = await setUp();
    await get(await connect('arn:aws:iam::111122223333:role/shop'));

    expect(eks.credentials).toEqual([expect.any(Function)]);
    expect(sts.client).toHaveBeenCalledWith('eu-west-1');
    expect(sts.mock.commandCalls(AssumeRoleCommand)[0]?.args[0].input).toEqual({
      RoleArn: 'arn:aws:iam::111122223333:role/shop',
      RoleSessionName: 'kubefed-eks',
    });
    const token = lastToken(server);
    expect(token.searchParams.get('X-Amz-Credential')).toMatch(/^ASIA1\//);
    expect(token.searchParams.get('X-Amz-Security-Token')).toBe('session-1');
  });

  it.each([
    ['keeps the role', 'until', 55 * MINUTE_MS - 1, 'session-1'],
    ['assumes it anew', 'from', 55 * MINUTE_MS, 'session-2'],
  ])('%s %s five minutes before its credentials expire', async (_, __, afterMs, session) => {
    const { server, time, connect } = await setUp();
    const connection = await connect('arn:aws:iam::111122223333:role/shop');
    await get(connection);
    time.ms += afterMs;
    await get(connection);

    expect(lastToken(server).searchParams.get('X-Amz-Security-Token')).toBe(session);
  });

  it.each([
    ['nothing', undefined],
    ['half of it', { AccessKeyId: 'ASIA', SecretAccessKey: undefined }],
  ])('throws when AssumeRole returns %s', async (_, Credentials) => {
    const { sts, connect } = await setUp();
    sts.mock.on(AssumeRoleCommand).callsFake(() => ({ Credentials }));
    const connection = await connect('arn:aws:iam::111122223333:role/shop');

    await expect(get(connection)).rejects.toThrow(
      'AssumeRole arn:aws:iam::111122223333:role/shop returned no credentials',
    );
  });

  it('throws what DescribeCluster throws', async () => {
    const client = new EKSClient({ region: 'eu-west-1', credentials: OWN });
    mockClient(client)
      .on(DescribeClusterCommand)
      .rejects(new Error('No cluster found for name: shop.'));
    const options = { eksClient: () => client, nowMs: () => 0 };

    await expect(connectEks({ clusterName: 'shop', region: 'eu-west-1' }, options)).rejects.toThrow(
      'No cluster found for name: shop.',
    );
  });
});
