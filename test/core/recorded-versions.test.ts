import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  nextRecordedVersions,
  propagatedVersionName,
  type RecordInput,
  recordedVersionFor,
} from '../../lib/core/recorded-versions.ts';
import type { JsonObject } from '../../lib/model/json.ts';

const HASHES = { templateVersion: 't1', overridesVersion: 'o1' };
const stored = (versions: Record<string, string>, hashes = HASHES): JsonObject => ({
  ...hashes,
  clusterVersions: Object.entries(versions).map(([clusterName, version]) => ({
    clusterName,
    version,
  })),
});

describe('propagatedVersionName', () => {
  it.each([
    ['ConfigMap', 'app', 'configmap-app'],
    ['Namespace', 'x', 'namespace-x'],
    ['ClusterRole', 'view', 'clusterrole-view'],
  ])('3.10 names %s %s', (kind, name, expected) => {
    expect(propagatedVersionName(kind, name)).toBe(expected);
  });
});

describe('recordedVersionFor', () => {
  const status = stored({ east: 'rv:48213', web: 'gen:3', blank: '' });

  it.each<[string, JsonObject | undefined, string, string | undefined]>([
    ['a recorded cluster', { status }, 'web', 'gen:3'],
    ['another cluster', { status }, 'west', undefined],
    ['an empty version', { status }, 'blank', undefined],
    ['nothing recorded', undefined, 'web', undefined],
    ['a record without status', {}, 'web', undefined],
    ['another template', { status: { ...status, templateVersion: 't0' } }, 'web', undefined],
    ['other overrides', { status: { ...status, overridesVersion: 'o0' } }, 'web', undefined],
  ])('3.10 %s', (_, propagatedVersion, cluster, version) => {
    expect(recordedVersionFor(propagatedVersion, cluster, HASHES)).toBe(version);
  });
});

describe('nextRecordedVersions', () => {
  const next = (input: Partial<RecordInput>) =>
    nextRecordedVersions({
      current: stored({ east: 'gen:1', west: 'gen:1' }),
      ...HASHES,
      selected: ['east', 'west'],
      written: new Map(),
      ...input,
    });
  const written = (versions: Record<string, string>) => new Map(Object.entries(versions));

  it.each<[string, Partial<RecordInput>, JsonObject, boolean]>([
    [
      'versions of this pass replace old ones',
      { written: written({ west: 'gen:2' }) },
      stored({ east: 'gen:1', west: 'gen:2' }),
      true,
    ],
    [
      'selected clusters not written keep theirs',
      {},
      stored({ east: 'gen:1', west: 'gen:1' }),
      false,
    ],
    [
      'the same version written again',
      { written: written({ east: 'gen:1' }) },
      stored({ east: 'gen:1', west: 'gen:1' }),
      false,
    ],
    [
      'old ones are void with another template',
      { templateVersion: 't2', written: written({ east: 'gen:2' }) },
      stored({ east: 'gen:2' }, { ...HASHES, templateVersion: 't2' }),
      true,
    ],
    [
      'old ones are void with other overrides',
      { overridesVersion: 'o2' },
      stored({}, { ...HASHES, overridesVersion: 'o2' }),
      true,
    ],
    ['unselected clusters are dropped', { selected: ['west'] }, stored({ west: 'gen:1' }), true],
    [
      'unselected clusters are dropped, even if written',
      { selected: ['west'], written: written({ east: 'gen:2' }) },
      stored({ west: 'gen:1' }),
      true,
    ],
    [
      'empty versions are dropped',
      { written: written({ east: '' }) },
      stored({ west: 'gen:1' }),
      true,
    ],
    [
      'sorted by cluster',
      { current: undefined, selected: ['b', 'a', 'b'], written: written({ b: 'rv:2', a: 'rv:1' }) },
      stored({ a: 'rv:1', b: 'rv:2' }),
      true,
    ],
    ['nothing is selected, no record yet', { current: undefined, selected: [] }, stored({}), true],
    ['nothing is selected, empty record', { current: stored({}), selected: [] }, stored({}), false],
    [
      'nothing is selected, record without clusterVersions',
      { current: { ...HASHES }, selected: [] },
      stored({}),
      false,
    ],
  ])('3.10 %s', (_, input, status, changed) => {
    expect(next(input)).toEqual({ changed, status });
  });

  it('changes nothing more once its own result is stored', () => {
    const cluster = fc.constantFrom('a', 'b', 'c');
    const version = fc.constantFrom('gen:1', 'rv:2', '');
    const input = fc.record(
      {
        current: fc.dictionary(cluster, version).map((versions) => stored(versions)),
        templateVersion: fc.constantFrom('t1', 't2'),
        selected: fc.array(cluster),
        written: fc.dictionary(cluster, version).map(written),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(input, (given) => {
        const { status } = next(given);

        expect(next({ ...given, current: status })).toEqual({ changed: false, status });
      }),
    );
  });
});
