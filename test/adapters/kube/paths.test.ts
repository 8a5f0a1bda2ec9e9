import { describe, expect, it } from 'vitest';
import { collectionPath, objectPath } from '../../../lib/adapters/kube/paths.ts';
import { CONFIG_MAPS, KUBEFED_CLUSTERS, NAMESPACES } from '../../../lib/model/resources.ts';

describe('collectionPath', () => {
  it.each([
    [CONFIG_MAPS, 'shop', '/api/v1/namespaces/shop/configmaps'],
    [CONFIG_MAPS, undefined, '/api/v1/configmaps'],
    [KUBEFED_CLUSTERS, 'fed', '/apis/core.kubefed.io/v1beta1/namespaces/fed/kubefedclusters'],
    [KUBEFED_CLUSTERS, undefined, '/apis/core.kubefed.io/v1beta1/kubefedclusters'],
    [NAMESPACES, 'ignored', '/api/v1/namespaces'],
  ])('of $plural in %j', (resource, namespace, path) => {
    expect(collectionPath(resource, namespace)).toBe(path);
  });
});

describe('objectPath', () => {
  it.each([
    [
      CONFIG_MAPS,
      { namespace: 'shop', name: 'a' },
      undefined,
      '/api/v1/namespaces/shop/configmaps/a',
    ],
    [NAMESPACES, { name: 'shop' }, undefined, '/api/v1/namespaces/shop'],
    [NAMESPACES, { namespace: 'x', name: 'shop' }, 'status', '/api/v1/namespaces/shop/status'],
    [
      KUBEFED_CLUSTERS,
      { namespace: 'fed', name: 'west' },
      'status',
      '/apis/core.kubefed.io/v1beta1/namespaces/fed/kubefedclusters/west/status',
    ],
  ])('of one of $plural, %j', (resource, key, subresource, path) => {
    expect(objectPath(resource, key, subresource)).toBe(path);
  });

  it('lets no name break out of its place', () => {
    expect(objectPath(CONFIG_MAPS, { namespace: 'a/b', name: 'system:x?y#z/..' })).toBe(
      '/api/v1/namespaces/a%2Fb/configmaps/system%3Ax%3Fy%23z%2F..',
    );
  });
});
