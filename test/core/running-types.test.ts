import { describe, expect, it } from 'vitest';
import { runningTypes } from '../../lib/core/running-types.ts';
import type { JsonObject } from '../../lib/model/json.ts';

function config(name: string, kind: string, settings: { scope: string; propagation?: string }) {
  const { scope, propagation = 'Enabled' } = settings;
  const type = (of: string) => ({ kind: of, version: 'v1', scope });
  return {
    metadata: { name },
    spec: { targetType: type(kind), federatedType: type(`Federated${kind}`), propagation },
  };
}

const configMaps = config('configmaps', 'ConfigMap', { scope: 'Namespaced' });
const namespaces = config('namespaces', 'Namespace', { scope: 'Cluster' });
const noNamespaces = config('namespaces', 'Namespace', {
  scope: 'Cluster',
  propagation: 'Disabled',
});
const clusterRoles = config('clusterroles', 'ClusterRole', { scope: 'Cluster' });
const unreadable: JsonObject = { metadata: { name: 'broken' }, spec: {} };

describe('runningTypes', () => {
  it.each<[string, JsonObject[], 'Cluster' | 'Namespaced', string[]]>([
    [
      'all are enabled',
      [configMaps, namespaces, clusterRoles],
      'Cluster',
      ['configmaps', 'namespaces', 'clusterroles'],
    ],
    ['namespaces is missing', [configMaps, clusterRoles], 'Cluster', ['clusterroles']],
    [
      'namespaces is disabled',
      [configMaps, noNamespaces, clusterRoles],
      'Cluster',
      ['clusterroles'],
    ],
    ['placement needs no namespaces', [configMaps], 'Namespaced', ['configmaps']],
    [
      'the federation is one of a namespace',
      [configMaps, namespaces, clusterRoles],
      'Namespaced',
      ['configmaps'],
    ],
    ['one cannot be read', [namespaces, unreadable], 'Cluster', ['namespaces']],
  ])('%s', (_, configs, scope, running) => {
    const types = runningTypes(configs, { scope, gates: {} });

    expect([...types.values()].filter((type) => type.enabled).map((type) => type.name)).toEqual(
      running,
    );
  });

  it.each([
    [{ PushReconciler: false }, []],
    [{ PushReconciler: true }, ['namespaces']],
    [{ SchedulerPreferences: false, Unheard: false }, ['namespaces']],
  ])('9.2 lets all stand still without PushReconciler: %o', (gates, running) => {
    const types = [...runningTypes([namespaces], { scope: 'Cluster', gates }).values()];

    expect(types.filter((type) => type.enabled).map((type) => type.name)).toEqual(running);
  });

  it('2.3 lets a second type for one federated CRD run too', () => {
    const second = { ...configMaps, metadata: { name: 'configmaps.example.com' } };
    const types = [
      ...runningTypes([namespaces, configMaps, second], { scope: 'Cluster', gates: {} }),
    ];

    expect(types.filter(([, type]) => type.enabled)).toHaveLength(3);
  });
});
