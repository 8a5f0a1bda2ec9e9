import { describe, expect, it } from 'vitest';
import { apiVersionOf, objectKey, qualifiedName } from '../../lib/model/resource.ts';
import { CONFIG_MAPS, LEASES } from '../../lib/model/resources.ts';

describe('apiVersionOf', () => {
  it('has no group for the core group', () => {
    expect(apiVersionOf(CONFIG_MAPS)).toBe('v1');
    expect(apiVersionOf(LEASES)).toBe('coordination.k8s.io/v1');
  });
});

describe('objectKey', () => {
  it('leaves the namespace out where there is none', () => {
    expect(objectKey(undefined, 'a')).toStrictEqual({ name: 'a' });
    expect(objectKey('shop', 'a')).toStrictEqual({ namespace: 'shop', name: 'a' });
  });
});

describe('qualifiedName', () => {
  it('is the name alone for what is cluster-scoped', () => {
    expect(qualifiedName({ name: 'a' })).toBe('a');
    expect(qualifiedName({ namespace: 'shop', name: 'a' })).toBe('shop/a');
  });
});
