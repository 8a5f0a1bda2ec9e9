import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overridesVersion, templateVersion } from '../../lib/core/hash.ts';
import { type PlanInput, planPropagation } from '../../lib/core/plan.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import { kubeFedCluster } from '../stages/objects.ts';

const SPEC = { template: { data: { color: 'red' } } };
const HASHES = {
  templateVersion: templateVersion(SPEC.template),
  overridesVersion: overridesVersion(SPEC, () => []),
};
const DELETED = { deletionTimestamp: '2026-01-01T00:00:00Z' };
/** The last edit was reported; the deletion moved the generation on. */
const REPORTED = { observedGeneration: 2 };

const READY = [kubeFedCluster('east', { ready: true }), kubeFedCluster('west', { ready: true })];
const EAST_AWAY = [kubeFedCluster('east', { ready: false }), kubeFedCluster('west')];

/** An object whose last change has been reported. */
function federated(metadata: JsonObject = {}, status: JsonObject = {}): JsonObject {
  return {
    metadata: { uid: 'u', generation: 3, resourceVersion: '7', ...metadata },
    spec: SPEC,
    status: { observedGeneration: 3, ...status },
  };
}

function recorded(versions: Record<string, string>, hashes = HASHES): JsonObject {
  const entries = Object.entries(versions);
  const clusterVersions = entries.map(([clusterName, version]) => ({ clusterName, version }));
  return { status: { ...hashes, clusterVersions } };
}

function plan(input: Partial<Omit<PlanInput, 'clusters'>> & { clusters?: JsonObject[] } = {}) {
  const { clusters = READY, ...rest } = input;
  return planPropagation({
    federated: federated(),
    selected: [],
    warnings: [],
    propagatedVersion: undefined,
    fresh: false,
    driftClusters: [],
    ...rest,
    clusters: new Map(clusters.map((c) => [String(Object(c['metadata']).name), c])),
  });
}

