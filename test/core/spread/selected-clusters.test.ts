import { describe, expect, it } from 'vitest';
import { selectedClusters } from '../../../lib/core/spread/selected-clusters.ts';
import type { JsonObject } from '../../../lib/model/json.ts';

const CLUSTERS = ['east', 'west'].map((name) => ({ name, labels: { site: name } }));
const object = (clusterSelector: JsonObject | null): JsonObject => ({
  spec: { placement: { clusters: [{ name: 'east' }], clusterSelector } },
});
const of = (site: string) => object({ matchLabels: { site } });

describe('selectedClusters', () => {
  it.each([
    ['all that both select', [object({}), of('west')], ['west']],
    ['none where the selectors differ', [of('east'), of('west')], []],
    ['none without a selector, whatever is listed', [object(null), object({})], []],
  ])('selects %s', (_, objects, names) => {
    const selected = selectedClusters(objects, CLUSTERS);
    expect(selected.ok && [...selected.names]).toEqual(names);
  });

  it('tells of a selector that cannot be read', () => {
    const expression = { key: 'site', operator: 'Like', values: ['e'] };
    const broken = object({ matchExpressions: [expression] });
    expect(selectedClusters([object({}), broken], CLUSTERS)).toMatchObject({
      ok: false,
      message: expect.stringContaining('Like'),
    });
  });
});
