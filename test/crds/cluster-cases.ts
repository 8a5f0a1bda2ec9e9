import type { JsonObject } from '../../lib/model/json.ts';
import { CASE_NAMESPACE, type CrdCase } from './crd-case.ts';

const CA_BUNDLE = 'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==';
const PROBED = '2021-06-28T10:00:00Z';

function cluster(spec: JsonObject, rest: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'core.kubefed.io/v1beta1',
    kind: 'KubeFedCluster',
    metadata: { name: 'cluster1', namespace: CASE_NAMESPACE },
    spec,
    ...rest,
  };
}

const secretRef = { name: 'cluster1-x7k2p' };
const withSecret = (spec: JsonObject): JsonObject =>
  cluster({ apiEndpoint: 'https://api.example.com', secretRef, ...spec });
const eks = { clusterName: 'Prod_1', region: 'us-west-2' };

/** What `kubefedctl join` of KubeFed 0.10 sends, empty fields of its Go types included. */
const joined: JsonObject = cluster(
  {
    apiEndpoint: 'https://CB5FB82AD8B3FA05F1305283A2D84ECE.sk1.us-west-2.eks.amazonaws.com',
    caBundle: CA_BUNDLE,
    secretRef,
    proxyURL: '',
  },
  { status: { conditions: null } },
);

function endpointCase(apiEndpoint: string, valid: boolean): CrdCase {
  const message = 'must be an http(s) URL or host[:port], with a port from 1 to 65535';
  const name = `KubeFedCluster with the endpoint "${apiEndpoint}"`;
  return { name, object: withSecret({ apiEndpoint }), valid, ...(valid ? {} : { message }) };
}

function proxyCase(proxyURL: string, valid: boolean): CrdCase {
  const message = 'must be a URL with the scheme http, https or socks5';
  const name = `KubeFedCluster with the proxy "${proxyURL}"`;
  return { name, object: withSecret({ proxyURL }), valid, ...(valid ? {} : { message }) };
}

function eksCase(field: string, value: string | null, message?: string): CrdCase {
  const { [field]: _, ...others }: JsonObject = { ...eks };
  const object = cluster({ eks: value === null ? others : { ...others, [field]: value } });
  const name = `KubeFedCluster with eks.${field} ${value === null ? 'absent' : `"${value}"`}`;
  return message === undefined
    ? { name, object, valid: true }
    : { name, object, valid: false, message };
}

function conditionCase(condition: JsonObject, message?: string): CrdCase {
  const base = {
    name: `KubeFedCluster with the condition ${JSON.stringify(condition)}`,
    object: joined,
    change: { status: { conditions: [condition] } },
    subresource: 'status' as const,
  };
  return message === undefined
    ? { ...base, valid: true, stored: { status: { conditions: [condition] } } }
    : { ...base, valid: false, message };
}

