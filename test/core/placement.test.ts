import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  computePlacement,
  type PlacementInput,
  placementOf,
  type RegisteredCluster,
} from '../../lib/core/placement.ts';
import type { JsonObject, JsonValue } from '../../lib/model/json.ts';

const CLUSTERS: readonly RegisteredCluster[] = [
  { name: 'west', labels: { region: 'us', tier: 'prod' } },
  { name: 'east', labels: { region: 'us' } },
  { name: 'north', labels: {} },
];
const named = (...names: string[]): JsonObject => ({
  placement: { clusters: names.map((name) => ({ name })) },
});
const IN_THE_US = { matchLabels: { region: 'us' } };

describe('placementOf', () => {
  it.each<[string, JsonValue, string[]]>([
    ['both absent', {}, []],
    ['both null', { clusters: null, clusterSelector: null }, []],
    ['clusters absent, selector {}', { clusterSelector: {} }, ['east', 'north', 'west']],
    ['matchLabels: {}', { clusterSelector: { matchLabels: {} } }, ['east', 'north', 'west']],
    [
      'clusters null, selector {}',
      { clusters: null, clusterSelector: {} },
      ['east', 'north', 'west'],
    ],
    ['matching labels', { clusterSelector: IN_THE_US }, ['east', 'west']],
    [
      'matching all terms',
      { clusterSelector: { matchLabels: { region: 'us', tier: 'prod' } } },
      ['west'],
    ],
    ['matching nothing', { clusterSelector: { matchLabels: { region: 'mars' } } }, []],
    ['clusters [], any selector', { clusters: [], clusterSelector: {} }, []],
    [
      'listed, selector ignored',
      { clusters: [{ name: 'north' }], clusterSelector: IN_THE_US },
      ['north'],
    ],
    [
      'listed, even a bad selector ignored',
      { clusters: [{ name: 'north' }], clusterSelector: { matchExpressions: [{ key: 'a' }] } },
      ['north'],
    ],
    [
      'listed twice',
      { clusters: [{ name: 'west' }, { name: 'east' }, { name: 'west' }] },
      ['east', 'west'],
    ],
  ])('3.4 table: %s', (_, placement, selected) => {
    expect(placementOf({ placement }, CLUSTERS)).toEqual({ ok: true, selected, unknown: [] });
  });

  it.each([[undefined], [{}]])('3.4 selects none for the spec %o', (spec) => {
    expect(placementOf(spec, CLUSTERS)).toEqual({ ok: true, selected: [], unknown: [] });
  });

  it('3.4, 11.29 drops unregistered names, and says which', () => {
    expect(placementOf(named('nowhere', 'east', 'lost'), CLUSTERS)).toEqual({
      ok: true,
      selected: ['east'],
      unknown: ['lost', 'nowhere'],
    });
  });

  it.each<[string, JsonValue, string]>([
    [
      'an unknown operator',
      { clusterSelector: { matchExpressions: [{ key: 'region', operator: 'Near' }] } },
      'spec.placement.clusterSelector: "Near" is not a valid pod selector operator',
    ],
    [
      'a selector that is no object',
      { clusterSelector: 'region=us' },
      'spec.placement.clusterSelector: must be an object',
    ],
    [
      'clusters that are no list',
      { clusters: { name: 'east' } },
      'spec.placement.clusters must be a list of {name: <cluster>}',
    ],
    [
      'a cluster without a name',
      { clusters: [{ name: 'east' }, 'west'] },
      'spec.placement.clusters must be a list of {name: <cluster>}',
    ],
  ])('3.4 refuses %s', (_, placement, message) => {
    expect(placementOf({ placement }, CLUSTERS)).toEqual({ ok: false, message });
  });

  it('3.4 refuses a bad selector also when there are no clusters', () => {
    const clusterSelector = { matchExpressions: [{ key: 'region', operator: 'Near' }] };

    expect(placementOf({ placement: { clusterSelector } }, []).ok).toBe(false);
  });
});

