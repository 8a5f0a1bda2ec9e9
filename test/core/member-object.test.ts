import { describe, expect, it } from 'vitest';
import { isOwnWrite, observeTarget } from '../../lib/core/member-object.ts';
import type { JsonObject } from '../../lib/model/json.ts';

function seen(metadata: JsonObject = {}) {
  return observeTarget({ metadata: { generation: 3, resourceVersion: '7', ...metadata } });
}

describe('observeTarget', () => {
  it('takes the version as it is recorded', () => {
    expect(seen().version).toBe('gen:3');
    expect(observeTarget({ metadata: { resourceVersion: '7' } }).version).toBe('rv:7');
    expect(observeTarget({}).version).toBe('rv:');
  });

  it('has no version of what is gone', () => {
    expect(observeTarget(undefined).version).toBeUndefined();
  });

  it('tells labels and annotations apart', () => {
    const maps = [{}, { labels: { a: 'b' } }, { annotations: { a: 'b' } }, { labels: { a: 'c' } }];

    expect(new Set(maps.map((map) => seen(map).metadata)).size).toBe(4);
  });
});

describe('isOwnWrite', () => {
  const drifted = seen({ labels: { drifted: 'yes' } });
  const other = seen({ generation: 2, labels: { old: 'yes' } });

  it.each([
    ['is not on record', undefined, undefined, false],
    ['is recorded with another version', 'gen:2', undefined, false],
    ['is recorded with this version, and seen for the first time', 'gen:3', undefined, true],
    ['is as it was when last found right', 'gen:3', seen(), true],
    ['has other labels than when last found right', 'gen:3', drifted, false],
    ['was last found right in another version', 'gen:3', other, true],
  ])('of a target that %s', (_, recorded, settled, expected) => {
    expect(isOwnWrite(seen(), recorded, settled)).toBe(expected);
  });
});
