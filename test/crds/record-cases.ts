import type { JsonObject } from '../../lib/model/json.ts';
import { WHOLE_RECORD_VERSION } from '../../lib/model/resources.ts';
import { CASE_NAMESPACE, type CrdCase } from './crd-case.ts';

function object(apiVersion: string, kind: string, fields: JsonObject): JsonObject {
  return { apiVersion, kind, metadata: { name: 'web', namespace: CASE_NAMESPACE }, ...fields };
}
const core = (kind: string, fields: JsonObject): JsonObject =>
  object('core.kubefed.io/v1alpha1', kind, fields);
const dns = (kind: string, fields: JsonObject): JsonObject =>
  object('multiclusterdns.kubefed.io/v1alpha1', kind, fields);
const preference = (spec: JsonObject): JsonObject =>
  object('scheduling.kubefed.io/v1alpha1', 'ReplicaSchedulingPreference', { spec });

const versions: JsonObject = {
  templateVersion: 'fed82d4056d39734ede8245e2f74ebaf',
  overridesVersion: '2979b7538b527abe06492021841caf47',
  clusterVersions: [
    { clusterName: 'east', version: 'rv:48213' },
    { clusterName: 'web', version: 'gen:3' },
  ],
};
const { metadata: _, ...clusterVersion } = core('ClusterPropagatedVersion', {});
const loadBalancer: JsonObject = {
  ingress: [
    { hostname: 'web-1.elb.us-east-1.amazonaws.com', ports: [{ port: 80, protocol: 'TCP' }] },
  ],
};

const versionCases: readonly CrdCase[] = [
  {
    name: 'PropagatedVersion with versions',
    object: core('PropagatedVersion', {}),
    change: { status: versions },
    subresource: 'status',
    valid: true,
    stored: { status: versions },
  },
  {
    name: 'PropagatedVersion of an object without template that is placed nowhere',
    object: core('PropagatedVersion', {}),
    change: { status: { templateVersion: '', overridesVersion: versions['overridesVersion'] } },
    subresource: 'status',
    valid: true,
  },
  {
    name: 'PropagatedVersion without overridesVersion',
    object: core('PropagatedVersion', {}),
    change: { status: { templateVersion: versions['templateVersion'] } },
    subresource: 'status',
    valid: false,
    message: 'status.overridesVersion: Required value',
  },
  {
    name: 'ClusterPropagatedVersion with versions',
    object: { ...clusterVersion, metadata: { name: 'clusterrole-crd-case' } },
    change: { status: versions },
    subresource: 'status',
    valid: true,
    stored: { status: versions },
  },
];

const wholeCases: readonly CrdCase[] = ['PropagatedVersion', 'ClusterPropagatedVersion'].map(
  (kind) => ({
    name: `${kind} that is created as a whole`,
    object: {
      ...(kind === 'PropagatedVersion'
        ? core(kind, {})
        : { ...clusterVersion, metadata: { name: 'whole' } }),
      apiVersion: `core.kubefed.io/${WHOLE_RECORD_VERSION}`,
      status: versions,
    },
    valid: true,
    stored: { status: versions },
  }),
);

const serviceStatusCases: readonly CrdCase[] = [
  {
    name: 'FederatedServiceStatus with fields that newer Services have',
    object: core('FederatedServiceStatus', {
      clusterStatus: [
        { clusterName: 'east', status: { loadBalancer: { ingress: [{ ipMode: 'VIP' }] } } },
        { clusterName: 'west' },
      ],
    }),
    valid: true,
    stored: {
      clusterStatus: [{ status: { loadBalancer: { ingress: [{ ipMode: 'VIP' }] } } }, {}],
    },
  },
  {
    name: 'FederatedServiceStatus with a nameless cluster',
    object: core('FederatedServiceStatus', { clusterStatus: [{ status: {} }] }),
    valid: false,
    message: 'clusterStatus[0].clusterName: Required value',
  },
];

const plannedStatus: JsonObject = {
  observedGeneration: 1,
  conditions: [
    {
      type: 'Scheduled',
      status: 'False',
      reason: 'Unplaced',
      message: '1 of 3 replicas have no place.',
      lastTransitionTime: '2026-01-01T00:00:00.000Z',
    },
  ],
  unplaced: 1,
  recheckAt: '2026-01-01T00:01:00.000Z',
  clusters: [
    { name: 'east', state: 'Open', replicas: 2 },
    { name: 'west', state: 'Lost', lost: true, lostAt: '2026-01-01T00:00:00.000Z', losses: 2 },
  ],
};

