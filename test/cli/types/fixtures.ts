import type { MemoryCluster } from '../../../lib/adapters/memory/cluster.ts';
import { trackChanges } from '../../../lib/cli/changes.ts';
import { contextSide } from '../../../lib/cli/connect/side.ts';
import { type ApiResource, discover, findType } from '../../../lib/cli/types/discovery.ts';
import { federate, type TypePair } from '../../../lib/cli/types/federated-crd.ts';
import type { JsonObject } from '../../../lib/model/json.ts';
import { NAMESPACES } from '../../../lib/model/resources.ts';
import type { ApiResult } from '../../../lib/ports.ts';
import { fakeHost, fakeTerminal, NAMESPACE } from '../fixtures.ts';

const LISTED = ['get', 'list', 'create'];

function entry(name: string, kind: string, extra: JsonObject = {}): JsonObject {
  const singularName = kind.toLowerCase();
  return { name, kind, singularName, namespaced: true, verbs: LISTED, ...extra };
}

function group(name: string, ...versions: string[]): JsonObject {
  const all = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions: [...all].reverse(), preferredVersion: all[0] ?? {} };
}

/** What the fake host answers by path; `/apis/metrics.k8s.io/v1beta1` does not answer. */
const DOCUMENTS: Readonly<Record<string, JsonObject>> = {
  '/apis': {
    groups: [
      group('apps', 'v1', 'v1beta1'),
      group('extensions', 'v1beta1'),
      group('example.com', 'v1'),
      group('other.com', 'v1'),
      group('types.kubefed.io', 'v1beta1'),
      group('metrics.k8s.io', 'v1beta1'),
    ],
  },
  '/api/v1': {
    resources: [
      entry('configmaps', 'ConfigMap', { shortNames: ['cm'] }),
      entry('events', 'Event', { shortNames: ['ev'] }),
      entry('namespaces', 'Namespace', { namespaced: false, shortNames: ['ns'] }),
      entry('namespaces/status', 'Namespace', { namespaced: false }),
      entry('nodes', 'Node', { namespaced: false }),
      entry('pods', 'Pod', { shortNames: ['po'] }),
      entry('secrets', 'Secret'),
      entry('serviceaccounts', 'ServiceAccount', { shortNames: ['sa'] }),
      entry('bindings', 'Binding', { verbs: ['create'] }),
    ],
  },
  '/apis/apps/v1': {
    resources: [
      entry('deployments', 'Deployment', { shortNames: ['deploy'] }),
      entry('replicasets', 'ReplicaSet', { shortNames: ['rs'] }),
    ],
  },
  '/apis/apps/v1beta1': { resources: [entry('deployments', 'Deployment')] },
  '/apis/extensions/v1beta1': { resources: [entry('deployments', 'Deployment')] },
  '/apis/example.com/v1': {
    resources: [
      entry('widgets', 'Widget', { shortNames: ['wd'] }),
      entry('nodes', 'Node'),
      entry('gadgets', 'Gadget'),
    ],
  },
  '/apis/other.com/v1': { resources: [entry('gadgets', 'Gadget')] },
  '/apis/types.kubefed.io/v1beta1': {
    resources: [entry('federatedconfigmaps', 'FederatedConfigMap', { shortNames: ['fcm'] })],
  },
  '/openapi/v3/apis/apps/v1': openApi('Deployment', 'apps', { type: 'integer', format: 'int32' }),
  '/openapi/v3/apis/example.com/v1': openApi('Widget', 'example.com', { type: 'string' }),
  '/openapi/v3/api/v1': { components: { schemas: {} } },
};

function openApi(kind: string, of: string, replicas: JsonObject): JsonObject {
  const reference = `#/components/schemas/${kind}Spec`;
  return {
    components: {
      schemas: {
        [kind]: {
          properties: { spec: { default: {}, allOf: [{ $ref: reference }] } },
          'x-kubernetes-group-version-kind': [{ group: of, version: 'v1', kind }],
        },
        [`${kind}Spec`]: { properties: { replicas } },
      },
    },
  };
}

/** A host with API discovery, and a control plane in it. */
export function discoverableHost(): MemoryCluster {
  const host = fakeHost();
  host.seed(NAMESPACES, { metadata: { name: NAMESPACE } });
  const raw = async (path: string): Promise<ApiResult<string>> => {
    const document = DOCUMENTS[path];
    if (document !== undefined) return { ok: true, value: JSON.stringify(document) };
    return { ok: false, error: { kind: 'ServerError', status: 503, message: `${path} is down` } };
  };
  return Object.assign(host, { raw });
}

/** A host, its side, and what is needed to work on types there. */
export function typeWorld(host = discoverableHost(), dryRun = false) {
  const terminal = fakeTerminal();
  const stop = new AbortController();
  const { signal } = stop;
  const side = contextSide('host', host, 'host');
  const changes = trackChanges({ dryRun, terminal, signal });
  return { host, side, terminal, stop, work: { host: side, changes, namespace: NAMESPACE } };
}

export async function typeOf(name: string): Promise<ApiResource> {
  return findType(await discover(typeWorld().side), name);
}

export async function pairOf(name: string, version = 'v1beta1'): Promise<TypePair> {
  return federate(await typeOf(name), { group: 'types.kubefed.io', version });
}
