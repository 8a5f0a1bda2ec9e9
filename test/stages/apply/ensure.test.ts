import { describe, expect, it } from 'vitest';
import { PROPAGATED, PROPAGATION_LATENCY_MS } from '../../../lib/model/metric-names.ts';
import { MANAGED_LABEL } from '../../../lib/model/names.ts';
import { DONE } from '../../../lib/stages/verdict.ts';
import { A, GREEN, inSync } from '../config-map-a.ts';
import { SHOP, type TestFederation } from '../federation.ts';
import { CONFIG_MAP, NAMESPACE, placedIn } from '../objects.ts';
import { jobsAfter, planned, results } from './jobs.ts';

const OURS = { [MANAGED_LABEL]: 'true' };

describe('applyJob ensure', () => {
  it('creates the object in each member and reports once for both', async () => {
    const federation = await planned();

    expect(await federation.apply(federation.given)).toEqual([DONE, DONE]);

    expect(federation.outcomes.sent).toMatchObject([
      {
        ...{ ...A, type: 'configmaps' },
        results: [
          { cluster: 'east', code: 'OK', version: expect.stringMatching(/^rv:/), wrote: true },
          { cluster: 'west', code: 'OK', wrote: true },
        ],
      },
    ]);
    expect(federation.target('east', CONFIG_MAP, 'a')).toMatchObject({
      metadata: { labels: OURS },
      data: { color: 'red' },
    });
    expect(federation.metrics.total(PROPAGATED)).toBe(2);
    expect(federation.metrics.measurements).toContainEqual(
      expect.objectContaining({ name: PROPAGATION_LATENCY_MS }),
    );
  });

  it('writes nothing where the version on record is the live one', async () => {
    const federation = await inSync();
    const jobs = await jobsAfter(federation, async () => undefined);
    const before = federation.member('east').calls.replace;
    await federation.apply(jobs);

    expect(federation.member('east').calls.replace).toBe(before);
    expect(results(federation)).toMatchObject([{ code: 'OK', wrote: false }, { code: 'OK' }]);
  });

  it('updates what drifted, and tells that it wrote', async () => {
    const federation = await inSync();
    const jobs = await jobsAfter(federation, () =>
      federation.member('east').patch(CONFIG_MAP.target, A, { data: { color: 'blue' } }),
    );
    await federation.apply(jobs);

    expect(federation.target('east', CONFIG_MAP, 'a')).toMatchObject({ data: { color: 'red' } });
    expect(results(federation)).toMatchObject([
      { cluster: 'east', code: 'OK', wrote: true },
      { cluster: 'west', code: 'OK', wrote: false },
    ]);
  });

  it('creates again what has been deleted in the member', async () => {
    const federation = await inSync();
    const jobs = await jobsAfter(federation, () =>
      federation.member('east').delete(CONFIG_MAP.target, A),
    );
    await federation.apply(jobs);

    expect(federation.target('east', CONFIG_MAP, 'a')).toBeDefined();
  });

  it.each([
    ['Enabled', {}, 'red', [{ code: 'OK', wrote: true }]],
    ['Disabled', {}, 'foreign', [{ code: 'AlreadyExists', message: /adoptResources is Disabled/ }]],
    ['Disabled', OURS, 'red', [{ code: 'OK' }]],
    [
      'Enabled',
      { [MANAGED_LABEL]: 'false' },
      'foreign',
      [{ code: 'ManagedLabelFalse', message: /label kubefed.io\/managed: false/ }],
    ],
  ])('with adoption %s meets an object with the labels %j', async (...given) => {
    const [adoptResources, labels, color, expected] = given;
    const config = { scope: 'Cluster', syncController: { adoptResources } };
    const federation = await planned({ clusters: ['east'] }, { config });
    const object = { metadata: { ...A, labels }, data: { color: 'foreign' } };
    await federation.member('east').create(CONFIG_MAP.target, object);

    expect(await federation.apply(federation.given)).toEqual([DONE]);
    expect(federation.target('east', CONFIG_MAP, 'a')).toMatchObject({ data: { color } });
    expect(results(federation)).toMatchObject(expected);
  });

  it.each<[string, (federation: TestFederation) => Promise<unknown>]>([
    ['has been edited since', ({ host }) => host.patch(CONFIG_MAP.federated, A, GREEN)],
    ['is being deleted', ({ host }) => host.delete(CONFIG_MAP.federated, A)],
    [
      'is gone',
      async ({ host }) => {
        await host.patch(CONFIG_MAP.federated, A, { metadata: { finalizers: null } });
        await host.delete(CONFIG_MAP.federated, A);
      },
    ],
  ])('drops a job for an object that %s', async (_, act) => {
    const federation = await planned();
    await act(federation);

    expect(await federation.apply(federation.given)).toEqual([DONE, DONE]);
    expect(federation.outcomes.sent).toEqual([]);
    expect(federation.target('east', CONFIG_MAP, 'a')).toBeUndefined();
  });

  it('drops a job that was overtaken: its cluster has left the placement', async () => {
    const federation = await planned({ clusters: ['east'] });
    const spec = { placement: { clusterSelector: null, ...placedIn('west') } };
    await federation.host.patch(NAMESPACE.federated, { namespace: SHOP, name: SHOP }, { spec });

    expect(await federation.apply(federation.given, 2)).toEqual([DONE]);
    expect(federation.outcomes.sent).toEqual([]);
    expect(federation.target('east', CONFIG_MAP, 'a')).toBeUndefined();
  });
});
