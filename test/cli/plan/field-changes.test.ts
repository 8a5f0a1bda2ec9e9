import { describe, expect, it } from 'vitest';
import { type FieldChange, fieldChanges } from '../../../lib/cli/plan/field-changes.ts';
import type { JsonObject } from '../../../lib/model/json.ts';

describe('fieldChanges', () => {
  it.each<[string, JsonObject, JsonObject, FieldChange[]]>([
    ['nothing', { a: { b: [1] } }, { a: { b: [1] } }, []],
    ['a value', { a: 1 }, { a: 2 }, [{ path: 'a', before: 1, after: 2 }]],
    ['a new field', {}, { a: { b: 1 } }, [{ path: 'a', after: { b: 1 } }]],
    ['a field that goes', { a: { b: null } }, { a: {} }, [{ path: 'a.b', before: null }]],
    [
      'items of lists',
      { a: [{ b: 1 }, 2] },
      { a: [{ b: 3 }] },
      [
        { path: 'a[0].b', before: 1, after: 3 },
        { path: 'a[1]', before: 2 },
      ],
    ],
    ['another type', { a: [1] }, { a: 'x' }, [{ path: 'a', before: [1], after: 'x' }]],
    [
      'not what the server writes',
      { status: 1, metadata: { uid: 'a', resourceVersion: '1', generation: 1 } },
      { status: 2, metadata: { uid: 'b', managedFields: [] } },
      [],
    ],
  ])('tells %s', (_, before, after, expected) => {
    expect(fieldChanges(before, after)).toEqual(expected);
  });

  it.each([
    ['Secret', { data: { a: 'old' } }, { data: { a: 'new' } }],
    ['Secret', { metadata: { annotations: { last: 'old' } } }, { metadata: {} }],
    [
      'FederatedSecret',
      { spec: { template: { stringData: { a: 'old' } } } },
      { spec: { template: {}, overrides: ['new'] } },
    ],
  ])('shows nothing of what a %s holds', (kind, before, after) => {
    const changes = fieldChanges({ kind, ...before }, { kind, ...after });

    expect(changes).not.toHaveLength(0);
    expect(JSON.stringify(changes)).not.toMatch(/old|new/);
  });

  it('shows labels and placement of a Secret', () => {
    const before = { kind: 'FederatedSecret', spec: { placement: { clusters: [] } } };
    const after = { kind: 'FederatedSecret', spec: { placement: {} } };

    expect(fieldChanges(before, after)).toEqual([{ path: 'spec.placement.clusters', before: [] }]);
  });
});
