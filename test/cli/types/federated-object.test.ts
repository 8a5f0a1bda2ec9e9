import { describe, expect, it } from 'vitest';
import { federatedObject } from '../../../lib/cli/types/federated-object.ts';
import type { JsonObject } from '../../../lib/model/json.ts';

const FEDERATED = {
  group: 'types.kubefed.io',
  version: 'v1beta1',
  kind: 'FederatedThing',
  plural: 'federatedthings',
  namespaced: true,
};

function templateOf(target: JsonObject): unknown {
  const { spec } = federatedObject({ metadata: { name: 'a' }, ...target }, FEDERATED);
  return spec;
}

const ALL = { clusterSelector: { matchLabels: {} } };

describe('federatedObject', () => {
  it('keeps name and namespace, places it everywhere, and drops what the host added', () => {
    const target = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'app',
        namespace: 'shop',
        uid: '1',
        resourceVersion: '7',
        labels: { a: 'b' },
        annotations: { c: 'd' },
        finalizers: ['x/y'],
      },
      data: { color: 'teal' },
      status: { x: 1 },
    };

    expect(federatedObject(target, FEDERATED)).toEqual({
      apiVersion: 'types.kubefed.io/v1beta1',
      kind: 'FederatedThing',
      metadata: { name: 'app', namespace: 'shop' },
      spec: {
        placement: ALL,
        template: { metadata: { labels: { a: 'b' } }, data: { color: 'teal' } },
      },
    });
  });

  it('puts a FederatedNamespace into its own namespace', () => {
    const target = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };

    expect(federatedObject(target, FEDERATED)['metadata']).toEqual({
      name: 'shop',
      namespace: 'shop',
    });
  });

  it.each<[string, JsonObject, JsonObject]>([
    [
      'finalizers of a Namespace',
      { apiVersion: 'v1', kind: 'Namespace', spec: { finalizers: ['kubernetes'] } },
      { spec: {} },
    ],
    [
      'secrets of a ServiceAccount',
      { apiVersion: 'v1', kind: 'ServiceAccount', secrets: [{ name: 'x' }], imagePullSecrets: [] },
      { imagePullSecrets: [] },
    ],
    [
      'addresses and node ports of a Service',
      {
        apiVersion: 'v1',
        kind: 'Service',
        spec: { clusterIP: '1', clusterIPs: ['1'], ports: [{ port: 80, nodePort: 3 }], type: 'x' },
      },
      { spec: { ports: [{ port: 80 }], type: 'x' } },
    ],
    [
      'nothing of a foreign Service',
      { apiVersion: 'serving.knative.dev/v1', kind: 'Service', spec: { clusterIP: '1' } },
      { spec: { clusterIP: '1' } },
    ],
  ])('leaves out %s', (_, target, template) => {
    expect(templateOf(target)).toEqual({ placement: ALL, template });
  });
});
