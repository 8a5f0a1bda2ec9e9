import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { metadataDiffers, needsUpdate, objectVersion } from '../../lib/core/version.ts';
import type { JsonObject } from '../../lib/model/json.ts';

const meta = (metadata: JsonObject): JsonObject => ({ metadata });

describe('objectVersion', () => {
  it.each<[string, JsonObject, string]>([
    ['generation', meta({ generation: 3, resourceVersion: '77' }), 'gen:3'],
    ['generation 0', meta({ generation: 0, resourceVersion: '77' }), 'rv:77'],
    ['no generation', meta({ resourceVersion: '48213' }), 'rv:48213'],
    ['nothing', {}, 'rv:'],
  ])('3.10 %s', (_, live, version) => {
    expect(objectVersion(live)).toBe(version);
  });
});

describe('needsUpdate', () => {
  const live = meta({
    name: 'web',
    namespace: 'test',
    generation: 3,
    resourceVersion: '77',
    labels: { app: 'nginx' },
  });
  const like = (metadata: JsonObject): JsonObject =>
    meta({ name: 'web', namespace: 'test', labels: { app: 'nginx' }, ...metadata });
  const byVersion = meta({ name: 'web', namespace: 'test', resourceVersion: '77' });

  it.each<[string, JsonObject, JsonObject, string | undefined, boolean]>([
    ['A.4 generation 3, gen:3, nothing differs', like({}), live, 'gen:3', false],
    ['A.4 generation 3, gen:3, a label', like({ labels: { app: 'x' } }), live, 'gen:3', true],
    ['A.4 generation 3, gen:3, finalizers only', like({ finalizers: ['x'] }), live, 'gen:3', false],
    ['A.4 generation 4, gen:3', like({}), meta({ name: 'web', generation: 4 }), 'gen:3', true],
    ['A.4 rv 77, rv:77, a label in desired only', like({}), byVersion, 'rv:77', false],
    ['A.4 none recorded', like({}), live, undefined, true],
    ['A.4 none recorded, no generation', like({}), byVersion, undefined, true],
    ['3.10 rv 77, rv:76', like({}), byVersion, 'rv:76', true],
    ['3.10 recorded by resourceVersion, live has a generation', like({}), live, 'rv:77', true],
  ])('%s', (...row) => {
    const [, desired, object, recorded, update] = row;

    expect(needsUpdate(desired, object, recorded)).toBe(update);
  });
});

describe('metadataDiffers', () => {
  it.each<[string, JsonObject, JsonObject, boolean]>([
    ['name', { name: 'a' }, { name: 'b' }, true],
    ['namespace', { namespace: 'a' }, { namespace: 'b' }, true],
    ['namespace of one', { namespace: 'a' }, {}, true],
    ['a label', { labels: { a: '1' } }, { labels: { a: '2' } }, true],
    ['an annotation more', { annotations: { a: '1' } }, {}, true],
    ['an annotation less', {}, { annotations: { a: '1' } }, true],
    ['empty and absent', { labels: {}, annotations: {} }, {}, false],
    ['order of labels', { labels: { a: '1', b: '2' } }, { labels: { b: '2', a: '1' } }, false],
    ['ownerReferences', { ownerReferences: [{ uid: 'x' }] }, {}, false],
    ['uid and versions', { uid: 'a', generation: 1, resourceVersion: '1' }, {}, false],
  ])('3.10 compares %s', (_, desired, live, differs) => {
    expect(metadataDiffers(meta(desired), meta(live))).toBe(differs);
  });

  it('is symmetric, and false for equal metadata', () => {
    const map = fc.dictionary(fc.constantFrom('a', 'b'), fc.constantFrom('1', '2'));
    const metadata = fc.record({ labels: map, annotations: map }, { requiredKeys: [] });
    fc.assert(
      fc.property(metadata, metadata, (one, other) => {
        expect(metadataDiffers(meta(one), meta(one))).toBe(false);
        expect(metadataDiffers(meta(one), meta(other))).toBe(
          metadataDiffers(meta(other), meta(one)),
        );
      }),
    );
  });
});
