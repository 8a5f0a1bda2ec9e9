import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateAccessEntryCommand,
  DescribeClusterCommand,
  EKSClient,
  type EKSClientConfig,
} from '@aws-sdk/client-eks';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MiniStack, startMiniStack } from './ministack.ts';
import { type EksCluster, eksTokenWebhookUrl } from './ministack-eks.ts';

const ROOT = { accessKeyId: 'test', secretAccessKey: 'test' };
const HOST: EksCluster = {
  name: 'host',
  region: 'us-west-2',
  endpoint: 'https://127.0.0.2:6443',
  caData: 'aG9zdA==',
  secret: 'secret-of-the-host-cluster',
};
const MEMBER: EksCluster = {
  name: 'member',
  region: 'eu-west-1',
  endpoint: 'https://127.0.0.2:6444',
  caData: 'bWVtYmVy',
  secret: 'secret-of-the-member-cluster',
};
const OPTIONS = { region: 'us-west-2', eksClusters: [HOST, MEMBER], auth: true };
const INSTALL_SECONDS = 120;

const isGroupAlive = (processGroupId: number): boolean => {
  try {
    return process.kill(-processGroupId, 0);
  } catch {
    return false;
  }
};

/** What `aws eks get-token` makes, with root's key. */
const eksToken = async (cluster: EksCluster): Promise<string> => {
  const host = `sts.${cluster.region}.amazonaws.com`;
  const { sha256 } = new EKSClient({ region: cluster.region, credentials: ROOT }).config;
  const signer = new SignatureV4({
    service: 'sts',
    region: cluster.region,
    credentials: ROOT,
    sha256,
  });
  const signed = await signer.presign(
    {
      method: 'GET',
      protocol: 'https:',
      hostname: host,
      path: '/',
      headers: { host, 'x-k8s-aws-id': cluster.name },
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
    },
    { expiresIn: 60, unhoistableHeaders: new Set(['x-k8s-aws-id']) },
  );
  const query = Object.entries(signed.query ?? {})
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
    .join('&');
  return `k8s-aws-v1.${Buffer.from(`https://${host}/?${query}`).toString('base64url')}`;
};

const review = async (url: string, token: string): Promise<unknown> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenReview',
      spec: { token },
    }),
  });
  return response.json();
};

describe('startMiniStack', () => {
  let miniStack: MiniStack;
  const eks = (region: string): EKSClient => {
    const config: EKSClientConfig = { region, endpoint: miniStack.endpoint, credentials: ROOT };
    return new EKSClient(config);
  };

  beforeAll(async () => {
    miniStack = await startMiniStack(OPTIONS);
  }, INSTALL_SECONDS * 1000);

  afterAll(() => miniStack.stop());

  it.each([HOST, MEMBER])('answers DescribeCluster with the API server of $name', async (seed) => {
    const { cluster } = await eks(seed.region).send(
      new DescribeClusterCommand({ name: seed.name }),
    );
    expect(cluster).toMatchObject({
      status: 'ACTIVE',
      endpoint: seed.endpoint,
      certificateAuthority: { data: seed.caData },
      arn: `arn:aws:eks:${seed.region}:123456789012:cluster/${seed.name}`,
    });
  });

  it('knows a cluster in its own Region only', async () => {
    await expect(
      eks(MEMBER.region).send(new DescribeClusterCommand({ name: HOST.name })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('reviews an EKS token: refused before the access entry, user and groups after', async () => {
    const url = miniStack.eksTokenWebhookUrl(HOST);
    expect(await review(url, await eksToken(HOST))).toMatchObject({
      status: { authenticated: false },
    });
    await eks(HOST.region).send(
      new CreateAccessEntryCommand({
        clusterName: HOST.name,
        principalArn: 'arn:aws:iam::123456789012:root',
        username: 'kubefed:apply',
        kubernetesGroups: ['kubefed:members'],
      }),
    );
    expect(await review(url, await eksToken(HOST))).toMatchObject({
      status: {
        authenticated: true,
        user: {
          username: 'kubefed:apply',
          groups: ['system:authenticated', 'kubefed:members'],
        },
      },
    });
    expect(await review(url, await eksToken({ ...HOST, name: MEMBER.name }))).toMatchObject({
      status: { authenticated: false },
    });
    expect(await review(`${url}x`, await eksToken(HOST))).toMatchObject({
      status: { authenticated: false },
    });
  });

  it('refuses a port that is taken', async () => {
    const port = Number(new URL(miniStack.endpoint).port);
    await expect(startMiniStack({ ...OPTIONS, port })).rejects.toThrow(
      `port ${port} of 127.0.0.1 is taken`,
    );
  });

  it('leaves no process behind when stopped', async () => {
    const other = await startMiniStack(OPTIONS);
    expect(isGroupAlive(other.processGroupId)).toBe(true);
    await other.stop();
    expect(isGroupAlive(other.processGroupId)).toBe(false);
    await other.stop();
  }, 60_000);

  it('leaves no process behind when its parent is killed', async () => {
    const module = new URL('./ministack.ts', import.meta.url).href;
    const program = `import { startMiniStack } from '${module}';
      const { processGroupId } = await startMiniStack(${JSON.stringify(OPTIONS)});
      console.log(processGroupId);`;
    const parent = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(parent.stdout, 'data');
    const processGroupId = Number(line);
    expect(isGroupAlive(processGroupId)).toBe(true);
    parent.kill('SIGKILL');
    while (isGroupAlive(processGroupId)) {
      await sleep(20);
    }
  }, 60_000);
});

describe('eksTokenWebhookUrl', () => {
  const webhook = {
    port: 4566,
    accountId: '123456789012',
    region: HOST.region,
    cluster: HOST.name,
    secret: HOST.secret,
  };

  it('names account, Region, cluster and secret', () => {
    expect(eksTokenWebhookUrl(webhook)).toBe(
      'http://127.0.0.1:4566/_ministack/eks-auth/123456789012/us-west-2/host/secret-of-the-host-cluster',
    );
  });

  it.each([
    ['account', { accountId: '1' }],
    ['cluster', { cluster: 'a/b' }],
    ['secret', { secret: 'short' }],
  ])('refuses a URL that MiniStack would not route: %s', (part, change) => {
    expect(() => eksTokenWebhookUrl({ ...webhook, ...change })).toThrow(part);
  });
});
