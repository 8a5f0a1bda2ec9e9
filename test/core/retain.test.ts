import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { retainFields } from '../../lib/core/retain.ts';
import type { JsonObject, JsonValue } from '../../lib/model/json.ts';

const object = (apiVersion: string, kind: string, rest: JsonObject = {}): JsonObject => ({
  apiVersion,
  kind,
  metadata: { name: 'web' },
  ...rest,
});
const service = (spec: JsonObject): JsonObject => object('v1', 'Service', { spec });
const job = (spec: JsonObject): JsonObject => object('batch/v1', 'Job', { spec });
const deployment = (spec: JsonObject): JsonObject => object('apps/v1', 'Deployment', { spec });

const retain = (desired: JsonObject, live: JsonObject, retainReplicas?: JsonValue) =>
  retainFields(desired, live, { retainReplicas });

describe('retainFields', () => {
  it('3.7 takes over resourceVersion, finalizers and annotations wholesale', () => {
    const desired = { kind: 'ConfigMap', metadata: { name: 'web', labels: { a: 'b' } } };
    const live = {
      metadata: {
        name: 'web',
        uid: 'u-1',
        resourceVersion: '77',
        finalizers: ['example.com/x'],
        annotations: { 'deployment.kubernetes.io/revision': '4' },
        labels: { c: 'd' },
        ownerReferences: [{ uid: 'x' }],
      },
    };

    expect(retain(desired, live)).toEqual({
      ok: true,
      value: {
        kind: 'ConfigMap',
        metadata: {
          name: 'web',
          labels: { a: 'b' },
          resourceVersion: '77',
          finalizers: ['example.com/x'],
          annotations: { 'deployment.kubernetes.io/revision': '4' },
        },
      },
    });
  });

  it('3.7 leaves no finalizers and annotations where the live object has none', () => {
    const desired = object('v1', 'ConfigMap', {
      metadata: { name: 'web', finalizers: ['x'], annotations: { a: 'b' } },
    });

    expect(retain(desired, object('v1', 'ConfigMap'))).toStrictEqual({
      ok: true,
      value: object('v1', 'ConfigMap'),
    });
  });

  it.each<[string, JsonObject, JsonObject, JsonObject]>([
    ['healthCheckNodePort > 0', {}, { healthCheckNodePort: 30001 }, { healthCheckNodePort: 30001 }],
    ['healthCheckNodePort 0', {}, { healthCheckNodePort: 0 }, {}],
    ['clusterIP', { clusterIP: '10.0.0.9' }, { clusterIP: '10.0.0.1' }, { clusterIP: '10.0.0.1' }],
    ['clusterIP empty', { clusterIP: 'None' }, { clusterIP: '' }, { clusterIP: 'None' }],
    ['clusterIPs', {}, { clusterIPs: ['10.0.0.1'] }, { clusterIPs: ['10.0.0.1'] }],
    ['clusterIPs empty', {}, { clusterIPs: [] }, {}],
    [
      'loadBalancerClass that a controller has set',
      { type: 'LoadBalancer' },
      { type: 'LoadBalancer', loadBalancerClass: 'service.k8s.aws/nlb' },
      { type: 'LoadBalancer', loadBalancerClass: 'service.k8s.aws/nlb' },
    ],
    [
      'loadBalancerClass of the template',
      { type: 'LoadBalancer', loadBalancerClass: 'mine' },
      { loadBalancerClass: 'service.k8s.aws/nlb' },
      { type: 'LoadBalancer', loadBalancerClass: 'mine' },
    ],
    [
      'loadBalancerClass when it is no load balancer any more',
      { type: 'ClusterIP' },
      { loadBalancerClass: 'service.k8s.aws/nlb' },
      { type: 'ClusterIP' },
    ],
  ])('3.7 Service spec: %s', (_, desired, live, retained) => {
    expect(retain(service(desired), service(live))).toEqual({ ok: true, value: service(retained) });
  });

  const LIVE_PORT = { name: 'http', protocol: 'TCP', port: 80, nodePort: 31000 };

  it.each<[string, JsonObject, JsonValue]>([
    ['equal name, protocol and port', { name: 'http', protocol: 'TCP', port: 80 }, 31000],
    ['protocol omitted is TCP', { name: 'http', port: 80 }, 31000],
    ['live wins over the template', { name: 'http', port: 80, nodePort: 32000 }, 31000],
    ['other name', { name: 'web', protocol: 'TCP', port: 80 }, null],
    ['no name', { protocol: 'TCP', port: 80 }, null],
    ['other protocol', { name: 'http', protocol: 'UDP', port: 80 }, null],
    ['other port', { name: 'http', protocol: 'TCP', port: 81 }, null],
    ['other port with its own', { name: 'http', port: 81, nodePort: 32000 }, 32000],
  ])('3.7 Service nodePort: %s', (_, port, nodePort) => {
    const result = retain(service({ ports: [port] }), service({ ports: [LIVE_PORT] }));

    const { nodePort: _written, ...rest } = port;
    const expected = nodePort === null ? rest : { ...rest, nodePort };
    expect(result).toEqual({ ok: true, value: service({ ports: [expected] }) });
  });

  it('3.7 Service nodePort: unnamed ports without protocol, each its own', () => {
    const live = [
      { port: 53, protocol: 'UDP', nodePort: 31053 },
      { port: 53, nodePort: 31054 },
      { port: 80 },
    ];
    const desired = [{ port: 80 }, { port: 53 }, { port: 53, protocol: 'UDP' }];

    expect(retain(service({ ports: desired }), service({ ports: live }))).toHaveProperty(
      'value.spec.ports',
      [{ port: 80 }, { port: 53, nodePort: 31054 }, { port: 53, protocol: 'UDP', nodePort: 31053 }],
    );
  });

  it.each<[string, JsonObject, JsonObject, JsonObject]>([
    ['live has some, the template none', {}, { ports: [LIVE_PORT] }, { ports: [] }],
    ['live has none', { ports: [{ port: 80 }] }, {}, { ports: [{ port: 80 }] }],
    ['both have none', {}, {}, {}],
  ])('3.7 Service ports: %s', (_, desired, live, retained) => {
    expect(retain(service(desired), service(live))).toEqual({ ok: true, value: service(retained) });
  });

  it.each<[string, JsonValue]>([
    ['no list', { port: 80 }],
    ['a list of numbers', [80]],
  ])('3.7 refuses Service ports that are %s', (_, ports) => {
    expect(retain(service({ ports }), service({ ports: [LIVE_PORT] }))).toEqual({
      ok: false,
      message: 'spec.ports of a Service must be a list of objects',
    });
  });

  it.each<[string, JsonObject, JsonObject, JsonObject]>([
    ['template has none', {}, { secrets: [{ name: 'x' }] }, { secrets: [{ name: 'x' }] }],
    [
      'template is empty',
      { secrets: [] },
      { secrets: [{ name: 'x' }] },
      { secrets: [{ name: 'x' }] },
    ],
    [
      'template has some',
      { secrets: [{ name: 'y' }] },
      { secrets: [{ name: 'x' }] },
      { secrets: [{ name: 'y' }] },
    ],
    ['live has none', {}, {}, {}],
    ['imagePullSecrets are not kept', {}, { imagePullSecrets: [{ name: 'x' }] }, {}],
  ])('3.7 ServiceAccount secrets: %s', (_, desired, live, retained) => {
    const account = (rest: JsonObject) => object('v1', 'ServiceAccount', rest);

    expect(retain(account(desired), account(live))).toEqual({ ok: true, value: account(retained) });
  });

  it.each<[string, JsonValue | undefined, JsonObject, JsonObject]>([
    ['true', true, { replicas: 7 }, { replicas: 7 }],
    ['true, live 0', true, { replicas: 0 }, { replicas: 0 }],
    ['true, live has none', true, {}, { replicas: 3 }],
    ['false', false, { replicas: 7 }, { replicas: 3 }],
    ['absent', undefined, { replicas: 7 }, { replicas: 3 }],
  ])('3.7 any other kind, retainReplicas %s', (_, retainReplicas, live, retained) => {
    const result = retain(deployment({ replicas: 3 }), deployment(live), retainReplicas);

    expect(result).toEqual({ ok: true, value: deployment(retained) });
  });

  it('3.7 refuses retainReplicas that is no boolean', () => {
    expect(retain(deployment({}), deployment({}), 'true')).toEqual({
      ok: false,
      message: 'spec.retainReplicas must be true or false',
    });
  });

  it.each<[string, JsonObject]>([
    ['Service', service({})],
    ['ServiceAccount', object('v1', 'ServiceAccount', { spec: {} })],
  ])('3.7 does not retain replicas of a %s', (_, desired) => {
    expect(retain(desired, { spec: { replicas: 7 } }, true)).toEqual({ ok: true, value: desired });
  });

  it('3.7 does not take a Service of another API group for one', () => {
    const knative = object('serving.knative.dev/v1', 'Service', { spec: { ports: 'none' } });

    expect(retain(knative, { spec: { clusterIP: '10.0.0.1' } })).toEqual({
      ok: true,
      value: knative,
    });
  });

  it.each<[string, JsonObject, JsonObject, JsonObject]>([
    [
      'fields unset',
      {},
      { volumeName: 'pv-1', storageClassName: 'gp3' },
      { volumeName: 'pv-1', storageClassName: 'gp3' },
    ],
    [
      'fields set',
      { volumeName: 'pv-2', storageClassName: 'io2' },
      { volumeName: 'pv-1', storageClassName: 'gp3' },
      { volumeName: 'pv-2', storageClassName: 'io2' },
    ],
    ['not bound yet', {}, {}, {}],
  ])('3.7 PersistentVolumeClaim: %s', (_, desired, live, retained) => {
    const claim = (spec: JsonObject) => object('v1', 'PersistentVolumeClaim', { spec });

    expect(retain(claim(desired), claim(live))).toEqual({ ok: true, value: claim(retained) });
  });

  const CONTROLLER_LABELS = {
    'controller-uid': 'u-1',
    'job-name': 'web',
    'batch.kubernetes.io/controller-uid': 'u-1',
    'batch.kubernetes.io/job-name': 'web',
  };
  const LIVE_JOB = job({
    selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': 'u-1' } },
    template: { metadata: { labels: { ...CONTROLLER_LABELS, app: 'old', extra: 'x' } }, spec: {} },
  });

  it('3.7 Job: keeps selector and labels of the Job controller, no other labels', () => {
    const desired = job({ template: { metadata: { labels: { app: 'new' } }, spec: { a: 1 } } });

    expect(retain(desired, LIVE_JOB)).toEqual({
      ok: true,
      value: job({
        selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': 'u-1' } },
        template: { metadata: { labels: { ...CONTROLLER_LABELS, app: 'new' } }, spec: { a: 1 } },
      }),
    });
  });

  it('3.7 Job: leaves a Job with manualSelector alone', () => {
    const desired = job({ manualSelector: true, selector: { matchLabels: { app: 'mine' } } });

    expect(retain(desired, LIVE_JOB)).toEqual({ ok: true, value: desired });
  });

  const crd = (conversion?: JsonObject) =>
    object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', {
      spec: conversion === undefined ? {} : { conversion },
    });
  const webhook = (clientConfig: JsonObject) =>
    crd({ strategy: 'Webhook', webhook: { clientConfig } });

  it.each<[string, JsonObject, JsonObject]>([
    ['injected', webhook({ service: {} }), webhook({ service: {}, caBundle: 'live' })],
    ['given', webhook({ caBundle: 'mine' }), webhook({ caBundle: 'mine' })],
    ['no conversion in the template', crd(), crd()],
  ])('3.7 CustomResourceDefinition conversion caBundle: %s', (_, desired, retained) => {
    expect(retain(desired, webhook({ caBundle: 'live' }))).toEqual({ ok: true, value: retained });
  });

  it.each(['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'])(
    '3.7 %s: keeps the caBundle of webhooks of equal name that have none',
    (kind) => {
      const configuration = (...webhooks: JsonValue[]) =>
        object('admissionregistration.k8s.io/v1', kind, { webhooks });
      const hook = (name: string, clientConfig: JsonObject) => ({ name, clientConfig });

      const result = retain(
        configuration(
          hook('b.io', { url: 'x' }),
          hook('a.io', { caBundle: 'mine' }),
          hook('new.io', {}),
          'text',
        ),
        configuration(hook('a.io', { caBundle: 'live-a' }), hook('b.io', { caBundle: 'live-b' })),
      );

      expect(result).toEqual({
        ok: true,
        value: configuration(
          hook('b.io', { url: 'x', caBundle: 'live-b' }),
          hook('a.io', { caBundle: 'mine' }),
          hook('new.io', {}),
          'text',
        ),
      });
    },
  );

  it('3.7 leaves a webhook configuration without webhooks alone', () => {
    const desired = object('admissionregistration.k8s.io/v1', 'MutatingWebhookConfiguration');

    expect(retain(desired, desired)).toEqual({ ok: true, value: desired });
  });

  it('changes nothing more when it is repeated, and never its input', () => {
    const port = fc.record(
      {
        name: fc.constantFrom('http', 'dns'),
        port: fc.constantFrom(53, 80),
        protocol: fc.constantFrom('TCP', 'UDP'),
        nodePort: fc.integer({ min: 30000, max: 30003 }),
      },
      { requiredKeys: ['port'] },
    );
    const spec = fc.record(
      {
        type: fc.constantFrom('ClusterIP', 'LoadBalancer'),
        clusterIP: fc.constantFrom('', 'None', '10.0.0.1'),
        loadBalancerClass: fc.constant('x'),
        ports: fc.array(port, { maxLength: 3 }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(spec, spec, (desired, live) => {
        const before = structuredClone({ desired, live });

        const once = retain(service(desired), service(live));
        const twice = once.ok ? retain(once.value, service(live)) : once;

        expect(twice).toEqual(once);
        expect({ desired, live }).toEqual(before);
      }),
    );
  });
});
