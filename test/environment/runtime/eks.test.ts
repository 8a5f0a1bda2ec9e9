import {
  AssociateAccessPolicyCommand,
  CreateAccessEntryCommand,
  DeleteAccessEntryCommand,
  DescribeAccessEntryCommand,
  DescribeClusterCommand,
  EKSClient,
  ListAccessEntriesCommand,
  ListAssociatedAccessPoliciesCommand,
  ListClustersCommand,
  UpdateAccessEntryCommand,
} from '@aws-sdk/client-eks';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { eksToken } from '../../../lib/adapters/eks/token.ts';
import { type ApiServer, startApiServer } from './api-server.ts';
import { type Credentials, credentialsOf } from './credentials.ts';
import { eksRoute, tokenReviewUrl } from './eks.ts';
import { stsRoute } from './sts.ts';

const User = z.object({ username: z.string(), groups: z.array(z.string()) });
const Reviewed = z.object({
  status: z.object({
    authenticated: z.boolean(),
    error: z.string().optional(),
    user: User.optional(),
  }),
});
const region = 'eu-west-1';
const role = 'arn:aws:iam::111122223333:role/sample-apply';
const ADMIN = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy';
const clusters = ['alpha', 'beta'].map((name) => ({
  name,
  region,
  endpoint: `https://127.0.0.2/${name}`,
  caData: Buffer.from(`CA of ${name}`).toString('base64'),
}));

let server: ApiServer;
let eks: EKSClient;

beforeEach(async () => {
  server = await startApiServer(0, [eksRoute(clusters, '111122223333'), stsRoute]);
  eks = new EKSClient({ region, endpoint: server.url, credentials: credentialsOf(role) });
});

afterEach(async () => {
  eks.destroy();
  await server.stop();
});

const minute = 60_000;
const grant = (clusterName: string, kubernetesGroups: string[]) =>
  eks.send(new CreateAccessEntryCommand({ clusterName, principalArn: role, kubernetesGroups }));

async function tokenFor(clusterName: string, credentials: Credentials, ageMs = 0): Promise<string> {
  const authorization = eksToken({
    clusterName,
    region,
    dnsSuffix: 'amazonaws.com',
    credentials: async () => credentials,
    sha256: eks.config.sha256,
    nowMs: () => Date.now() - ageMs,
  });
  return (await authorization()).replace('Bearer ', '');
}

async function review(cluster: string, token: string) {
  const answer = await fetch(tokenReviewUrl(Number(new URL(server.url).port), cluster), {
    method: 'POST',
    body: JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', spec: { token } }),
  });
  return Reviewed.parse(await answer.json());
}

