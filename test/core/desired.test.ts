import { describe, expect, it } from 'vitest';
import { buildDesired } from '../../lib/core/desired.ts';
import { needsUpdate } from '../../lib/core/version.ts';
import type { JsonObject, JsonValue } from '../../lib/model/json.ts';

const TARGET = {
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  namespaced: true,
};
const federated = (spec: JsonObject): JsonObject => ({
  metadata: { name: 'web', namespace: 'test' },
  spec,
});
const overridesFor = (clusterName: string, ...clusterOverrides: JsonValue[]): JsonValue => [
  { clusterName, clusterOverrides },
];
const build = (spec: JsonObject, live?: JsonObject) =>
  buildDesired({
    federated: federated(spec),
    target: TARGET,
    cluster: { name: 'cluster2', labels: { tier: 'web' } },
    ...(live === undefined ? {} : { live }),
  });

const TEMPLATE = { metadata: { labels: { app: 'nginx' } }, spec: { replicas: 3, image: 'nginx' } };
const BLOG_OVERRIDES = overridesFor(
  'cluster2',
  { path: '/spec/replicas', value: 5 },
  { path: '/spec/image', value: 'nginx:1.17.0-alpine' },
  { op: 'add', path: '/metadata/annotations', value: { foo: 'bar' } },
);

describe('buildDesired', () => {
  it('B builds the object that the blog post creates in cluster2', () => {
    expect(build({ template: TEMPLATE, overrides: BLOG_OVERRIDES })).toEqual({
      ok: true,
      object: {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: {
          name: 'web',
          namespace: 'test',
          labels: { app: 'nginx', 'kubefed.io/managed': 'true' },
          annotations: { foo: 'bar' },
        },
        spec: { replicas: 5, image: 'nginx:1.17.0-alpine' },
      },
      warnings: [],
    });
  });

  it('B does not fight the Deployment controller for annotations', () => {
    const live = {
      metadata: {
        name: 'web',
        namespace: 'test',
        generation: 1,
        resourceVersion: '77',
        labels: { app: 'nginx', 'kubefed.io/managed': 'true' },
        annotations: { foo: 'bar', 'deployment.kubernetes.io/revision': '1' },
      },
    };

    const desired = build({ template: TEMPLATE, overrides: BLOG_OVERRIDES }, live);

    expect(desired.ok && needsUpdate(desired.object, live, 'gen:1')).toBe(false);
  });

  it('3.8 leaves a cluster without overrides as the template says', () => {
    const overrides = overridesFor('cluster1', { path: '/spec/replicas', value: 5 });

    expect(build({ template: TEMPLATE, overrides })).toHaveProperty('object.spec', TEMPLATE.spec);
  });

  it('3.6.7 applies overrides after retention, so that they win', () => {
    const live = { spec: { replicas: 7 } };
    const overrides = overridesFor('cluster2', { path: '/spec/replicas', value: 5 });
    const spec = { template: TEMPLATE, retainReplicas: true };

    expect(build(spec, live)).toHaveProperty('object.spec.replicas', 7);
    expect(build({ ...spec, overrides }, live)).toHaveProperty('object.spec.replicas', 5);
  });

  it('3.6.5 passes integers that no double can hold', () => {
    const template = { spec: { big: JSON.rawJSON('9007199254740993') } };
    const overrides = overridesFor('cluster2', {
      op: 'add',
      path: '/spec/bigger',
      value: JSON.rawJSON('9007199254740995'),
    });

    const text = JSON.stringify(build({ template, overrides }, { metadata: {} }));

    expect(text).toContain('"big":9007199254740993');
    expect(text).toContain('"bigger":9007199254740995');
  });

  it('3.6.6 retains nothing for a creation', () => {
    const created = build({ template: TEMPLATE, retainReplicas: 'no boolean' });

    expect(created).toHaveProperty('object.spec.replicas', 3);
  });

  it.each<[string, JsonObject]>([
    ['template', { template: { metadata: { labels: { 'kubefed.io/managed': 'false' } } } }],
    [
      'override of the label',
      {
        overrides: overridesFor('cluster2', {
          path: '/metadata/labels/kubefed.io~1managed',
          value: 'x',
        }),
      },
    ],
    [
      'override of all labels',
      { overrides: overridesFor('cluster2', { path: '/metadata/labels', value: null }) },
    ],
  ])('3.6.8 sets the managed label last, whatever the %s says', (_, spec) => {
    expect(build(spec)).toHaveProperty('object.metadata.labels', { 'kubefed.io/managed': 'true' });
  });

  it('3.6.2 hands on the warnings of the template', () => {
    const spec = { template: { metadata: { finalizers: ['x'] } } };

    expect(build(spec)).toMatchObject({
      ok: true,
      warnings: [{ reason: 'FinalizersNotSupported' }],
    });
  });

  it.each<[string, JsonObject, JsonObject]>([
    [
      'C ComputeResourceFailed',
      { template: 'text', retainReplicas: 'x', overrides: 'x' },
      { code: 'ComputeResourceFailed', message: 'spec.template must be an object' },
    ],
    [
      'C FieldRetentionFailed',
      { retainReplicas: 'x', overrides: 'x' },
      { code: 'FieldRetentionFailed', message: 'spec.retainReplicas must be true or false' },
    ],
    [
      'C ApplyOverridesFailed, invalid, for every cluster',
      { overrides: overridesFor('cluster1', { path: '/kind', value: 'x' }) },
      {
        code: 'ApplyOverridesFailed',
        message:
          'Error reading cluster overrides: ' +
          'override[0] for cluster "cluster1" has an invalid path: /kind',
      },
    ],
    [
      'C ApplyOverridesFailed, inapplicable',
      { overrides: overridesFor('cluster2', { path: '/spec/a/b', value: 'x' }) },
      {
        code: 'ApplyOverridesFailed',
        message:
          'override[0]: replace operation does not apply: ' +
          'doc is missing path: /spec/a/b: missing value',
      },
    ],
  ])('%s', (_, spec, failure) => {
    expect(build(spec, { metadata: {} })).toEqual({ ok: false, ...failure });
  });
});
