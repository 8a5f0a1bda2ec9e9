/** Manifests of all kinds: some are there already and stay, some change, some come, some leave a member. */
import type { JsonObject } from '../../lib/model/json.ts';
import type { Resource } from '../../lib/model/resource.ts';
import { pluralOf } from '../../lib/model/type-config.ts';

export const SHOP = 'shop';
const ANEW = 'anew';

const BOTH = { clusterSelector: {} };
const ONE = { clusters: [{ name: 'member-1' }] };
const labels = { app: 'web' };
const pods = {
  metadata: { labels },
  spec: { containers: [{ name: 'web', image: 'nginx' }] },
};
const deployment = (replicas: number) => ({
  spec: { replicas, selector: { matchLabels: labels }, template: pods },
});
const job = {
  spec: { template: { spec: { ...pods.spec, restartPolicy: 'Never' } } },
};
const service = (port: number) => ({ spec: { selector: labels, ports: [{ port }] } });
const ingress = {
  spec: {
    rules: [
      {
        host: 'shop.example.com',
        http: {
          paths: [
            {
              path: '/',
              pathType: 'Prefix',
              backend: { service: { name: 'web', port: { number: 80 } } },
            },
          ],
        },
      },
    ],
  },
};
const role = (...verbs: string[]) => ({
  rules: [{ apiGroups: [''], resources: ['pods'], verbs }],
});

/** What is in the federation before the plan. */
export const EXISTING: readonly JsonObject[] = [
  federated('Namespace', SHOP, { template: {}, placement: BOTH }),
  federated('ConfigMap', 'same', { template: { data: { a: '1' } }, placement: BOTH }),
  federated('ConfigMap', 'edited', { template: { data: { a: '1', b: '2' } }, placement: BOTH }),
  federated('ConfigMap', 'moved', { template: { data: { a: '1' } }, placement: BOTH }),
  federated('Secret', 'edited', { template: { stringData: { a: '1' } }, placement: BOTH }),
  federated('Deployment', 'edited', { template: deployment(1), placement: BOTH }),
  federated('Service', 'edited', { template: service(80), placement: BOTH }),
  federated('ClusterRole', 'edited', { template: role('get'), placement: BOTH }),
];

/** Twenty. Objects come before the namespaces that they are in, as they may in a folder. */
export const MANIFESTS: readonly JsonObject[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: ANEW } },
  federated('ConfigMap', 'in-anew', { template: { data: { a: '1' } }, placement: BOTH }, ANEW),
  federated('Namespace', ANEW, { template: {}, placement: ONE }, ANEW),
  federated('Namespace', SHOP, { template: {}, placement: BOTH }),
  federated('ConfigMap', 'same', { template: { data: { a: '1' } }, placement: BOTH }),
  federated('ConfigMap', 'edited', {
    template: { data: { a: '9', c: '3' } },
    placement: BOTH,
    overrides: [
      { clusterSelector: {}, clusterOverrides: [{ path: '/data/c', value: '4' }] },
      { clusterName: 'member-2', clusterOverrides: [{ path: '/data/d', op: 'add', value: '5' }] },
    ],
  }),
  federated('ConfigMap', 'moved', { template: { data: { a: '1' } }, placement: ONE }),
  federated('ConfigMap', 'adopted', { template: { data: { a: '1' } }, placement: BOTH }),
  federated('Secret', 'edited', { template: { stringData: { a: '2' } }, placement: BOTH }),
  federated('Secret', 'new', { template: { data: { a: 'Yg==' } }, placement: ONE }),
  federated('Deployment', 'edited', {
    template: deployment(3),
    placement: BOTH,
    overrides: [
      { clusterName: 'member-2', clusterOverrides: [{ path: '/spec/replicas', value: 5 }] },
    ],
  }),
  federated('Deployment', 'new', { template: deployment(2), placement: BOTH }),
  federated('ReplicaSet', 'new', { template: deployment(1), placement: ONE }),
  federated('Service', 'edited', { template: service(81), placement: BOTH }),
  federated('Service', 'new', { template: service(80), placement: BOTH }),
  federated('ServiceAccount', 'new', { template: {}, placement: BOTH }),
  federated('Job', 'new', { template: job, placement: BOTH }),
  federated('Ingress', 'new', { template: ingress, placement: BOTH }),
  federated('ClusterRole', 'edited', { template: role('get', 'list'), placement: BOTH }),
  federated('ClusterRole', 'new', { template: role('get'), placement: ONE }),
];

/** Where the copies of a federated kind are. */
export const TARGETS: Readonly<Record<string, Resource>> = {
  FederatedNamespace: target('Namespace', '', 'v1', false),
  FederatedConfigMap: target('ConfigMap', '', 'v1'),
  FederatedSecret: target('Secret', '', 'v1'),
  FederatedDeployment: target('Deployment', 'apps', 'v1'),
  FederatedReplicaSet: target('ReplicaSet', 'apps', 'v1'),
  FederatedService: target('Service', '', 'v1'),
  FederatedServiceAccount: target('ServiceAccount', '', 'v1'),
  FederatedJob: target('Job', 'batch', 'v1'),
  FederatedIngress: target('Ingress', 'networking.k8s.io', 'v1'),
  FederatedClusterRole: target('ClusterRole', 'rbac.authorization.k8s.io', 'v1', false),
};

function target(kind: string, group: string, version: string, namespaced = true): Resource {
  return { group, version, kind, plural: pluralOf(kind), namespaced };
}

function federated(
  kind: string,
  name: string,
  spec: JsonObject,
  namespace: string = SHOP,
): JsonObject {
  return {
    apiVersion: 'types.kubefed.io/v1beta1',
    kind: `Federated${kind}`,
    metadata: { name, ...(kind === 'ClusterRole' ? {} : { namespace }) },
    spec,
  };
}
