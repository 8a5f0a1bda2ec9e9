import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyOverrides, readOverrides } from '../../lib/core/overrides.ts';
import type { JsonObject, JsonValue } from '../../lib/model/json.ts';

const entry = (clusterName: string, ...clusterOverrides: JsonValue[]): JsonObject => ({
  clusterName,
  clusterOverrides,
});
const read = (...overrides: JsonValue[]) => readOverrides({ overrides });
const FAILED = 'Error reading cluster overrides: ';

describe('readOverrides', () => {
  it.each<[string, JsonObject | undefined]>([
    ['no spec', undefined],
    ['no overrides', {}],
    ['overrides null', { overrides: null }],
    ['overrides empty', { overrides: [] }],
  ])('reads none from %s', (_, spec) => {
    expect(readOverrides(spec)).toEqual({ ok: true, byCluster: new Map(), bySelector: [] });
  });

  it('reads the operations of each cluster in their order', () => {
    const result = read(
      entry('east', { op: 'remove', path: '/b' }, { op: 'add', path: '/a', value: 0 }),
      { clusterName: 'west' },
    );

    const east = [
      { op: 'remove', path: '/b' },
      { op: 'add', path: '/a', value: 0 },
    ];
    expect(result).toEqual({
      ok: true,
      byCluster: new Map([
        ['east', east],
        ['west', []],
      ]),
      bySelector: [],
    });
  });

  it.each<[string, JsonObject, JsonObject]>([
    ['3.8 op absent is replace', { path: '/a', value: 1 }, { op: 'replace', path: '/a', value: 1 }],
    ['3.8 op empty is replace', { op: '', path: '/a' }, { op: 'replace', path: '/a' }],
    ['null value is kept', { path: '/a', value: null }, { op: 'replace', path: '/a', value: null }],
    [
      'dotted path',
      { path: 'spec.replicas', value: 2 },
      { op: 'replace', path: '/spec/replicas', value: 2 },
    ],
    [
      'dotted path with an array index',
      { path: 'spec.containers.0.image', value: 'x' },
      { op: 'replace', path: '/spec/containers/0/image', value: 'x' },
    ],
    [
      'dotted path with a tilde',
      { path: 'data.a~1', value: 'x' },
      { op: 'replace', path: '/data/a~01', value: 'x' },
    ],
    [
      'a path with a slash keeps its dots',
      { path: '/data/a.b' },
      { op: 'replace', path: '/data/a.b' },
    ],
    ['empty path', { path: '', value: {} }, { op: 'replace', path: '', value: {} }],
  ])('reads an operation: %s', (_, written, operation) => {
    expect(read(entry('east', written))).toEqual({
      ok: true,
      byCluster: new Map([['east', [operation]]]),
      bySelector: [],
    });
  });

  it.each<[string, JsonValue, string]>([
    [
      'same clusterName twice',
      [entry('east'), entry('west'), entry('east')],
      'cluster "east" appears more than once; ' +
        'spec.overrides[2]: put all its clusterOverrides into one entry',
    ],
    ...['/metadata/namespace', '/metadata/name', '/metadata/generateName', '/kind'].map(
      (path): [string, JsonValue, string] => [
        `path ${path}`,
        [entry('east', { path: '/a' }, { path })],
        `override[1] for cluster "east" has an invalid path: ${path}`,
      ],
    ),
    [
      'forbidden path written with dots',
      [entry('east', { path: 'metadata.name', value: 'x' })],
      'override[0] for cluster "east" has an invalid path: metadata.name',
    ],
    [
      'no path',
      [entry('east', { value: 1 })],
      'override[0] for cluster "east" has an invalid path: (none)',
    ],
    [
      'unknown op',
      [entry('east', { op: 'copy', path: '/a' })],
      'override[0] for cluster "east" has an invalid op at path /a: use add, remove or replace',
    ],
    [
      'same path twice for a cluster',
      [entry('east', { path: '/a' }, { path: '/b' }, { op: 'add', path: '/a' })],
      'path "/a" appears more than once for cluster "east" (override[2])',
    ],
    [
      'same path twice, once with dots',
      [entry('east', { path: '/spec/replicas' }, { path: 'spec.replicas' })],
      'path "/spec/replicas" appears more than once for cluster "east" (override[1])',
    ],
    [
      'same path twice, ending in /- but not both add',
      [entry('east', { op: 'replace', path: '/a/-' }, { op: 'replace', path: '/a/-' })],
      'path "/a/-" appears more than once for cluster "east" (override[1])',
    ],
    ['no list', { east: [] }, 'spec.overrides must be a list'],
  ])('3.8 validation, refused: %s', (_, overrides, message) => {
    expect(readOverrides({ overrides })).toEqual({ ok: false, message: FAILED + message });
  });

  it.each([
    '/metadata',
    '/metadata/labels/x',
    '/metadata/annotations',
    '/metadata/finalizers',
    '/apiVersion',
    '/status',
    '/spec/replicas',
  ])('3.8 only exact matches are forbidden: %s is allowed', (path) => {
    expect(read(entry('east', { path })).ok).toBe(true);
  });

  it('ignores an entry that names no cluster', () => {
    const result = read({ clusterOverrides: [{ path: '/a' }] });

    expect(result.ok && [...result.byCluster.keys()]).toEqual(['']);
  });

  it('3.8 the same path for two clusters is allowed', () => {
    expect(read(entry('east', { path: '/a' }), entry('west', { path: '/a' })).ok).toBe(true);
  });

  it('3.8 checks entries of clusters that nobody selected', () => {
    expect(read(entry('east'), entry('nowhere', { path: '/kind' })).ok).toBe(false);
  });

  it('11.19 allows more than one append to the same array', () => {
    const append = { op: 'add', path: '/spec/list/-', value: 1 };

    expect(read(entry('east', append, append)).ok).toBe(true);
  });
});

