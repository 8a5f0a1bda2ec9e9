import { describe, expect, it } from 'vitest';
import { immutableMessage, updateFingerprint } from '../../lib/core/immutable.ts';
import type { JsonObject } from '../../lib/model/json.ts';

const KEY = { namespace: 'shop', name: 'web' };
const said = (field: string, message: string, kind = 'Deployment') =>
  immutableMessage([{ field, message }], { kind, key: KEY, cluster: 'east' });

describe('immutableMessage', () => {
  // As Kubernetes 1.34 words them.
  it.each([
    [
      'spec.selector',
      'Invalid value: {"matchLabels":{"app":"x"}}: field is immutable',
      'field is immutable',
    ],
    ['data', 'Forbidden: field is immutable when `immutable` is set', 'field is immutable when'],
    [
      'spec.clusterIPs[0]',
      'Invalid value: ["10.0.0.9"]: may not change once set',
      'may not change',
    ],
    [
      'spec',
      'Forbidden: spec is immutable after creation except resources.requests\n  core.Spec{\n  x: 1',
      '(spec is immutable after creation except resources.requests)',
    ],
    [
      'spec',
      "Forbidden: updates to statefulset spec for fields other than 'replicas' are forbidden",
      'are forbidden',
    ],
    ['roleRef', 'Invalid value: {"kind":"Role"}: cannot change roleRef', 'cannot change roleRef'],
    ['spec.color', 'Invalid value: "string": Value is immutable', 'Value is immutable'],
  ])('names %s and what to do: %s', (field, message, detail) => {
    const sentence = said(field, message);

    expect(sentence).toContain(`${field} cannot be changed`);
    expect(sentence).toContain(detail);
    expect(sentence).toContain(
      'undo the edit, or delete Deployment "shop/web" in cluster east to have it made anew',
    );
    expect(sentence).not.toMatch(/Invalid value|core\.Spec|10\.0\.0\.9/);
  });

  it.each([
    ['a value that speaks of it', 'Invalid value: "this is immutable": must be a number'],
    ['another rule', 'Required value'],
    ['nothing', ''],
  ])('is not about %s', (_, message) => {
    expect(said('spec.x', message)).toBeUndefined();
  });

  it('names several fields once, and leaves other mistakes out', () => {
    const causes = [
      { field: 'spec.selector', message: 'Invalid value: {}: field is immutable' },
      { field: 'spec.template', message: 'Invalid value: {}: field is immutable' },
      { field: 'spec.template', message: 'Invalid value: {}: field is immutable' },
      { field: 'spec.parallelism', message: 'Invalid value: -1: must be greater than 0' },
    ];
    const sentence = immutableMessage(causes, { kind: 'Job', key: KEY, cluster: 'east' });

    expect(sentence).toMatch(/^spec\.selector, spec\.template cannot be changed \(field is/);
  });

  it.each([
    ['PersistentVolumeClaim', 'the data of its volume may be lost'],
    ['CustomResourceDefinition', 'all objects of its type are deleted'],
    ['StatefulSet', '--cascade=orphan keeps its Pods'],
  ])('warns of what goes with a %s', (kind, warning) => {
    expect(said('spec', 'Forbidden: field is immutable', kind)).toContain(warning);
  });
});

describe('updateFingerprint', () => {
  const live = { metadata: { generation: 3, resourceVersion: '70' } };
  const desired = { metadata: { resourceVersion: '70' }, spec: { color: 'red' } };
  const print = (of: { federated?: JsonObject; desired?: JsonObject; live?: JsonObject }) =>
    updateFingerprint(of.federated ?? {}, of.desired ?? desired, of.live ?? live);
  const redriven = (value: string) => ({
    metadata: { annotations: { 'kubefed.io/redrive': value } },
  });

  it('is 16 digits, and the same when only the status of the object has moved', () => {
    const moved = {
      desired: { ...desired, metadata: { resourceVersion: '71' } },
      live: { metadata: { generation: 3, resourceVersion: '71' } },
    };

    expect(print({})).toMatch(/^[0-9a-f]{16}$/);
    expect(print(moved)).toBe(print({}));
  });

  it.each<[string, Parameters<typeof print>[0]]>([
    ['what is written', { desired: { ...desired, spec: { color: 'blue' } } }],
    ['the object there', { live: { metadata: { generation: 4 } } }],
    ['the annotation redrive', { federated: redriven('1') }],
  ])('changes with %s', (_, change) => {
    expect(print(change)).not.toBe(print({}));
  });

  it('changes with each new value of the annotation', () => {
    expect(print({ federated: redriven('2') })).not.toBe(print({ federated: redriven('1') }));
  });
});
