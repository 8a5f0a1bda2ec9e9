import { describe, expect, it } from 'vitest';
import {
  type ContextEntry,
  classifyContext,
  parseClusterArn,
  regionOfEndpoint,
} from '../../../lib/cli/connect/eks-reference.ts';

const EKS_HOST = 'https://CB5FB82AD8B3FA05F1305283A2D84ECE.sk1.us-west-2.eks.amazonaws.com';
const ARN = 'arn:aws:eks:us-west-2:111122223333:cluster/basic';

type Exec = { command: string; args?: string[]; env?: Record<string, string> };

function entry(server: string, clusterName: string, exec?: Exec): ContextEntry {
  return {
    name: 'context',
    clusterName,
    server,
    insecure: false,
    ...(exec === undefined ? {} : { exec: { args: [], env: {}, ...exec } }),
  };
}

const getToken = (...more: string[]): Exec => ({
  command: 'aws',
  args: ['eks', 'get-token', ...more],
});

describe('classifyContext', () => {
  it.each<[string, ContextEntry, object]>([
    [
      'aws eks update-kubeconfig',
      entry(EKS_HOST, ARN, {
        command: 'aws',
        args: [
          '--region',
          'us-west-2',
          'eks',
          'get-token',
          '--cluster-name',
          'basic',
          '--output',
          'json',
        ],
      }),
      { kind: 'eks', clusterName: 'basic', region: 'us-west-2', account: '111122223333' },
    ],
    [
      'aws eks update-kubeconfig --profile --alias',
      entry(EKS_HOST, ARN, {
        command: 'aws',
        args: ['--region', 'us-west-2', 'eks', 'get-token', '--cluster-name', 'basic'],
        env: { AWS_PROFILE: 'prod' },
      }),
      {
        kind: 'eks',
        clusterName: 'basic',
        region: 'us-west-2',
        account: '111122223333',
        profile: 'prod',
      },
    ],
    [
      'eksctl with aws-iam-authenticator',
      entry(EKS_HOST, 'basic.us-west-2.eksctl.io', {
        command: 'aws-iam-authenticator',
        args: ['token', '-i', 'basic'],
        env: { AWS_STS_REGIONAL_ENDPOINTS: 'regional', AWS_DEFAULT_REGION: 'us-west-2' },
      }),
      { kind: 'eks', clusterName: 'basic', region: 'us-west-2' },
    ],
    [
      'eksctl with aws eks get-token',
      entry(
        'https://AABB.gr7.eu-central-1.eks.amazonaws.com',
        'prod.eu-central-1.eksctl.io',
        getToken('--cluster-name', 'prod', '--region', 'eu-central-1'),
      ),
      { kind: 'eks', clusterName: 'prod', region: 'eu-central-1' },
    ],
    [
      "the blog's kubeconfig, lower-cased and renamed by hand",
      entry(EKS_HOST.toLowerCase(), 'cluster0', {
        command: '/usr/local/bin/heptio-authenticator-aws',
        args: ['token', '-i', 'basic'],
      }),
      { kind: 'eks', clusterName: 'basic', region: 'us-west-2' },
    ],
    [
      'flags with an equals sign',
      entry(
        EKS_HOST,
        'x',
        getToken('--cluster-name=my_cluster', '--region=us-west-2', '--profile=dev'),
      ),
      { kind: 'eks', clusterName: 'my_cluster', region: 'us-west-2', profile: 'dev' },
    ],
    [
      'a wrapped command',
      entry('https://10.0.0.1', 'tunnel', {
        command: 'aws-vault',
        args: [
          'exec',
          'prod',
          '--',
          'aws',
          'eks',
          'get-token',
          '--cluster-name',
          'x',
          '--region',
          'us-east-1',
        ],
      }),
      { kind: 'eks', clusterName: 'x', region: 'us-east-1' },
    ],
    [
      'an authenticator behind a tunnel, the Region in its environment',
      entry('https://localhost:8443', 'tunnel', {
        command: 'C:\\tools\\aws-iam-authenticator.exe',
        args: ['token', '--cluster-id', 'x'],
        env: { AWS_REGION: 'eu-west-1' },
      }),
      { kind: 'eks', clusterName: 'x', region: 'eu-west-1' },
    ],
    [
      'a token and an ARN for a name',
      entry('https://127.0.0.2:40001', ARN),
      { kind: 'eks', clusterName: 'basic', region: 'us-west-2', account: '111122223333' },
    ],
    [
      'a certificate and the name that eksctl gives',
      entry('https://127.0.0.2:40001', 'basic.ap-southeast-2.eksctl.io'),
      { kind: 'eks', clusterName: 'basic', region: 'ap-southeast-2' },
    ],
    [
      'an ARN for --cluster-name',
      entry(EKS_HOST, 'x', getToken('--cluster-name', ARN)),
      { kind: 'eks', clusterName: 'basic', region: 'us-west-2', account: '111122223333' },
    ],
    [
      'China',
      entry(
        'https://AA.sk1.cn-north-1.eks.amazonaws.com.cn',
        'arn:aws-cn:eks:cn-north-1:111122223333:cluster/cn',
      ),
      { kind: 'eks', clusterName: 'cn', region: 'cn-north-1', account: '111122223333' },
    ],
    [
      'an EKS endpoint that nobody names',
      entry(EKS_HOST, 'kubernetes'),
      { kind: 'eksIncomplete', missing: 'cluster name' },
    ],
    [
      'an authenticator that nobody tells the Region',
      entry('https://10.0.0.1', 'x', {
        command: 'aws-iam-authenticator',
        args: ['token', '-i', 'x'],
      }),
      { kind: 'eksIncomplete', missing: 'Region' },
    ],
    [
      'a flag without its value',
      entry('https://10.0.0.1', 'x', getToken('--region', 'us-west-2', '--cluster-name')),
      { kind: 'eksIncomplete', missing: 'cluster name' },
    ],
    ['kind', entry('https://127.0.0.1:37129', 'kind-kind'), { kind: 'other' }],
    [
      'another plugin',
      entry('https://34.1.2.3', 'gke_project_zone_x', { command: 'gke-gcloud-auth-plugin' }),
      { kind: 'other' },
    ],
    ['no URL', entry('not a url', 'x'), { kind: 'other' }],
  ])('%s', (_, context, expected) => {
    expect(classifyContext(context)).toEqual(expected);
  });
});

