import type { JsonObject, JsonValue } from '../../lib/model/json.ts';
import { CASE_NAMESPACE, type CrdCase } from './crd-case.ts';

export function federated(kind: string, spec: JsonObject, namespace = CASE_NAMESPACE): JsonObject {
  return {
    apiVersion: 'types.kubefed.io/v1beta1',
    kind,
    metadata: { name: 'test', namespace },
    spec,
  };
}

const nginx: JsonObject = {
  metadata: { labels: { app: 'nginx' } },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: 'nginx' } },
    template: {
      metadata: { labels: { app: 'nginx' } },
      spec: { containers: [{ image: 'nginx', name: 'nginx' }] },
    },
  },
};

/** The objects of a blog post on KubeFed rc6 with EKS, the story that this project sets out to make true. */
const blogCases: readonly CrdCase[] = [
  {
    name: 'FederatedNamespace of the blog post',
    object: federated(
      'FederatedNamespace',
      { placement: { clusters: [{ name: 'cluster1' }, { name: 'cluster2' }] } },
      'test',
    ),
    valid: true,
  },
  {
    name: 'FederatedDeployment of the blog post with a dotted path and two ways of placement',
    object: federated(
      'FederatedDeployment',
      {
        template: nginx,
        placement: {
          clusters: [{ name: 'cluster2' }, { name: 'cluster1' }],
          clusterSelector: { matchLabels: { region: 'eu-west-1' } },
        },
        overrides: [
          { clusterName: 'cluster2', clusterOverrides: [{ path: 'spec.replicas', value: 2 }] },
        ],
      },
      'test',
    ),
    valid: true,
  },
  {
    name: 'FederatedDeployment of the blog post with overrides of three fields',
    object: federated(
      'FederatedDeployment',
      {
        template: nginx,
        placement: { clusters: [{ name: 'cluster2' }, { name: 'cluster1' }] },
        overrides: [
          {
            clusterName: 'cluster2',
            clusterOverrides: [
              { path: '/spec/replicas', value: 5 },
              { path: '/spec/template/spec/containers/0/image', value: 'nginx:1.17.0-alpine' },
              { path: '/metadata/annotations', op: 'add', value: { foo: 'bar' } },
            ],
          },
        ],
      },
      'test',
    ),
    valid: true,
    stored: {
      spec: {
        template: nginx,
        overrides: [{ clusterOverrides: [{ value: 5 }, {}, { op: 'add', value: { foo: 'bar' } }] }],
      },
    },
  },
];

function overrideCase(override: JsonObject, message?: string): CrdCase {
  const name = `FederatedConfigMap with the override ${JSON.stringify(override)}`;
  const overrides = [{ clusterName: 'east', clusterOverrides: [override] }];
  const object = federated('FederatedConfigMap', { overrides });
  return message === undefined
    ? { name, object, valid: true, stored: { spec: { overrides } } }
    : { name, object, valid: false, message };
}

const values: readonly JsonValue[] = ['', 0, 1.5, false, [1, 'a', null], { a: { b: null } }];
const valueCases = values.map((value) => overrideCase({ op: 'add', path: '/data', value }));

function statusCase(name: string, status: JsonObject, message?: string): CrdCase {
  const base = {
    name,
    object: federated('FederatedDeployment', { template: nginx }),
    change: { status },
    subresource: 'status' as const,
  };
  return message === undefined
    ? { ...base, valid: true, stored: { status } }
    : { ...base, valid: false, message };
}

const AT = '2021-06-28T10:00:00Z';

