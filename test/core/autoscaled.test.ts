import { describe, expect, it } from 'vitest';
import { isAutoscaled } from '../../lib/core/autoscaled.ts';
import { retainFields } from '../../lib/core/retain.ts';
import type { JsonObject, JsonValue } from '../../lib/model/json.ts';

const REPLICAS = { 'f:spec': { 'f:replicas': {} } };

function deployment(replicas: number, ...managedFields: JsonObject[]): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', managedFields },
    spec: { replicas },
  };
}

function entry(manager: string, subresource?: string, fieldsV1: JsonObject = REPLICAS): JsonObject {
  const through = subresource === undefined ? {} : { subresource };
  return { manager, operation: 'Update', fieldsType: 'FieldsV1', fieldsV1, ...through };
}

const BY_HPA = entry('kube-controller-manager', 'scale');

describe('isAutoscaled', () => {
  it.each<[string, boolean, JsonObject[]]>([
    ['a HorizontalPodAutoscaler', true, [entry('kubefed-eks'), BY_HPA]],
    ['KEDA', true, [entry('keda', 'scale')]],
    ['kubectl scale', false, [entry('kubectl', 'scale')]],
    ['kubectl edit', false, [entry('kubectl-edit')]],
    ['us', false, [entry('kubefed-eks')]],
    ['nobody', false, []],
    [
      'us, after the status came from kube-controller-manager',
      false,
      [entry('kube-controller-manager', 'status', { 'f:status': { 'f:replicas': {} } })],
    ],
    [
      'us again, after the autoscaler: its entry has lost the field',
      false,
      [entry('kubefed-eks'), entry('kube-controller-manager', 'scale', { 'f:spec': {} })],
    ],
  ])('when the replicas were last set by %s: %s', (_, expected, managedFields) => {
    expect(isAutoscaled(deployment(3, ...managedFields))).toBe(expected);
  });

  it.each<JsonValue>(['none', [null, 'x', 7], { manager: 'keda' }])(
    'makes nothing of managedFields %j',
    (managedFields) => {
      expect(isAutoscaled({ metadata: { managedFields } })).toBe(false);
    },
  );
});

describe('retainFields, autoscaled', () => {
  it.each<[string, JsonValue | undefined, number]>([
    ['absent', undefined, 7],
    ['true', true, 7],
    ['false, which says that the template counts', false, 3],
  ])('with retainReplicas %s', (_, retainReplicas, replicas) => {
    const result = retainFields(deployment(3), deployment(7, BY_HPA), { retainReplicas });

    expect(result).toMatchObject({ ok: true, value: { spec: { replicas } } });
  });

  it('fills replicas in where the template leaves them to the autoscaler', () => {
    const desired = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' } };
    const result = retainFields(desired, deployment(7, BY_HPA), { retainReplicas: undefined });

    expect(result).toMatchObject({ ok: true, value: { spec: { replicas: 7 } } });
  });
});
