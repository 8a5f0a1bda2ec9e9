import { describe, expect, it } from 'vitest';
import { type ClusterEntry, mergeEntries, storedEntries } from '../../lib/core/entries.ts';
import { planPropagation } from '../../lib/core/plan.ts';
import { nextStatus } from '../../lib/core/status.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import { Job } from '../../lib/model/messages.ts';
import { kubeFedCluster } from '../stages/objects.ts';
import { planFacts } from './plan-facts.ts';

const REFUSED: ClusterEntry & { refused: string } = {
  name: 'east',
  code: 'UpdateFailed',
  message: 'data cannot be changed',
  refused: '0123456789abcdef',
};
const WIRE = {
  ...{ name: 'east', status: 'UpdateFailed', message: 'data cannot be changed' },
  refused: '0123456789abcdef',
};

const planOf = (clusters: JsonObject[]) =>
  planPropagation({
    federated: {
      metadata: { uid: 'u', generation: 2, resourceVersion: '9' },
      spec: { template: {} },
      status: { observedGeneration: 2, clusters },
    },
    selected: ['east'],
    warnings: [],
    clusters: new Map([['east', kubeFedCluster('east', { ready: true })]]),
    propagatedVersion: undefined,
    fresh: false,
    driftClusters: [],
  });

describe('the fingerprint of a refused update', () => {
  it('is read from a status and written into it', () => {
    expect(storedEntries({ clusters: [WIRE] })).toEqual([REFUSED]);
    const next = nextStatus({
      ...{ current: undefined, generation: 2, changed: false, nowIso: '2026-01-01T00:00:00Z' },
      entries: [REFUSED],
    });

    expect(next).toMatchObject({ changed: true, status: { clusters: [WIRE] } });
  });

  it('goes when the cluster is right again', () => {
    const { code: _, ...rest } = REFUSED;
    const next = nextStatus({
      ...{ current: undefined, generation: 2, changed: false, nowIso: '2026-01-01T00:00:00Z' },
      entries: [{ ...rest, code: 'OK' }],
    });

    expect(next).toMatchObject({ status: { clusters: [{ name: 'east' }] } });
    expect(JSON.stringify(next)).not.toContain('refused');
  });

  it('comes from the result of a member', () => {
    const { name: cluster, ...result } = REFUSED;
    const merged = mergeEntries({
      plan: planFacts({ planned: ['east'], selected: ['east'] }),
      results: [{ cluster, ...result }],
      stored: [],
      recorded: new Set(),
    });

    expect(merged.entries).toEqual([REFUSED]);
  });

  it('travels with the next job, in words that a queue takes', () => {
    const { jobs, facts } = planOf([WIRE]);
    const refused = { fingerprint: '0123456789abcdef', message: 'data cannot be changed' };
    const common = { v: 1, type: 'configmaps', name: 'a', plan: facts, seenAtMs: 1 };

    expect(jobs).toMatchObject([{ cluster: 'east', action: 'ensure', refused }]);
    expect(Job.parse({ ...common, ...jobs[0] })).toMatchObject({ refused });
  });

  it('is not made up for a cluster that failed otherwise', () => {
    const [job] = planOf([{ name: 'east', status: 'UpdateFailed', message: 'no' }]).jobs;

    expect(job).not.toHaveProperty('refused');
  });
});
