import { describe, expect, it } from 'vitest';
import { bareResourceVersion, judgeHostObject } from '../../lib/core/host-object.ts';
import type { JsonObject } from '../../lib/model/json.ts';

const FINALIZER = 'kubefed.io/sync-controller';

function object(metadata: JsonObject = {}): JsonObject {
  return { metadata: { uid: 'u', generation: 1, resourceVersion: '7', ...metadata } };
}

/** @returns whether the second of two events wakes */
function wakes(before: JsonObject, after: JsonObject): boolean {
  return judgeHostObject(judgeHostObject(undefined, object(before)).seen, object(after)).wake;
}

describe('judgeHostObject', () => {
  it('wakes for what it sees for the first time', () => {
    expect(judgeHostObject(undefined, object())).toMatchObject({
      wake: true,
      seen: { hasFinalizer: false, deleting: false },
    });
    expect(judgeHostObject(undefined, {})).toMatchObject({ wake: true });
  });

  it.each<[string, JsonObject]>([
    ['the generation', { generation: 2 }],
    ['a label', { labels: { a: 'b' } }],
    ['an annotation', { annotations: { 'kubefed.io/orphan': 'true' } }],
    ['the deletion', { deletionTimestamp: '2026-01-01T00:00:00Z' }],
    ['the uid', { uid: 'v' }],
  ])('wakes when %s changes', (_, after) => {
    expect(wakes({}, after)).toBe(true);
    expect(wakes(after, {})).toBe(true);
  });

  it.each<[string, JsonObject]>([
    ['nothing', {}],
    ['the resourceVersion', { resourceVersion: '8' }],
    ['our finalizer, put on', { finalizers: [FINALIZER] }],
    ["somebody's finalizer", { finalizers: ['example.com/a'] }],
    ['managed fields', { managedFields: [{ manager: 'x' }] }],
  ])('sleeps on when no more has changed than %s', (_, after) => {
    expect(wakes({}, after)).toBe(false);
  });

  it('wakes when our finalizer has been taken off', () => {
    expect(wakes({ finalizers: [FINALIZER] }, {})).toBe(true);
    expect(wakes({ finalizers: ['example.com/a'] }, {})).toBe(false);
  });

  it('remembers what it has to tell by', () => {
    const after = object({ finalizers: [FINALIZER], deletionTimestamp: 'x' });

    expect(judgeHostObject(undefined, after).seen).toMatchObject({
      hasFinalizer: true,
      deleting: true,
    });
  });
});

describe('bareResourceVersion', () => {
  it.each<[string, JsonObject, string | undefined]>([
    ['has no finalizer at all', {}, '7'],
    ['has an empty list of them', { finalizers: [] }, '7'],
    ['has ours', { finalizers: [FINALIZER] }, undefined],
    ['has that of somebody', { finalizers: ['example.com/a'] }, undefined],
    ['is being deleted', { deletionTimestamp: '2026-01-01T00:00:00Z' }, undefined],
  ])('of an object that %s', (_, metadata, expected) => {
    expect(bareResourceVersion(object(metadata))).toBe(expected);
  });
});
