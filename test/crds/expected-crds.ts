export interface ExpectedCrd {
  readonly plural: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly scope: 'Cluster' | 'Namespaced';
  readonly shortName?: string;
  /** without a status sub-resource, status is an ordinary field */
  readonly statusless?: true;
  /** has a second version, through which an object is created with its status */
  readonly whole?: true;
}

const core = { group: 'core.kubefed.io', scope: 'Namespaced' } as const;
const dns = {
  group: 'multiclusterdns.kubefed.io',
  version: 'v1alpha1',
  scope: 'Namespaced',
} as const;
const types = { group: 'types.kubefed.io', version: 'v1beta1', scope: 'Namespaced' } as const;

/** Our 21 kinds. Source: the CRDs of KubeFed v0.10.0, and of v0.6.1 for multiclusterdns. */
export const EXPECTED_CRDS: readonly ExpectedCrd[] = [
  {
    ...core,
    version: 'v1beta1',
    plural: 'kubefedclusters',
    kind: 'KubeFedCluster',
    shortName: 'kfc',
  },
  {
    ...core,
    version: 'v1beta1',
    plural: 'kubefedconfigs',
    kind: 'KubeFedConfig',
    statusless: true,
  },
  {
    ...core,
    version: 'v1beta1',
    plural: 'federatedtypeconfigs',
    kind: 'FederatedTypeConfig',
    shortName: 'ftc',
  },
  {
    ...core,
    version: 'v1alpha1',
    plural: 'propagatedversions',
    kind: 'PropagatedVersion',
    whole: true,
  },
  {
    ...core,
    version: 'v1alpha1',
    plural: 'clusterpropagatedversions',
    kind: 'ClusterPropagatedVersion',
    whole: true,
    scope: 'Cluster',
  },
  {
    ...core,
    version: 'v1alpha1',
    plural: 'federatedservicestatuses',
    kind: 'FederatedServiceStatus',
    statusless: true,
  },
  {
    group: 'scheduling.kubefed.io',
    version: 'v1alpha1',
    plural: 'replicaschedulingpreferences',
    kind: 'ReplicaSchedulingPreference',
    scope: 'Namespaced',
    shortName: 'rsp',
  },
  { ...dns, plural: 'domains', kind: 'Domain', statusless: true },
  { ...dns, plural: 'servicednsrecords', kind: 'ServiceDNSRecord' },
  { ...dns, plural: 'ingressdnsrecords', kind: 'IngressDNSRecord' },
  { ...dns, plural: 'dnsendpoints', kind: 'DNSEndpoint' },
  { ...types, plural: 'federatedclusterroles', kind: 'FederatedClusterRole', scope: 'Cluster' },
  { ...types, plural: 'federatedconfigmaps', kind: 'FederatedConfigMap', shortName: 'fcm' },
  { ...types, plural: 'federateddeployments', kind: 'FederatedDeployment', shortName: 'fdeploy' },
  { ...types, plural: 'federatedingresses', kind: 'FederatedIngress', shortName: 'fing' },
  { ...types, plural: 'federatedjobs', kind: 'FederatedJob' },
  { ...types, plural: 'federatednamespaces', kind: 'FederatedNamespace', shortName: 'fns' },
  { ...types, plural: 'federatedreplicasets', kind: 'FederatedReplicaSet', shortName: 'frs' },
  { ...types, plural: 'federatedsecrets', kind: 'FederatedSecret' },
  {
    ...types,
    plural: 'federatedserviceaccounts',
    kind: 'FederatedServiceAccount',
    shortName: 'fsa',
  },
  { ...types, plural: 'federatedservices', kind: 'FederatedService', shortName: 'fsvc' },
];

/** FederatedTypeConfigs: name, target's apiVersion, kind and scope. Source: the chart of KubeFed v0.10.0. */
export const EXPECTED_TYPES = [
  [
    'clusterroles.rbac.authorization.k8s.io',
    'rbac.authorization.k8s.io/v1',
    'ClusterRole',
    'Cluster',
  ],
  ['configmaps', 'v1', 'ConfigMap', 'Namespaced'],
  ['deployments.apps', 'apps/v1', 'Deployment', 'Namespaced'],
  ['ingresses.networking.k8s.io', 'networking.k8s.io/v1', 'Ingress', 'Namespaced'],
  ['jobs.batch', 'batch/v1', 'Job', 'Namespaced'],
  ['namespaces', 'v1', 'Namespace', 'Cluster'],
  ['replicasets.apps', 'apps/v1', 'ReplicaSet', 'Namespaced'],
  ['secrets', 'v1', 'Secret', 'Namespaced'],
  ['serviceaccounts', 'v1', 'ServiceAccount', 'Namespaced'],
  ['services', 'v1', 'Service', 'Namespaced'],
] as const;