const preferenceCases: readonly CrdCase[] = [
  {
    name: 'ReplicaSchedulingPreference with weights',
    object: preference({
      targetKind: 'FederatedDeployment',
      totalReplicas: 9,
      clusters: { east: { minReplicas: 1, maxReplicas: 5, weight: 2 }, '*': { weight: 1 } },
    }),
    valid: true,
    stored: {
      spec: {
        rebalance: false,
        intersectWithClusterSelector: false,
        clusters: { east: { maxReplicas: 5 }, '*': { weight: 1 } },
      },
    },
  },
  {
    name: 'ReplicaSchedulingPreference with a null maximum, and a minimum above the maximum',
    object: preference({
      targetKind: 'FederatedReplicaSet',
      totalReplicas: 0,
      clusters: { east: { maxReplicas: null }, west: { minReplicas: 2, maxReplicas: 0 } },
    }),
    valid: true,
    stored: { spec: { clusters: { east: { maxReplicas: null } } } },
  },
  {
    name: 'ReplicaSchedulingPreference with what was planned',
    object: preference({ targetKind: 'FederatedDeployment', totalReplicas: 3 }),
    change: { status: plannedStatus },
    subresource: 'status',
    valid: true,
    stored: { status: plannedStatus },
  },
  {
    name: 'ReplicaSchedulingPreference with delays of its own',
    object: preference({
      targetKind: 'FederatedDeployment',
      totalReplicas: 3,
      failoverDelaySeconds: 0,
      recoveryDelaySeconds: 600,
    }),
    valid: true,
    stored: { spec: { failoverDelaySeconds: 0, recoveryDelaySeconds: 600 } },
  },
  {
    name: 'ReplicaSchedulingPreference with a delay below zero',
    object: preference({
      targetKind: 'FederatedDeployment',
      totalReplicas: 3,
      failoverDelaySeconds: -1,
    }),
    valid: false,
    message: 'spec.failoverDelaySeconds: Invalid value',
  },
  {
    name: 'ReplicaSchedulingPreference that KubeFed accepts but never schedules',
    object: preference({ targetKind: 'Deployment', totalReplicas: -1 }),
    valid: true,
  },
  {
    name: 'ReplicaSchedulingPreference without totalReplicas',
    object: preference({ targetKind: 'FederatedDeployment' }),
    valid: false,
    message: 'spec.totalReplicas: Required value',
  },
  {
    name: 'ReplicaSchedulingPreference with replicas in words',
    object: preference({ targetKind: 'FederatedDeployment', totalReplicas: 'nine' }),
    valid: false,
    message: 'spec.totalReplicas',
  },
];

const dnsCases: readonly CrdCase[] = [
  {
    name: 'Domain',
    object: dns('Domain', { domain: 'example.com', nameServer: 'ns-1.awsdns-1.com' }),
    valid: true,
  },
  {
    name: 'Domain without domain',
    object: dns('Domain', {}),
    valid: false,
    message: 'domain: Required value',
  },
  {
    name: 'ServiceDNSRecord with all fields',
    object: dns('ServiceDNSRecord', {
      spec: {
        domainRef: 'prod',
        recordTTL: 60,
        dnsPrefix: 'www',
        externalName: 'shop',
        allowServiceWithoutEndpoints: true,
      },
    }),
    change: {
      status: {
        domain: 'example.com',
        dns: [
          { cluster: 'east', loadBalancer, zones: ['us-east-1a'], region: 'us-east-1' },
          { cluster: 'west', loadBalancer: {} },
        ],
      },
    },
    subresource: 'status',
    valid: true,
    stored: { status: { domain: 'example.com', dns: [{ loadBalancer }, { loadBalancer: {} }] } },
  },
  {
    name: 'ServiceDNSRecord without domainRef',
    object: dns('ServiceDNSRecord', { spec: {} }),
    valid: false,
    message: 'spec.domainRef: Required value',
  },
  {
    name: 'IngressDNSRecord',
    object: dns('IngressDNSRecord', { spec: { hosts: ['a.example.com'], recordTTL: 60 } }),
    change: { status: { dns: [{ cluster: 'east', loadBalancer }] } },
    subresource: 'status',
    valid: true,
    stored: { spec: { hosts: ['a.example.com'] }, status: { dns: [{ loadBalancer }] } },
  },
  {
    name: 'IngressDNSRecord with a host that is a number',
    object: dns('IngressDNSRecord', { spec: { hosts: [1] } }),
    valid: false,
    message: 'spec.hosts[0]',
  },
  {
    name: 'DNSEndpoint that external-dns has seen',
    object: dns('DNSEndpoint', {
      spec: {
        endpoints: [
          {
            dnsName: 'web.example.com',
            targets: ['192.0.2.1'],
            recordType: 'A',
            recordTTL: 180,
            labels: { serviceName: 'web' },
          },
        ],
      },
    }),
    change: { status: { observedGeneration: 1 } },
    subresource: 'status',
    valid: true,
    stored: { spec: { endpoints: [{ labels: { serviceName: 'web' } }] } },
  },
];

export const recordCases: readonly CrdCase[] = [
  ...versionCases,
  ...wholeCases,
  ...serviceStatusCases,
  ...preferenceCases,
  ...dnsCases,
];