describe('computePlacement', () => {
  const compute = (input: Partial<PlacementInput>) =>
    computePlacement({
      federated: { spec: named('east', 'west', 'lost') },
      namespaced: true,
      scope: 'Cluster',
      clusters: CLUSTERS,
      ...input,
    });
  const namespace = (spec: JsonObject): JsonObject => ({ metadata: { name: 'team-a' }, spec });

  it.each<[string, Partial<PlacementInput>, string[]]>([
    ['cluster-scoped type', { namespaced: false }, ['east', 'west']],
    [
      'cluster-scoped type, whatever FederatedNamespace',
      { namespaced: false, federatedNamespace: namespace({}) },
      ['east', 'west'],
    ],
    [
      'FederatedNamespace shares one',
      { federatedNamespace: namespace(named('west', 'north')) },
      ['west'],
    ],
    [
      'FederatedNamespace selects by label',
      { federatedNamespace: namespace({ placement: { clusterSelector: IN_THE_US } }) },
      ['east', 'west'],
    ],
    ['FederatedNamespace without placement', { federatedNamespace: namespace({}) }, []],
    [
      'FederatedNamespace in a Namespaced control plane',
      { scope: 'Namespaced', federatedNamespace: namespace(named('east')) },
      ['east'],
    ],
    ['no FederatedNamespace, Namespaced control plane', { scope: 'Namespaced' }, ['east', 'west']],
  ])('3.4 %s', (_, input, selected) => {
    expect(compute(input)).toEqual({ ok: true, selected, unknown: ['lost'] });
  });

  it('3.4 selects nothing without a FederatedNamespace in a cluster-scoped control plane', () => {
    expect(compute({})).toEqual({
      ok: true,
      selected: [],
      unknown: ['lost'],
      reason: 'NamespaceNotFederated',
    });
  });

  it('3.4 counts a FederatedNamespace that is being deleted', () => {
    const federatedNamespace = {
      metadata: { name: 'team-a', deletionTimestamp: '2021-06-28T10:00:00Z' },
      spec: named('east'),
    };

    expect(compute({ federatedNamespace })).toMatchObject({ selected: ['east'] });
  });

  const bad = { placement: { clusterSelector: { matchExpressions: [{ operator: 'Near' }] } } };

  it('3.11 reports a bad selector before a missing FederatedNamespace', () => {
    expect(compute({ federated: { spec: bad } })).toEqual({
      ok: false,
      message: 'spec.placement.clusterSelector: "Near" is not a valid pod selector operator',
    });
  });

  it('3.4 names the FederatedNamespace whose selector is bad', () => {
    expect(compute({ federatedNamespace: namespace(bad) })).toEqual({
      ok: false,
      message:
        'FederatedNamespace team-a: spec.placement.clusterSelector: ' +
        '"Near" is not a valid pod selector operator',
    });
  });

  it('selects registered clusters only, sorted, and within the namespace', () => {
    const spec = fc.oneof(
      fc.array(fc.constantFrom('east', 'west', 'north', 'lost')).map((names) => named(...names)),
      fc.constantFrom({}, { clusterSelector: {} }, { clusterSelector: IN_THE_US }).map((p) => ({
        placement: p,
      })),
    );
    fc.assert(
      fc.property(spec, spec, (object, ofNamespace) => {
        const result = compute({
          federated: { spec: object },
          federatedNamespace: namespace(ofNamespace),
        });
        const within = placementOf(ofNamespace, CLUSTERS);
        if (!result.ok || !within.ok) throw new Error('both are well formed');

        expect(result.selected).toEqual([...new Set(result.selected)].sort());
        expect(CLUSTERS.map((cluster) => cluster.name)).toEqual(
          expect.arrayContaining([...result.selected]),
        );
        expect(within.selected).toEqual(expect.arrayContaining([...result.selected]));
      }),
    );
  });
});