export const clusterCases: readonly CrdCase[] = [
  {
    name: 'KubeFedCluster as kubefedctl 0.10 joins it',
    object: joined,
    valid: true,
    stored: { spec: { proxyURL: '', caBundle: CA_BUNDLE } },
  },
  {
    name: 'KubeFedCluster as kubefedctl of rc6 joins it, with all TLS checks off',
    object: withSecret({ disabledTLSValidations: ['*'] }),
    valid: true,
  },
  {
    name: 'KubeFedCluster with secretRef and no apiEndpoint',
    object: cluster({ secretRef }),
    valid: false,
    message: 'apiEndpoint is required with secretRef; only eks can do without',
  },
  {
    name: 'KubeFedCluster with secretRef and an empty apiEndpoint',
    object: cluster({ secretRef, apiEndpoint: '' }),
    valid: false,
    message: 'apiEndpoint is required with secretRef; only eks can do without',
  },
  {
    name: 'KubeFedCluster without credentials',
    object: cluster({ apiEndpoint: 'https://api.example.com' }),
    valid: false,
    message: 'set exactly one of secretRef (a token in a Secret) and eks (IAM)',
  },
  {
    name: 'KubeFedCluster with secretRef and eks',
    object: withSecret({ eks }),
    valid: false,
    message: 'set exactly one of secretRef (a token in a Secret) and eks (IAM)',
  },
  {
    name: 'KubeFedCluster without spec',
    object: { ...cluster({}), spec: undefined },
    valid: false,
    message: 'spec: Required value',
  },
  {
    name: 'KubeFedCluster whose secretRef has an empty name',
    object: withSecret({ secretRef: { name: '' } }),
    valid: false,
    message: 'spec.secretRef.name',
  },
  {
    name: 'KubeFedCluster whose secretRef has no name',
    object: withSecret({ secretRef: {} }),
    valid: false,
    message: 'spec.secretRef.name: Required value',
  },
  {
    name: 'KubeFedCluster whose caBundle is not base64',
    object: withSecret({ caBundle: '-----BEGIN CERTIFICATE-----' }),
    valid: false,
    message: 'spec.caBundle',
  },
  endpointCase('https://aa9c46c6e79551ffb7ced7260168ffb4.sk1.us-west-2.eks.amazonaws.com', true),
  endpointCase('HTTPS://Api.Example.COM:6443', true),
  endpointCase('http://10.0.0.1:8080/', true),
  endpointCase('https://rancher.example.com/k8s/clusters/c-abcde', true),
  endpointCase('https://[2001:db8::1]:6443', true),
  endpointCase('api.example.com', true),
  endpointCase('localhost:6443', true),
  endpointCase('10.0.0.1', true),
  endpointCase('ftp://api.example.com', false),
  endpointCase('https://', false),
  endpointCase('https://api.example.com:0', false),
  endpointCase('https://api.example.com:65536', false),
  endpointCase('api.example.com:https', false),
  endpointCase('api example.com', false),
  proxyCase('http://proxy.example.com:3128', true),
  proxyCase('https://user:secret@proxy.example.com', true),
  proxyCase('socks5://10.0.0.1:1080', true),
  proxyCase('ftp://proxy.example.com', false),
  proxyCase('proxy.example.com:3128', false),
  {
    name: 'KubeFedCluster with two TLS checks off',
    object: withSecret({ disabledTLSValidations: ['SubjectName', 'ValidityPeriod'] }),
    valid: true,
  },
  {
    name: 'KubeFedCluster with one TLS check named twice, which KubeFed allows',
    object: withSecret({ disabledTLSValidations: ['SubjectName', 'SubjectName'] }),
    valid: true,
  },
  {
    name: 'KubeFedCluster with all TLS checks off and one more',
    object: withSecret({ disabledTLSValidations: ['*', 'SubjectName'] }),
    valid: false,
    message: 'when * is specified, it must be the only option in the list',
  },
  {
    name: 'KubeFedCluster with an unknown TLS check off',
    object: withSecret({ disabledTLSValidations: ['Hostname'] }),
    valid: false,
    message: 'supported values: "*", "SubjectName", "ValidityPeriod"',
  },
  {
    name: 'KubeFedCluster with eks and an endpoint of its own',
    object: cluster({ eks, apiEndpoint: 'https://127.0.0.1:6443', caBundle: CA_BUNDLE }),
    valid: true,
    stored: { spec: { eks } },
  },
  {
    name: 'KubeFedCluster with eks and empty apiEndpoint and proxyURL',
    object: cluster({ eks, apiEndpoint: '', proxyURL: '' }),
    valid: true,
  },
  eksCase('region', 'us-gov-west-1'),
  eksCase('roleArn', 'arn:aws:iam::123456789012:role/kubefed/member'),
  eksCase('roleArn', 'arn:aws-cn:iam::123456789012:role/member'),
  eksCase('clusterName', null, 'spec.eks.clusterName: Required value'),
  eksCase(
    'clusterName',
    'nick@basic.us-west-2.eksctl.io',
    'must be the name of an EKS cluster, made of letters, digits, - and _',
  ),
  eksCase('region', null, 'spec.eks.region: Required value'),
  eksCase('region', 'us-west-2a', 'must be an AWS Region, such as eu-west-1'),
  eksCase(
    'roleArn',
    'arn:aws:iam::123456789012:user/nick',
    'must be the ARN of a role, such as arn:aws:iam::123456789012:role/member',
  ),
  {
    name: 'KubeFedCluster whose eks is replaced by what a client writes that does not know it',
    object: cluster({ eks }),
    change: { spec: { eks: null, apiEndpoint: '', secretRef: { name: '' }, proxyURL: '' } },
    valid: false,
    message: 'spec.secretRef.name',
  },
  conditionCase({
    type: 'Ready',
    status: 'True',
    lastProbeTime: PROBED,
    lastTransitionTime: PROBED,
    reason: 'ClusterReady',
    message: '/healthz responded with ok',
  }),
  conditionCase({ type: 'Offline', status: 'Unknown', lastProbeTime: PROBED }),
  conditionCase({ type: 'ConfigMalformed', status: 'True', lastProbeTime: PROBED }),
  conditionCase({ type: 'Ok', status: 'True', lastProbeTime: PROBED }, '"ConfigMalformed"'),
  conditionCase({ type: 'Ready', status: 'true', lastProbeTime: PROBED }, '"Unknown"'),
  conditionCase({ type: 'Ready', status: 'True' }, 'lastProbeTime: Required value'),
  {
    name: 'KubeFedCluster with zones, region and version in its status',
    object: cluster({ eks }),
    change: {
      status: {
        conditions: [{ type: 'Ready', status: 'True', lastProbeTime: PROBED }],
        zones: ['us-west-2a', 'us-west-2b'],
        region: 'us-west-2',
        kubernetesVersion: 'v1.34.4-eks-1',
      },
    },
    subresource: 'status',
    valid: true,
    stored: { status: { region: 'us-west-2', kubernetesVersion: 'v1.34.4-eks-1' } },
  },
];
