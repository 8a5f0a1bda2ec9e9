import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../lib/model/json.ts';
import { pluralOf, readFederatedType } from '../../lib/model/type-config.ts';

function typeConfig(name: string, spec: JsonObject = {}): JsonObject {
  return {
    metadata: { name },
    spec: {
      targetType: { version: 'v1', kind: 'Deployment', scope: 'Namespaced' },
      federatedType: {
        group: 'types.kubefed.io',
        version: 'v1beta1',
        kind: 'FederatedDeployment',
        scope: 'Namespaced',
      },
      propagation: 'Enabled',
      ...spec,
    },
  };
}

describe('readFederatedType', () => {
  it('takes plural and group of the target from the name, and guesses the federated plural', () => {
    expect(readFederatedType(typeConfig('deployments.apps'))).toEqual({
      name: 'deployments.apps',
      target: {
        group: 'apps',
        version: 'v1',
        kind: 'Deployment',
        plural: 'deployments',
        namespaced: true,
      },
      federated: {
        group: 'types.kubefed.io',
        version: 'v1beta1',
        kind: 'FederatedDeployment',
        plural: 'federateddeployments',
        namespaced: true,
      },
      enabled: true,
    });
  });

  it('splits a name at its first dot', () => {
    expect(readFederatedType(typeConfig('things.a.example.com'))).toMatchObject({
      target: { plural: 'things', group: 'a.example.com' },
    });
    expect(readFederatedType(typeConfig('configmaps'))).toMatchObject({
      target: { plural: 'configmaps', group: '' },
    });
  });

  it('prefers what is written', () => {
    const targetType = {
      group: 'extensions',
      version: 'v1beta1',
      kind: 'Ingress',
      pluralName: 'entrances',
      scope: 'Cluster',
    };

    expect(
      readFederatedType(typeConfig('ingresses.networking.k8s.io', { targetType })),
    ).toMatchObject({
      target: { ...{ group: 'extensions', plural: 'entrances', namespaced: false } },
      federated: { namespaced: false },
    });
  });

  it('knows that a FederatedNamespace lies in a namespace though its target does not', () => {
    const targetType = { version: 'v1', kind: 'Namespace', scope: 'Cluster' };

    expect(readFederatedType(typeConfig('namespaces', { targetType }))).toMatchObject({
      target: { namespaced: false },
      federated: { namespaced: true },
    });
  });

  it.each([
    ['Enabled', 'Enabled', true, 'Enabled'],
    ['Disabled', 'Disabled', false, 'Disabled'],
    [undefined, undefined, false, undefined],
  ])('of propagation %s and status collection %s', (propagation, statusCollection, ...expected) => {
    const given = {
      ...(propagation === undefined ? { propagation: null } : { propagation }),
      ...(statusCollection === undefined ? {} : { statusCollection }),
    };
    const type = readFederatedType(typeConfig('deployments.apps', given));

    expect([type?.enabled, type?.statusCollection]).toEqual(expected);
  });

  it.each<[string, JsonObject]>([
    ['no target type', { targetType: null }],
    ['no federated type', { federatedType: null }],
    ['no kind', { targetType: { version: 'v1' } }],
    ['an empty kind', { targetType: { version: 'v1', kind: '' } }],
    ['no version', { federatedType: { kind: 'FederatedThing' } }],
  ])('cannot be read with %s', (_, spec) => {
    expect(readFederatedType(typeConfig('deployments.apps', spec))).toBeUndefined();
  });
});

describe('pluralOf', () => {
  it.each([
    ['ConfigMap', 'configmaps'],
    ['Ingress', 'ingresses'],
    ['Box', 'boxes'],
    ['Batch', 'batches'],
    ['Mesh', 'meshes'],
    ['Quiz', 'quizes'],
    ['Photo', 'photoes'],
    ['Policy', 'policies'],
    ['Gateway', 'gatewaies'],
  ])('of %s is %s', (kind, plural) => {
    expect(pluralOf(kind)).toBe(plural);
  });
});
