import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderTemplate } from '../../lib/core/template.ts';
import type { JsonObject, JsonValue } from '../../lib/model/json.ts';
import type { Resource } from '../../lib/model/resource.ts';

const DEPLOYMENT: Resource = {
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  namespaced: true,
};
const CONFIG_MAP: Resource = { ...DEPLOYMENT, group: '', kind: 'ConfigMap', plural: 'configmaps' };
const NAMESPACE: Resource = {
  ...CONFIG_MAP,
  kind: 'Namespace',
  plural: 'namespaces',
  namespaced: false,
};
const CLUSTER_ROLE: Resource = {
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'ClusterRole',
  plural: 'clusterroles',
  namespaced: false,
};

const federated = (template?: JsonValue, metadata: JsonObject = {}): JsonObject => ({
  metadata: { name: 'web', namespace: 'test', uid: 'u-1', ...metadata },
  spec: template === undefined ? {} : { template },
});

describe('renderTemplate', () => {
  it('3.6.1 renders an object of metadata alone without a template', () => {
    expect(renderTemplate(federated(), CONFIG_MAP)).toEqual({
      ok: true,
      object: {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'web', namespace: 'test' },
      },
      warnings: [],
    });
  });

  it.each<[string, JsonValue, string]>([
    ['3.6.1 a template that is no object', 'text', 'spec.template must be an object'],
    ['3.6.1 a template that is a list', [], 'spec.template must be an object'],
    [
      'metadata that are no object',
      { metadata: 'text' },
      'spec.template.metadata must be an object',
    ],
  ])('refuses %s', (_, template, message) => {
    expect(renderTemplate(federated(template), CONFIG_MAP)).toEqual({ ok: false, message });
  });

  it.each<[string, JsonObject, string[]]>([
    ['annotations', { annotations: { a: 'b' } }, ['AnnotationsNotSupported']],
    ['finalizers', { finalizers: ['example.com/x'] }, ['FinalizersNotSupported']],
    [
      'both',
      { annotations: { a: 'b' }, finalizers: ['example.com/x'] },
      ['AnnotationsNotSupported', 'FinalizersNotSupported'],
    ],
    ['empty ones', { annotations: {}, finalizers: [] }, []],
    ['null ones', { annotations: null, finalizers: null }, []],
  ])('3.6.2 strips and warns of %s', (_, metadata, reasons) => {
    const rendered = renderTemplate(federated({ metadata }), CONFIG_MAP);

    expect(rendered).toMatchObject({ ok: true, warnings: reasons.map((reason) => ({ reason })) });
    expect(rendered).toHaveProperty('object.metadata', { name: 'web', namespace: 'test' });
  });

  it('3.6.2 points to overrides in its warning', () => {
    const rendered = renderTemplate(
      federated({ metadata: { annotations: { a: '' } } }),
      CONFIG_MAP,
    );

    expect(rendered).toHaveProperty('warnings', [
      {
        reason: 'AnnotationsNotSupported',
        message:
          'metadata.annotations cannot be set via template; ' +
          'use an override at /metadata/annotations',
      },
    ]);
  });

  const NAMES = { name: 'other', namespace: 'elsewhere', generateName: 'web-' };

  it.each<[string, Resource, JsonObject, JsonObject]>([
    ['namespaced type', DEPLOYMENT, {}, { name: 'web', namespace: 'test' }],
    ['Namespace of FederatedNamespace x/x', NAMESPACE, { name: 'test' }, { name: 'test' }],
    ['cluster-scoped type', CLUSTER_ROLE, { namespace: undefined }, { name: 'web' }],
  ])('3.1, 3.6.3 sets name and namespace: %s', (_, target, key, metadata) => {
    const rendered = renderTemplate(federated({ metadata: NAMES }, key), target);

    expect(rendered).toHaveProperty('object.metadata', metadata);
    expect(JSON.stringify(rendered)).not.toContain('elsewhere');
  });

  it('3.6.3 always sets the kind of the target type', () => {
    expect(renderTemplate(federated({ kind: 'Secret' }), CONFIG_MAP)).toHaveProperty(
      'object.kind',
      'ConfigMap',
    );
  });

  it.each<[string, JsonObject, Resource, string]>([
    ['of the template', { apiVersion: 'apps/v1beta2' }, DEPLOYMENT, 'apps/v1beta2'],
    ['of the target type', {}, DEPLOYMENT, 'apps/v1'],
    ['of a core type, without a slash', {}, CONFIG_MAP, 'v1'],
    ['of the target type for an empty one', { apiVersion: '' }, DEPLOYMENT, 'apps/v1'],
  ])('3.6.4 takes the apiVersion %s', (_, template, target, apiVersion) => {
    expect(renderTemplate(federated(template), target)).toHaveProperty(
      'object.apiVersion',
      apiVersion,
    );
  });

  it('3.6.5 passes everything else unchanged', () => {
    const template = {
      metadata: { labels: { app: 'nginx' }, ownerReferences: [{ uid: 'x' }], unknown: 1 },
      spec: { replicas: 3, brandNewField: { a: [null, 1.5] } },
      status: { replicas: 1 },
    };

    expect(renderTemplate(federated(template), DEPLOYMENT)).toEqual({
      ok: true,
      object: {
        ...template,
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { ...template.metadata, name: 'web', namespace: 'test' },
      },
      warnings: [],
    });
  });

  it.each([
    'uid',
    'resourceVersion',
    'creationTimestamp',
    'generateName',
    'managedFields',
    'generation',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
    'selfLink',
  ])('3.6.5 strips metadata.%s, which only an API server may set', (field) => {
    const rendered = renderTemplate(federated({ metadata: { [field]: 'pasted' } }), CONFIG_MAP);

    expect(JSON.stringify(rendered)).not.toContain('pasted');
  });

  it('keeps every field outside metadata, and never changes its input', () => {
    const template = fc.dictionary(
      fc.constantFrom('data', 'spec', 'x'),
      fc.jsonValue({ maxDepth: 2 }),
    );
    fc.assert(
      fc.property(template, (written) => {
        const input = federated(JSON.parse(JSON.stringify(written)));
        const before = structuredClone(input);

        const rendered = renderTemplate(input, CONFIG_MAP);

        expect(rendered).toMatchObject({ ok: true, object: JSON.parse(JSON.stringify(written)) });
        expect(input).toEqual(before);
      }),
    );
  });
});
