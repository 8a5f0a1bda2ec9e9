import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  actionOf,
  readTombstones,
  type Tombstone,
  tombstoneKey,
  tombstonePatch,
  tombstonesConfigMap,
  tombstonesName,
  tombstonesOf,
  tombstonesOwner,
} from '../../lib/core/tombstones.ts';

const CLUSTER = { metadata: { name: 'east', uid: 'uid-of-east' } };
const A: Tombstone = {
  ...{ type: 'configmaps', namespace: 'shop', name: 'a', uid: 'uid-1' },
  action: 'remove',
};

const anyTombstone = fc.record<Tombstone>(
  {
    type: fc.constantFrom('configmaps', 'deployments.apps'),
    namespace: fc.constantFrom('shop', 'till'),
    name: fc.constantFrom('a', 'b', 'c'),
    uid: fc.uuid(),
    action: fc.constantFrom('remove', 'release'),
    deleteOptions: fc.json(),
  },
  { requiredKeys: ['type', 'name', 'uid', 'action'] },
);

describe('tombstonesConfigMap', () => {
  it('gives back every tombstone that was put into it', async () => {
    await fc.assert(
      fc.property(anyTombstone, (tombstone) => {
        const configMap = tombstonesConfigMap(CLUSTER, tombstone, 'kubefed');

        expect(readTombstones(configMap)).toEqual([tombstone]);
        expect(tombstonesOf(readTombstones(configMap), tombstone)).toEqual([tombstone]);
      }),
    );
  });

  it('belongs to the KubeFedCluster', () => {
    expect(tombstonesOwner(tombstonesConfigMap(CLUSTER, A, 'kubefed'))).toBe('uid-of-east');
  });
});

describe('tombstonesName', () => {
  it('is another for another cluster of the same name', () => {
    const again = { metadata: { name: 'east', uid: 'uid-of-another' } };

    expect(tombstonesName(CLUSTER, A)).not.toBe(tombstonesName(again, A));
  });

  it('is the same for all objects that bore a name', () => {
    expect(tombstonesName(CLUSTER, A)).toBe(
      tombstonesName(CLUSTER, { type: A.type, namespace: 'shop', name: 'a' }),
    );
  });

  it('spreads many objects over all ConfigMaps of a member', () => {
    const names = Array.from({ length: 1000 }, (_, i) =>
      tombstonesName(CLUSTER, { ...A, name: `object-${i}` }),
    );

    expect(new Set(names).size).toBe(16);
  });
});

describe('tombstonePatch', () => {
  it('adds one key, which tells objects of one name apart', () => {
    expect(Object.keys(Object(tombstonePatch(A)['data']))).toEqual([tombstoneKey(A)]);
    expect(tombstoneKey({ ...A, uid: 'uid-2' })).not.toBe(tombstoneKey(A));
    expect(tombstoneKey(A)).toMatch(/^[-._a-zA-Z0-9]+$/);
  });
});

describe('readTombstones', () => {
  it.each([
    ['nothing', undefined],
    ['no data', {}],
    ['text', { data: { a: 'x' } }],
    ['another value', { data: { a: '[]' } }],
    ['no uid', { data: { a: '{"type":"configmaps","name":"a"}' } }],
  ])('leaves out what is spoilt: %s', (_, configMap) => {
    expect(readTombstones(configMap)).toEqual([]);
  });
});

describe('actionOf', () => {
  const orphan: Tombstone = { ...A, uid: 'uid-2', action: 'release' };

  it('removes where one of several removes', () => {
    expect(actionOf([orphan, { ...A, deleteOptions: '{}' }])).toEqual({
      action: 'remove',
      deleteOptions: '{}',
    });
  });

  it('releases where all are orphans', () => {
    expect(actionOf([orphan])).toEqual({ action: 'release' });
  });
});
