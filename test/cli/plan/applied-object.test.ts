import { describe, expect, it } from 'vitest';
import { appliedObject, applyPatchOf } from '../../../lib/cli/plan/applied-object.ts';
import type { JsonObject } from '../../../lib/model/json.ts';

const LAST = 'kubectl.kubernetes.io/last-applied-configuration';
function live(spec: JsonObject, last?: JsonObject): JsonObject {
  const annotations = last === undefined ? {} : { [LAST]: JSON.stringify(last) };
  return { metadata: { uid: 'u', generation: 4, annotations }, spec, status: { a: 1 } };
}

describe('applyPatchOf', () => {
  it.each<[string, JsonObject, JsonObject, JsonObject | undefined]>([
    ['nothing where it is said already', { spec: { a: 1 } }, live({ a: 1, b: 2 }), undefined],
    ['what differs', { spec: { a: 2 } }, live({ a: 1, b: 2 }), { spec: { a: 2 } }],
    [
      'null for what was applied and is no longer said',
      { spec: { a: { c: 3 } } },
      live({ a: { b: 1 }, d: 1 }, { spec: { a: { b: 1 }, d: 1 } }),
      { spec: { a: { b: null, c: 3 }, d: null } },
    ],
    ['no null for what is gone', { spec: {} }, live({}, { spec: { d: 1 } }), undefined],
    ['never the status', { status: { a: 2 } }, live({}), undefined],
  ])('sends %s', (_, file, present, patch) => {
    expect(applyPatchOf(file, present)).toEqual(patch);
  });

  it('passes over an annotation that is no JSON', () => {
    const odd = { metadata: { annotations: { [LAST]: '{' } }, spec: { a: 1 } };

    expect(applyPatchOf({ spec: { b: 1 } }, odd)).toEqual({ spec: { b: 1 } });
  });
});

describe('appliedObject', () => {
  it('counts the generation of a spec that changes, and of no other', () => {
    const generation = (file: JsonObject) => appliedObject(file, live({ a: 1 }))['metadata'];

    expect(generation({ spec: { a: 2 } })).toMatchObject({ uid: 'u', generation: 5 });
    expect(generation({ metadata: { labels: { a: 'b' } } })).toMatchObject({ generation: 4 });
  });

  it('gives a new object what a server gives, and no status', () => {
    const object = appliedObject({ metadata: { name: 'x' }, status: {} }, undefined);

    expect(object).toEqual({
      metadata: { name: 'x', uid: 'planned', generation: 1, resourceVersion: '0' },
    });
  });
});