describe('parseClusterArn', () => {
  it.each([
    [ARN, { clusterName: 'basic', region: 'us-west-2', account: '111122223333' }],
    [
      'arn:aws-us-gov:eks:us-gov-west-1:111122223333:cluster/a_B-1',
      { clusterName: 'a_B-1', region: 'us-gov-west-1', account: '111122223333' },
    ],
    ['arn:aws:eks:us-west-2:111122223333:nodegroup/basic', undefined],
    ['arn:aws:eks:us-west-2:1234:cluster/basic', undefined],
    ['arn:aws:iam::111122223333:role/basic', undefined],
    [`${ARN}/more`, undefined],
    ['', undefined],
  ])('%s', (arn, expected) => {
    expect(parseClusterArn(arn)).toEqual(expected);
  });
});

describe('regionOfEndpoint', () => {
  it.each([
    [EKS_HOST, 'us-west-2'],
    [`${EKS_HOST}:443`, 'us-west-2'],
    ['https://aabb.sk1.eu-west-1.api.aws', 'eu-west-1'],
    ['https://aabb.cn-north-1.api.amazonwebservices.com.cn', 'cn-north-1'],
    ['https://eks.amazonaws.com.evil.example', undefined],
    ['https://example.com', undefined],
  ])('%s', (server, region) => {
    expect(regionOfEndpoint(server)).toBe(region);
  });
});