describe('eksRoute', () => {
  it('describes a cluster, and only in its own Region', async () => {
    const abroad = new EKSClient({
      region: 'us-east-1',
      endpoint: server.url,
      credentials: credentialsOf(role),
    });

    const { cluster } = await eks.send(new DescribeClusterCommand({ name: 'alpha' }));
    const listed = await eks.send(new ListClustersCommand({}));
    const refused = abroad.send(new DescribeClusterCommand({ name: 'alpha' }));

    expect(cluster).toMatchObject({
      arn: 'arn:aws:eks:eu-west-1:111122223333:cluster/alpha',
      endpoint: 'https://127.0.0.2/alpha',
      certificateAuthority: { data: clusters[0]?.caData },
      status: 'ACTIVE',
    });
    expect(listed.clusters).toEqual(['alpha', 'beta']);
    await expect(refused).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    abroad.destroy();
  });

  it('remembers access entries and their policies', async () => {
    const key = { clusterName: 'alpha', principalArn: role };

    await grant('alpha', ['one']);
    await eks.send(new UpdateAccessEntryCommand({ ...key, kubernetesGroups: ['two'] }));
    await eks.send(
      new AssociateAccessPolicyCommand({
        ...key,
        policyArn: ADMIN,
        accessScope: { type: 'cluster' },
      }),
    );

    const { accessEntry } = await eks.send(new DescribeAccessEntryCommand(key));
    const policies = await eks.send(new ListAssociatedAccessPoliciesCommand(key));
    const listed = await eks.send(new ListAccessEntriesCommand({ clusterName: 'alpha' }));
    const elsewhere = await eks.send(new ListAccessEntriesCommand({ clusterName: 'beta' }));
    expect(accessEntry).toMatchObject({ principalArn: role, kubernetesGroups: ['two'] });
    expect(policies.associatedAccessPolicies?.map((one) => one.policyArn)).toEqual([ADMIN]);
    expect([listed.accessEntries, elsewhere.accessEntries]).toEqual([[role], []]);
  });

  it('refuses a second entry for a role, and finds none that was deleted', async () => {
    const key = { clusterName: 'alpha', principalArn: role };
    await grant('alpha', []);

    await expect(grant('alpha', [])).rejects.toMatchObject({ name: 'ResourceInUseException' });
    await eks.send(new DeleteAccessEntryCommand(key));
    await expect(eks.send(new DescribeAccessEntryCommand(key))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

describe('token review', () => {
  it('lets in a role that has an access entry on the cluster', async () => {
    await grant('alpha', ['kubefed:propagator']);

    const { status } = await review('alpha', await tokenFor('alpha', credentialsOf(role)));

    expect(status).toMatchObject({ authenticated: true });
    expect(status.user?.groups).toEqual(['kubefed:propagator']);
    expect(status.user?.username).toContain('assumed-role/sample-apply');
  });

  it('makes a role with the admin policy a master', async () => {
    await grant('alpha', []);
    await eks.send(
      new AssociateAccessPolicyCommand({
        clusterName: 'alpha',
        principalArn: role,
        policyArn: ADMIN,
        accessScope: { type: 'cluster' },
      }),
    );

    const { status } = await review('alpha', await tokenFor('alpha', credentialsOf(role)));

    expect(status.user?.groups).toEqual(['system:masters']);
  });

  it('lets in a role that was assumed', async () => {
    await grant('alpha', ['guests']);
    const sts = new STSClient({
      region,
      endpoint: server.url,
      credentials: credentialsOf('arn:aws:iam::1:role/x'),
    });

    const command = new AssumeRoleCommand({ RoleArn: role, RoleSessionName: 'test' });
    const { Credentials: given } = await sts.send(command);
    const credentials = {
      accessKeyId: given?.AccessKeyId ?? '',
      secretAccessKey: given?.SecretAccessKey ?? '',
      sessionToken: given?.SessionToken ?? '',
    };
    const { status } = await review('alpha', await tokenFor('alpha', credentials));
    sts.destroy();

    expect(status.user?.groups).toEqual(['guests']);
  });

  const other = credentialsOf('arn:aws:iam::111122223333:role/other');
  const forged = { ...credentialsOf(role), secretAccessKey: 'guessed' };
  const strange = { ...credentialsOf(role), accessKeyId: 'AKIAIOSFODNN7EXAMPLE' };
  it.each([
    ['a role without an access entry', () => tokenFor('alpha', other), 'has no access entry'],
    ['a wrong secret', () => tokenFor('alpha', forged), 'signature'],
    ['unknown keys', () => tokenFor('alpha', strange), 'unknown key id'],
    ['a token for another cluster', () => tokenFor('beta', credentialsOf(role)), 'signature'],
    ['an old token', () => tokenFor('alpha', credentialsOf(role), 16 * minute), 'older than'],
    [
      'a token from the future',
      () => tokenFor('alpha', credentialsOf(role), -9 * minute),
      'future',
    ],
    ['a token of another kind', async () => 'eyJhbGciOiJSUzI1NiJ9.e30.x', 'no k8s-aws-v1'],
    ['a token that is no URL', async () => 'k8s-aws-v1.Zm9v', 'no URL'],
    [
      'a URL that is not of STS',
      async () => `k8s-aws-v1.${Buffer.from('https://sts.evil.example/').toString('base64url')}`,
      'not STS',
    ],
  ])('keeps out %s', async (_name, token, reason) => {
    await grant('alpha', ['kubefed:propagator']);

    const { status } = await review('alpha', await token());

    expect(status).toEqual({ authenticated: false, error: expect.stringContaining(reason) });
  });
});