describe('planPropagation', () => {
  it('asks selected clusters to create what was never there', () => {
    expect(plan({ selected: ['east', 'west'], fresh: true })).toEqual({
      jobs: [
        { cluster: 'east', action: 'ensure', expectAbsent: true },
        { cluster: 'west', action: 'ensure', expectAbsent: true },
      ],
      facts: {
        ...HASHES,
        uid: 'u',
        generation: 3,
        resourceVersion: '7',
        planned: ['east', 'west'],
        selected: ['east', 'west'],
        known: [],
        deleting: false,
        fresh: true,
      },
    });
  });

  it('gives the version on record along, if template and overrides are still the same', () => {
    const other = { ...HASHES, templateVersion: 'other' };
    const input = { selected: ['east'] };

    expect(plan({ ...input, propagatedVersion: recorded({ east: 'gen:4' }) }).jobs).toEqual([
      { cluster: 'east', action: 'ensure', recordedVersion: 'gen:4' },
    ]);
    expect(plan({ ...input, propagatedVersion: recorded({ east: 'gen:4' }, other) }).jobs).toEqual([
      { cluster: 'east', action: 'ensure' },
    ]);
  });

  it.each<[string, Parameters<typeof plan>[0]]>([
    ['on record', { propagatedVersion: recorded({ east: 'gen:1' }) }],
    ['in the status', { federated: federated({}, { clusters: [{ name: 'east' }] }) }],
    ['seen to drift', { driftClusters: ['east'] }],
  ])('removes what is not selected any more and %s', (_, input) => {
    expect(plan(input)).toMatchObject({
      jobs: [{ cluster: 'east', action: 'remove' }],
      facts: { planned: ['east'], selected: [], known: [] },
    });
    expect(plan({ ...input, clusters: EAST_AWAY })).toMatchObject({
      jobs: [],
      facts: { planned: [], known: [{ cluster: 'east', code: 'ClusterNotReady' }] },
    });
  });

  it('does not ask selected clusters that are not ready, or were never probed', () => {
    expect(plan({ selected: ['east', 'west'], clusters: EAST_AWAY })).toMatchObject({
      jobs: [],
      facts: {
        selected: ['east', 'west'],
        known: [
          { cluster: 'east', code: 'ClusterNotReady' },
          { cluster: 'west', code: 'ClusterNotReady' },
        ],
      },
    });
  });

  it('voids what is recorded when a cluster comes to match the selector of an override', () => {
    const spec = { overrides: [{ clusterSelector: { matchLabels: { tier: 'web' } } }] };
    const hashesWith = (labels: JsonObject) =>
      plan({
        federated: { ...federated(), spec },
        clusters: READY.map((c) => ({
          ...c,
          metadata: { ...Object(c['metadata']), labels },
        })),
      }).facts.overridesVersion;

    expect(hashesWith({ tier: 'web' })).not.toBe(hashesWith({ tier: 'db' }));
    expect(hashesWith({ tier: 'web' })).toBe(hashesWith({ tier: 'web', other: 'label' }));
  });

  it('leaves out clusters that have left the federation', () => {
    const input = { selected: ['gone'], propagatedVersion: recorded({ away: 'gen:1' }) };

    expect(plan(input).facts).toMatchObject({ planned: [], known: [] });
  });

  it('removes a deleted object from wherever it was placed or seen', () => {
    const input = {
      federated: federated(DELETED),
      selected: ['east'],
      propagatedVersion: recorded({ west: 'gen:1' }),
    };

    expect(plan(input)).toMatchObject({
      jobs: [
        { cluster: 'east', action: 'remove' },
        { cluster: 'west', action: 'remove' },
      ],
      facts: { deleting: true, selected: [], planned: ['east', 'west'] },
    });
    expect(plan({ ...input, clusters: EAST_AWAY }).facts.known).toHaveLength(2);
  });

  it.each<[string, JsonObject, JsonObject]>([
    ['orphans', { 'kubefed.io/orphan': 'true' }, { action: 'release' }],
    ['does not orphan', { 'kubefed.io/orphan': 'yes' }, { action: 'remove' }],
    [
      'gives delete options along',
      { 'kubefed.io/deleteoption': '{}' },
      { action: 'remove', deleteOptions: '{}' },
    ],
  ])('%s as the annotation of a deleted object says', (_, annotations, action) => {
    const object = federated({ ...DELETED, annotations }, REPORTED);

    expect(plan({ federated: object, selected: ['east'] }).jobs).toEqual([
      { cluster: 'east', ...action },
    ]);
  });

  it('heeds these annotations in a deletion only', () => {
    const object = federated({ annotations: { 'kubefed.io/orphan': 'true' } });
    const input = { federated: object, propagatedVersion: recorded({ east: 'gen:1' }) };

    expect(plan(input).jobs).toEqual([{ cluster: 'east', action: 'remove' }]);
  });

  it('passes on reason and warnings', () => {
    const warnings = [{ reason: 'UnknownCluster', message: 'who?' }];

    expect(plan({ reason: 'NamespaceNotFederated', warnings }).facts).toMatchObject({
      reason: 'NamespaceNotFederated',
      warnings,
    });
    expect(plan().facts).not.toHaveProperty('reason');
    expect(plan().facts).not.toHaveProperty('warnings');
  });

  it('makes do with an object that lacks everything', () => {
    expect(plan({ federated: { spec: 'nonsense' } }).facts).toMatchObject({
      uid: '',
      generation: 0,
      resourceVersion: '',
      templateVersion: '',
    });
  });

  it('looks into every ready cluster for an object that is deleted before its last edit was reported', () => {
    const object = federated(DELETED, { observedGeneration: 1 });
    const clusters = [
      kubeFedCluster('east', { ready: false }),
      kubeFedCluster('west', { ready: true }),
    ];
    const { jobs, facts } = plan({ federated: object, clusters });

    expect(jobs).toEqual([{ cluster: 'west', action: 'remove' }]);
    expect(facts.known).toEqual([]);
  });

  it.each<[string, JsonObject]>([
    ['never', {}],
    ['two changes ago', { observedGeneration: 1 }],
  ])('looks into every ready cluster for an object that was last reported %s', (_, status) => {
    const object = { ...federated(), status };
    const clusters = [...READY, kubeFedCluster('away', { ready: false })];

    expect(plan({ federated: object, selected: ['east'], clusters })).toMatchObject({
      jobs: [
        { cluster: 'east', action: 'ensure', expectAbsent: true },
        { cluster: 'west', action: 'remove' },
      ],
      facts: { planned: ['east', 'west'], known: [] },
    });
    const deleted = { ...federated(DELETED), status };
    expect(plan({ federated: deleted, clusters }).facts.planned).toEqual(['east', 'west']);
  });

  it.each([
    ['the last change has been reported', { observedGeneration: 2 }, false],
    ['it has just got its finalizer', {}, true],
  ])('looks nowhere else when %s', (_, status, fresh) => {
    const object = { ...federated(), status };

    expect(plan({ federated: object, selected: ['east'], fresh }).facts.planned).toEqual(['east']);
  });

  it('removes an object that is to go with its namespace before it is marked', () => {
    const propagatedVersion = recorded({ west: 'gen:1' });
    const input = { selected: ['east'], propagatedVersion, terminating: true };

    expect(plan(input)).toMatchObject({
      jobs: [
        { cluster: 'east', action: 'remove' },
        { cluster: 'west', action: 'remove' },
      ],
      facts: { deleting: true, selected: [] },
    });
    expect(plan({ ...input, leaving: new Set(['east']) }).facts.planned).toEqual(['west']);
  });

  it('heeds the clusters that are left with the namespace in a deletion only', () => {
    const leaving = new Set(['east']);

    expect(plan({ selected: ['east'], leaving }).facts.planned).toEqual(['east']);
  });

  it('has a job or an answer for every registered cluster concerned, and for no other', () => {
    const names = ['a', 'b', 'c'];
    const some = fc.subarray(names);
    fc.assert(
      fc.property(some, some, some, fc.boolean(), (selected, known, ready, deleting) => {
        const clusters = ['a', 'b'].map((n) => kubeFedCluster(n, { ready: ready.includes(n) }));
        const propagatedVersion = recorded(Object.fromEntries(known.map((n) => [n, 'gen:1'])));
        const object = federated(deleting ? DELETED : {}, REPORTED);
        const { jobs, facts } = plan({ selected, clusters, propagatedVersion, federated: object });
        const answered = [...jobs, ...facts.known].map(({ cluster }) => cluster);
        const concerned = ['a', 'b'].filter((n) => selected.includes(n) || known.includes(n));

        expect(answered.sort()).toEqual(concerned);
        expect(facts.planned).toEqual(jobs.map(({ cluster }) => cluster));
        for (const { cluster, action } of jobs) {
          expect(action === 'ensure').toBe(!deleting && selected.includes(cluster));
        }
      }),
    );
  });
});
