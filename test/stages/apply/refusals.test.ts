import { describe, expect, it } from 'vitest';
import { PROPAGATION_FAILED } from '../../../lib/model/metric-names.ts';
import { NAMESPACES } from '../../../lib/model/resources.ts';
import type { ApiError } from '../../../lib/ports.ts';
import { DONE, RETRY } from '../../../lib/stages/verdict.ts';
import { A, GREEN, inSync } from '../config-map-a.ts';
import { SHOP, testFederation } from '../federation.ts';
import { CONFIG_MAP, DEPLOYMENT, type FederatedParts, overriding } from '../objects.ts';
import { jobsAfter, planned, refusing, results } from './jobs.ts';

describe('applyJob ensure, refused', () => {
  it.each<[string, Partial<FederatedParts>, object]>([
    [
      'ComputeResourceFailed',
      { spec: { template: 'red' } },
      { message: 'spec.template must be an object' },
    ],
    [
      'ApplyOverridesFailed',
      { spec: { overrides: [overriding('west', '/kind', 'Secret')] } },
      { message: /^Error reading cluster overrides/ },
    ],
    [
      'ApplyOverridesFailed',
      { spec: { overrides: [overriding('east', '/data/missing/deep', 'x')] } },
      { message: /^override\[0\]/ },
    ],
  ])('reports %s and does not try again', async (code, parts, more) => {
    const federation = await planned({ ...parts, clusters: ['east'] });

    expect(await federation.apply(federation.given)).toEqual([DONE]);
    expect(results(federation)).toMatchObject([{ cluster: 'east', code, ...more }]);
    expect(federation.target('east', CONFIG_MAP, 'a')).toBeUndefined();
    expect(federation.metrics.measurements).toContainEqual(
      expect.objectContaining({ name: PROPAGATION_FAILED, dimensions: { code } }),
    );
  });

  it('reports what cannot be retained', async () => {
    const federation = testFederation();
    const parts = { name: 'a', clusters: ['east'], template: { spec: { replicas: 1 } } };
    await federation.settle([await federation.createFederated(DEPLOYMENT, parts)]);
    await federation.host.patch(DEPLOYMENT.federated, A, { spec: { retainReplicas: 'yes' } });
    await federation.plan([federation.change(DEPLOYMENT, 'a')]);
    await federation.apply(federation.jobs.take());

    expect(results(federation)).toMatchObject([{ code: 'FieldRetentionFailed' }]);
  });

  it('runs a lost race again at once', async () => {
    const federation = await inSync({ clusters: ['east'] });
    const jobs = await jobsAfter(federation, () =>
      federation.host.patch(CONFIG_MAP.federated, A, GREEN),
    );
    federation.member('east').fail = refusing('replace', { kind: 'Conflict' }, 3);

    expect(await federation.apply(jobs)).toEqual([DONE]);
    expect(results(federation)).toMatchObject([{ code: 'OK', wrote: true }]);
  });

  it('gives up for now on an object that changes all the time', async () => {
    const federation = await inSync({ clusters: ['east'] });
    const jobs = await jobsAfter(federation, () =>
      federation.host.patch(CONFIG_MAP.federated, A, GREEN),
    );
    federation.member('east').fail = refusing('replace', { kind: 'Conflict' });

    expect(await federation.apply(jobs)).toEqual([RETRY]);
    expect(results(federation)).toMatchObject([
      { code: 'UpdateFailed', message: 'the object in east changes faster than it can be written' },
    ]);
  });

  it.each<[string, Partial<ApiError>, object, string]>([
    ['create', { kind: 'Invalid', message: 'spec.x: Required value' }, DONE, 'CreationFailed'],
    [
      'create',
      { kind: 'Throttled', retryAfterSeconds: 7 },
      { retryAfterSeconds: 7 },
      'CreationFailed',
    ],
    ['create', { kind: 'Unreachable' }, RETRY, 'CreationFailed'],
    ['create', { kind: 'Forbidden' }, RETRY, 'CreationFailed'],
  ])('after a refused %s with %j', async (verb, error, verdict, code) => {
    const federation = await planned({ clusters: ['east'] });
    federation.member('east').fail = refusing(verb, error);

    expect(await federation.apply(federation.given)).toEqual([verdict]);
    expect(results(federation)).toMatchObject([{ code, message: error.message ?? 'no' }]);
  });

  it.each<[string, Partial<ApiError>, object, string]>([
    ['get', { kind: 'TimedOut' }, RETRY, 'RetrievalFailed'],
    ['replace', { kind: 'Invalid', message: 'field is immutable' }, DONE, 'UpdateFailed'],
    ['replace', { kind: 'ServerError' }, RETRY, 'UpdateFailed'],
  ])('after a refused %s of an existing object with %j', async (verb, error, verdict, code) => {
    const federation = await inSync({ clusters: ['east'] });
    const jobs = await jobsAfter(federation, () =>
      federation.host.patch(CONFIG_MAP.federated, A, GREEN),
    );
    federation.member('east').fail = refusing(verb, error);

    expect(await federation.apply(jobs)).toEqual([verdict]);
    expect(results(federation)).toMatchObject([{ code, message: error.message ?? 'no' }]);
  });

  it('finds its own work after a creation whose answer was lost', async () => {
    const federation = await planned({ clusters: ['east'] });
    federation.member('east').fail = ({ verb }) =>
      verb === 'create' ? { kind: 'TimedOut', message: 'no answer', applied: true } : undefined;
    expect(await federation.apply(federation.given)).toEqual([RETRY]);
    federation.member('east').fail = undefined;
    federation.outcomes.take();

    expect(await federation.apply(federation.given, 2)).toEqual([DONE]);
    expect(results(federation)).toMatchObject([{ code: 'OK', wrote: false }]);
  });

  it('names a type that a member does not have, and serves the other', async () => {
    const federation = await planned();
    federation.memberClusters.get('east')?.seed(NAMESPACES, { metadata: { name: SHOP } });
    federation.member('east').fail = ({ resource }) =>
      resource?.kind === 'ConfigMap'
        ? { kind: 'NotFound', message: 'the server could not find the requested resource' }
        : undefined;

    expect(await federation.apply(federation.given)).toEqual([RETRY, DONE]);
    expect(results(federation)).toMatchObject([
      {
        cluster: 'east',
        code: 'CreationFailed',
        message: 'the server could not find the requested resource',
      },
      { cluster: 'west', code: 'OK' },
    ]);
  });

  it('says so when no connection can be made', async () => {
    const federation = await planned({ clusters: ['east'] });
    federation.memberClusters.delete('east');

    expect(await federation.apply(federation.given)).toEqual([RETRY]);
    expect(results(federation)).toMatchObject([
      { code: 'ClientRetrievalFailed', message: /KubeFedCluster east cannot be reached/ },
    ]);
  });
});
