import { describe, expect, it } from 'vitest';
import { overriddenReplicas, rewriteReplicas } from '../../../lib/core/spread/rewrite.ts';
import type { JsonObject } from '../../../lib/model/json.ts';

const image = { path: '/spec/template/spec/containers/0/image', value: 'nginx:2' };
const replicasOf = (value: number) => ({ path: '/spec/replicas', value });
const entry = (clusterName: string, ...clusterOverrides: JsonObject[]) => ({
  clusterName,
  clusterOverrides,
});
const federated = (clusters: string[], overrides: JsonObject[]): JsonObject => ({
  metadata: { name: 'web', resourceVersion: '7' },
  spec: {
    placement: { clusters: clusters.map((name) => ({ name })), clusterSelector: {} },
    overrides,
  },
});
const assignment = (replicas: Record<string, number>, ...untouched: string[]) => ({
  replicas: new Map(Object.entries(replicas)),
  untouched: new Set(untouched),
});

describe('rewriteReplicas', () => {
  it('lists every cluster of the plan, sorted, and adds one override for each', () => {
    const next = rewriteReplicas(federated([], []), assignment({ west: 2, east: 0 }));
    expect(next).toEqual(
      federated(['east', 'west'], [entry('east', replicasOf(0)), entry('west', replicasOf(2))]),
    );
  });

  it('leaves overrides of others in their order', () => {
    const before = federated(
      ['west'],
      [entry('north', image), entry('west', replicasOf(1), image)],
    );
    const next = rewriteReplicas(before, assignment({ west: 3 }));
    expect(next).toEqual(
      federated(['west'], [entry('north', image), entry('west', replicasOf(3), image)]),
    );
  });

  it('takes its override from a cluster that is out, and an entry that holds nothing else', () => {
    const before = federated(
      ['east', 'west'],
      [entry('east', replicasOf(1), image), entry('west', replicasOf(1))],
    );
    expect(rewriteReplicas(before, assignment({ north: 2 }))).toEqual(
      federated(['north'], [entry('east', image), entry('north', replicasOf(2))]),
    );
  });

  it('leaves a lost cluster as it is', () => {
    const before = federated(['east', 'west'], [entry('east', replicasOf(5))]);
    expect(rewriteReplicas(before, assignment({ west: 2 }, 'east'))).toEqual(
      federated(['east', 'west'], [entry('east', replicasOf(5)), entry('west', replicasOf(2))]),
    );
  });

  it.each([
    ['as we write it', replicasOf(2)],
    ['with an op', { op: 'replace', ...replicasOf(2) }],
    ['with dots', { path: 'spec.replicas', value: 2 }],
  ])('has nothing to write when all is said already, %s', (_, override) => {
    const before = federated(['west', 'east'], [entry('east', override), entry('west', override)]);
    expect(rewriteReplicas(before, assignment({ east: 2, west: 2 }))).toBeUndefined();
  });
});

describe('overriddenReplicas', () => {
  it('reads the number of one cluster, none where there is none', () => {
    const object = federated(['east'], [entry('east', image, replicasOf(4)), entry('west', image)]);
    expect(overriddenReplicas(object, 'east')).toBe(4);
    expect(overriddenReplicas(object, 'west')).toBeUndefined();
  });
});