export const federatedCases: readonly CrdCase[] = [
  ...blogCases,
  {
    name: 'FederatedClusterRole, whose template has fields outside metadata and spec',
    object: {
      apiVersion: 'types.kubefed.io/v1beta1',
      kind: 'FederatedClusterRole',
      metadata: { name: 'crd-case' },
      spec: {
        template: { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] },
        placement: { clusterSelector: {} },
      },
    },
    valid: true,
    stored: {
      spec: {
        template: { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] },
        placement: { clusterSelector: {} },
      },
    },
  },
  {
    name: 'FederatedNamespace as kubefedctl federate writes it',
    object: federated('FederatedNamespace', {
      placement: { clusterSelector: { matchLabels: {} } },
      template: { spec: {} },
    }),
    valid: true,
    stored: { spec: { placement: { clusterSelector: { matchLabels: {} } } } },
  },
  {
    name: 'FederatedSecret with an empty spec',
    object: federated('FederatedSecret', {}),
    valid: true,
  },
  {
    name: 'FederatedSecret without spec',
    object: { ...federated('FederatedSecret', {}), spec: undefined },
    valid: false,
    message: 'spec: Required value',
  },
  {
    name: 'FederatedSecret that places nothing by an empty list',
    object: federated('FederatedSecret', { placement: { clusters: [] } }),
    valid: true,
    stored: { spec: { placement: { clusters: [] } } },
  },
  {
    name: 'FederatedSecret that names a cluster twice, which KubeFed allows',
    object: federated('FederatedSecret', {
      placement: { clusters: [{ name: 'east' }, { name: 'east' }] },
    }),
    valid: true,
  },
  {
    name: 'FederatedSecret placed by an expression KubeFed only refuses when it plans',
    object: federated('FederatedSecret', {
      placement: {
        clusterSelector: { matchExpressions: [{ key: 'tier', operator: 'Like', values: ['a'] }] },
      },
    }),
    valid: true,
  },
  {
    name: 'FederatedSecret placed by an expression without operator',
    object: federated('FederatedSecret', {
      placement: { clusterSelector: { matchExpressions: [{ key: 'tier' }] } },
    }),
    valid: false,
    message: 'operator: Required value',
  },
  {
    name: 'FederatedSecret with a nameless cluster in its placement',
    object: federated('FederatedSecret', { placement: { clusters: [{}] } }),
    valid: false,
    message: 'spec.placement.clusters[0].name: Required value',
  },
  {
    name: 'FederatedSecret with doubled overrides, which KubeFed only refuses when it applies them',
    object: federated('FederatedSecret', {
      overrides: [
        { clusterName: 'east', clusterOverrides: [{ path: '/type' }, { path: '/type' }] },
        { clusterName: 'east' },
        {},
      ],
    }),
    valid: true,
  },
  {
    name: 'FederatedSecret with overrides by label',
    object: federated('FederatedSecret', {
      overrides: [
        {
          clusterSelector: {
            matchLabels: { tier: 'web' },
            matchExpressions: [{ key: 'region', operator: 'In', values: ['eu'] }],
          },
          clusterOverrides: [{ path: '/type', value: 'x' }],
        },
      ],
    }),
    valid: true,
    stored: {
      spec: {
        overrides: [
          {
            clusterSelector: {
              matchLabels: { tier: 'web' },
              matchExpressions: [{ key: 'region', operator: 'In', values: ['eu'] }],
            },
            clusterOverrides: [{ path: '/type', value: 'x' }],
          },
        ],
      },
    },
  },
  {
    name: 'FederatedSecret with nulls, which the API server drops',
    object: federated('FederatedSecret', {
      template: { data: null },
      placement: { clusters: null, clusterSelector: {} },
      overrides: [{ clusterName: 'east', clusterOverrides: [{ path: '/data', value: null }] }],
    }),
    valid: true,
    stored: {
      spec: {
        template: { data: null },
        placement: { clusterSelector: {} },
        overrides: [{ clusterName: 'east', clusterOverrides: [{ path: '/data' }] }],
      },
    },
  },
  ...valueCases,
  overrideCase({ path: '/data/a' }),
  overrideCase({ op: '', path: '/data/a', value: 'x' }),
  overrideCase({ op: 'remove', path: '/data/a' }),
  overrideCase({ op: 'move', path: '/data/a' }, "should match '^(add|remove|replace)?$'"),
  overrideCase({ op: 'add', value: 1 }, 'path: Required value'),
  {
    name: 'FederatedReplicaSet that retains replicas',
    object: federated('FederatedReplicaSet', { template: nginx, retainReplicas: true }),
    valid: true,
    stored: { spec: { retainReplicas: true } },
  },
  {
    name: 'FederatedDeployment that retains replicas half',
    object: federated('FederatedDeployment', { retainReplicas: 'yes' }),
    valid: false,
    message: 'spec.retainReplicas',
  },
  {
    name: 'FederatedDeployment whose template is a string',
    object: federated('FederatedDeployment', { template: 'nginx' }),
    valid: false,
    message: 'spec.template',
  },
  statusCase('FederatedDeployment with the status that KubeFed writes', {
    observedGeneration: 1,
    conditions: [
      { type: 'Propagation', status: 'True', lastUpdateTime: AT, lastTransitionTime: AT },
    ],
    clusters: [{ name: 'east' }, { name: 'west', remoteStatus: { readyReplicas: 3 } }],
  }),
  statusCase('FederatedDeployment with a status that says what went wrong', {
    observedGeneration: 1,
    conditions: [
      { type: 'Propagation', status: 'False', reason: 'CheckClusters', message: '1 of 2 failed' },
    ],
    clusters: [{ name: 'east', status: 'CreationFailed', message: 'quota exceeded' }],
  }),
  statusCase(
    'FederatedDeployment with a condition without status',
    { conditions: [{ type: 'Propagation' }] },
    'status.conditions[0].status: Required value',
  ),
  statusCase(
    'FederatedDeployment with a nameless cluster in its status',
    { clusters: [{ status: 'CreationFailed' }] },
    'status.clusters[0].name: Required value',
  ),
];