const DEPLOYMENT: JsonObject = {
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'test', labels: { app: 'nginx' } },
  spec: { replicas: 3, template: { spec: { containers: [{ image: 'nginx' }] } } },
};

const annotated = (annotations: JsonValue): JsonObject => ({
  kind: 'Deployment',
  metadata: { name: 'web', annotations },
});

describe('applyOverrides', () => {
  it('B applies the overrides of the blog post', () => {
    const result = applyOverrides(DEPLOYMENT, [
      { op: 'replace', path: '/spec/replicas', value: 5 },
      {
        op: 'replace',
        path: '/spec/template/spec/containers/0/image',
        value: 'nginx:1.17.0-alpine',
      },
      { op: 'add', path: '/metadata/annotations', value: { foo: 'bar' } },
    ]);

    expect(result).toEqual({
      ok: true,
      value: {
        kind: 'Deployment',
        metadata: {
          name: 'web',
          namespace: 'test',
          labels: { app: 'nginx' },
          annotations: { foo: 'bar' },
        },
        spec: {
          replicas: 5,
          template: { spec: { containers: [{ image: 'nginx:1.17.0-alpine' }] } },
        },
      },
    });
  });

  it('B applies the dotted path of the blog post', () => {
    const overrides = read(entry('cluster2', { path: 'spec.replicas', value: 2 }));
    const operations = (overrides.ok && overrides.byCluster.get('cluster2')) || [];

    expect(applyOverrides(DEPLOYMENT, operations)).toMatchObject({
      ok: true,
      value: { spec: { replicas: 2 } },
    });
  });

  it('3.8 trap (a): merges added annotations into the live ones', () => {
    const live = annotated({ 'deployment.kubernetes.io/revision': '4', foo: 'old' });

    const result = applyOverrides(live, [
      { op: 'add', path: '/metadata/annotations', value: { foo: 'bar' } },
    ]);

    expect(result).toEqual({
      ok: true,
      value: annotated({ 'deployment.kubernetes.io/revision': '4', foo: 'bar' }),
    });
  });

  it.each<[string, 'add' | 'replace', JsonValue]>([
    ['replace of the map replaces it', 'replace', { foo: 'bar' }],
    ['an added value that is no map replaces it', 'add', null],
  ])('3.8 annotations: %s', (_, op, value) => {
    const result = applyOverrides(annotated({ live: 'x' }), [
      { op, path: '/metadata/annotations', value },
    ]);

    expect(result).toEqual({ ok: true, value: annotated(value) });
  });

  it('3.8 replaces labels that are added as a map', () => {
    const result = applyOverrides(DEPLOYMENT, [
      { op: 'add', path: '/metadata/labels', value: { tier: 'web' } },
    ]);

    expect(result).toMatchObject({ ok: true, value: { metadata: { labels: { tier: 'web' } } } });
    expect(result).not.toMatchObject({ value: { metadata: { labels: { app: 'nginx' } } } });
  });

  it.each<[string, 'add' | 'replace', string, JsonObject]>([
    ['add, annotations absent', 'add', 'annotations', {}],
    ['replace, annotations absent', 'replace', 'annotations', {}],
    ['add, annotations null', 'add', 'annotations', { annotations: null }],
    ['add, labels absent', 'add', 'labels', {}],
    ['add, labels present', 'add', 'labels', { labels: {} }],
  ])('3.8 trap (b): creates the map of a new key: %s', (_, op, map, metadata) => {
    const object = { kind: 'Deployment', metadata: { name: 'web', ...metadata } };

    const result = applyOverrides(object, [{ op, path: `/metadata/${map}/x.io~1y`, value: 'z' }]);

    expect(result).toEqual({
      ok: true,
      value: { kind: 'Deployment', metadata: { name: 'web', [map]: { 'x.io/y': 'z' } } },
    });
  });

  it.each<[string, 'add' | 'remove', string]>([
    ['a remove below missing annotations', 'remove', '/metadata/annotations/foo'],
    ['something below a missing annotation', 'add', '/metadata/annotations/foo/bar'],
    ['another map of the metadata', 'add', '/metadata/others/foo'],
    ['annotations that are not the metadata', 'add', '/spec/annotations/foo'],
  ])('3.8 creates no parent for %s', (_, op, path) => {
    expect(applyOverrides(DEPLOYMENT, [{ op, path, value: 1 }])).toEqual({
      ok: false,
      message:
        `override[0]: ${op} operation does not apply: ` +
        `doc is missing path: "${path}": missing value`,
    });
  });

  it('names the operation that does not apply by its index', () => {
    const result = applyOverrides(DEPLOYMENT, [
      { op: 'replace', path: '/spec/replicas', value: 1 },
      { op: 'remove', path: '/spec/paused' },
    ]);

    expect(result).toEqual({
      ok: false,
      message:
        "override[1]: error in remove for path: '/spec/paused': " +
        'Unable to remove nonexistent key: paused: missing value',
    });
  });

  it('appends more than once to the same array', () => {
    const path = '/spec/template/spec/containers/-';

    const result = applyOverrides(DEPLOYMENT, [
      { op: 'add', path, value: { image: 'a' } },
      { op: 'add', path, value: { image: 'b' } },
    ]);

    expect(result).toMatchObject({
      value: {
        spec: {
          template: { spec: { containers: [{ image: 'nginx' }, { image: 'a' }, { image: 'b' }] } },
        },
      },
    });
  });

  it.each<[string, string, JsonValue, string]>([
    [
      'another namespace',
      '/metadata',
      { name: 'web', namespace: 'kube-system' },
      'metadata.namespace',
    ],
    ['another name', '/metadata', { name: 'other', namespace: 'test' }, 'metadata.name'],
    ['another kind', '', { ...DEPLOYMENT, kind: 'Secret' }, 'kind'],
    ['no metadata', '/metadata', null, 'metadata.name'],
  ])('refuses to turn the object into %s', (_, path, value, field) => {
    expect(applyOverrides(DEPLOYMENT, [{ op: 'replace', path, value }])).toEqual({
      ok: false,
      message: `overrides must not change ${field} of the object`,
    });
  });

  it('refuses to turn the object into an array', () => {
    expect(applyOverrides(DEPLOYMENT, [{ op: 'replace', path: '', value: [] }])).toEqual({
      ok: false,
      message: 'overrides must leave an object',
    });
  });

  it('changes nothing when a merge of annotations is repeated', () => {
    const annotations = fc.dictionary(
      fc.constantFrom('a', 'b', 'c'),
      fc.constantFrom('x', 'y', ''),
    );
    fc.assert(
      fc.property(annotations, annotations, (live, added) => {
        const operations = [{ op: 'add', path: '/metadata/annotations', value: added }] as const;

        const once = applyOverrides(annotated(live), operations);
        const twice = once.ok ? applyOverrides(once.value, operations) : once;

        expect(once).toEqual({ ok: true, value: annotated({ ...live, ...added }) });
        expect(twice).toEqual(once);
      }),
    );
  });

  it('never changes its input', () => {
    const paths = ['/metadata/annotations', '/metadata/labels/x', '/spec/replicas', '/spec'];
    const operation = fc.record({
      op: fc.constantFrom('add' as const, 'remove' as const, 'replace' as const),
      path: fc.constantFrom(...paths),
      value: fc.constant({ a: 'b' }),
    });
    fc.assert(
      fc.property(fc.array(operation), (operations) => {
        const object = structuredClone(DEPLOYMENT);

        applyOverrides(object, operations);

        expect(object).toEqual(DEPLOYMENT);
      }),
    );
  });
});
