import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../lib/model/json.ts';
import type { Job } from '../../../lib/model/messages.ts';
import { MANAGED_LABEL } from '../../../lib/model/names.ts';
import { NAMESPACES } from '../../../lib/model/resources.ts';
import type { ApiError } from '../../../lib/ports.ts';
import { DONE, RETRY } from '../../../lib/stages/verdict.ts';
import { A, inSync } from '../config-map-a.ts';
import { SHOP, type TestFederation, testFederation } from '../federation.ts';
import { CONFIG_MAP, NAMESPACE, placedIn } from '../objects.ts';
import { jobsAfter, refusing, results } from './jobs.ts';

const OURS = { [MANAGED_LABEL]: 'true' };

describe('applyJob remove', () => {
  const unplace = (federation: TestFederation) =>
    jobsAfter(federation, () =>
      federation.host.patch(CONFIG_MAP.federated, A, { spec: { placement: placedIn('west') } }),
    );
  const ofEast = (jobs: Job[]) => jobs.filter(({ cluster }) => cluster === 'east');

  it('deletes what is ours, no other of that name, in the background', async () => {
    const federation = await inSync();
    const seen: unknown[] = [];
    const east = federation.member('east');
    const remove = east.delete.bind(east);
    east.delete = (resource, key, options) => {
      seen.push(options);
      return remove(resource, key, options);
    };
    const uid = Object(federation.target('east', CONFIG_MAP, 'a')?.['metadata']).uid;
    await federation.apply(ofEast(await unplace(federation)));

    expect(seen).toEqual([{ propagationPolicy: 'Background', preconditions: { uid } }]);
    expect(federation.target('east', CONFIG_MAP, 'a')).toBeUndefined();
    expect(results(federation)).toEqual([{ cluster: 'east', code: 'gone' }]);
  });

  it('leaves alone what does not carry our label, and what is gone', async () => {
    const federation = await inSync();
    const jobs = ofEast(await unplace(federation));
    const labels = { metadata: { labels: { [MANAGED_LABEL]: null } } };
    await federation.member('east').patch(CONFIG_MAP.target, A, labels);
    await federation.apply(jobs);
    expect(federation.target('east', CONFIG_MAP, 'a')).toBeDefined();

    await federation.member('east').delete(CONFIG_MAP.target, A);
    await federation.apply(jobs);

    expect(results(federation)).toMatchObject([{ code: 'gone' }, { code: 'gone' }]);
  });

  it('waits for what takes its time to go, and tells it once', async () => {
    const federation = await inSync();
    const metadata = { finalizers: ['example.com/hold'] };
    await federation.member('east').patch(CONFIG_MAP.target, A, { metadata });
    const jobs = ofEast(await unplace(federation));

    expect(await federation.apply(jobs)).toEqual([RETRY]);
    expect(await federation.apply(jobs, 2)).toEqual([RETRY]);
    expect(results(federation)).toEqual([{ cluster: 'east', code: 'WaitingForRemoval' }]);
    await federation.member('east').patch(CONFIG_MAP.target, A, { metadata: { finalizers: null } });
    expect(await federation.apply(jobs, 3)).toEqual([DONE]);
    expect(results(federation)).toMatchObject([{}, { code: 'gone' }]);
  });

  it('stops waiting after seven tries', async () => {
    const federation = await inSync();
    const metadata = { finalizers: ['example.com/hold'] };
    await federation.member('east').patch(CONFIG_MAP.target, A, { metadata });
    const jobs = ofEast(await unplace(federation));

    expect(await federation.apply(jobs, 6)).toEqual([RETRY]);
    expect(await federation.apply(jobs, 7)).toEqual([DONE]);
  });

  it.each<[string, Partial<ApiError>, object, object]>([
    ['get', { kind: 'Unreachable' }, RETRY, { code: 'DeletionFailed' }],
    ['delete', { kind: 'Forbidden' }, RETRY, { code: 'DeletionFailed' }],
    ['delete', { kind: 'NotFound' }, DONE, { code: 'gone' }],
    ['delete', { kind: 'Conflict' }, RETRY, { code: 'DeletionFailed' }],
  ])('after a refused %s with %j', async (verb, error, verdict, result) => {
    const federation = await inSync();
    const jobs = ofEast(await unplace(federation));
    federation.member('east').fail = refusing(verb, error);

    expect(await federation.apply(jobs)).toEqual([verdict]);
    expect(results(federation)).toMatchObject([result]);
  });

  it('drops a removal that was overtaken: its cluster has come back into the placement', async () => {
    const federation = await inSync();
    const spec = (next: JsonObject) => ({
      spec: { placement: { clusterSelector: null, ...next } },
    });
    const namespace = { namespace: SHOP, name: SHOP };
    await federation.host.patch(NAMESPACE.federated, namespace, spec(placedIn('west')));
    await federation.clock.advance(10_000);
    const [job] = ofEast(await jobsAfter(federation, async () => undefined));
    expect(job).toMatchObject({ action: 'remove' });
    await federation.host.patch(NAMESPACE.federated, namespace, spec(placedIn('east')));

    expect(await federation.apply(job === undefined ? [] : [job], 2)).toEqual([DONE]);
    expect(federation.target('east', CONFIG_MAP, 'a')).toBeDefined();
    expect(federation.outcomes.sent).toEqual([]);
  });

  it.each<[string, string, JsonObject[]]>([
    ['passes on', '{"gracePeriodSeconds":0,"propagationPolicy":"Orphan"}', [{ code: 'gone' }]],
    ['refuses', '{"gracePeriodSeconds":', [{ code: 'DeletionFailed' }]],
    ['refuses', '[]', [{ code: 'DeletionFailed' }]],
  ])('%s delete options %s', async (_, options, expected) => {
    const federation = await inSync({ clusters: ['east'] });
    const metadata = { annotations: { 'kubefed.io/deleteoption': options } };
    await federation.host.patch(CONFIG_MAP.federated, A, { metadata });
    const jobs = await jobsAfter(federation, () => federation.host.delete(CONFIG_MAP.federated, A));

    expect(await federation.apply(jobs)).toEqual([DONE]);
    expect(results(federation)).toMatchObject(expected);
  });

  it("takes no more than the label off the host's own Namespace", async () => {
    const federation = testFederation({ members: ['east'] });
    const own = federation.host.peek(NAMESPACES, { name: SHOP });
    federation.member('east').seed(NAMESPACES, {
      ...own,
      metadata: { ...Object(own?.['metadata']), labels: OURS },
    });
    const change = federation.change(NAMESPACE, SHOP, { cluster: 'east' });
    const spec = { placement: { clusterSelector: null, clusters: [] } };
    await federation.host.patch(NAMESPACE.federated, { namespace: SHOP, name: SHOP }, { spec });
    await federation.plan([change]);
    const jobs = federation.jobs.take();
    expect(jobs).toMatchObject([{ cluster: 'east', action: 'remove' }]);
    await federation.apply(jobs);

    const left = federation.target('east', NAMESPACE, SHOP);
    expect(left).toBeDefined();
    expect(Object(left?.['metadata']).labels ?? {}).not.toHaveProperty(MANAGED_LABEL);
    expect(results(federation)).toEqual([{ cluster: 'east', code: 'gone' }]);
  });

  it("adopts the host's own Namespace even where adoption is disabled", async () => {
    const config = { scope: 'Cluster', syncController: { adoptResources: 'Disabled' } };
    const federation = testFederation({ members: ['east'], config });
    const own = federation.host.peek(NAMESPACES, { name: SHOP });
    federation.member('east').seed(NAMESPACES, { ...own });
    await federation.plan([federation.change(NAMESPACE, SHOP)]);
    await federation.apply(federation.jobs.take());

    expect(results(federation)).toMatchObject([{ code: 'OK' }]);
  });

  it('does not hold the host up for a Namespace that goes with its own', async () => {
    const federation = testFederation({ members: ['east'] });
    await federation.settle([federation.change(NAMESPACE, SHOP)]);
    const east = federation.member('east');
    await east.patch(
      NAMESPACES,
      { name: SHOP },
      { metadata: { finalizers: ['example.com/hold'] } },
    );
    await federation.host.delete(NAMESPACES, { name: SHOP });
    await federation.plan([federation.change(NAMESPACE, SHOP)]);

    expect(await federation.apply(federation.jobs.take())).toEqual([DONE]);
    expect(results(federation)).toEqual([{ cluster: 'east', code: 'gone' }]);
  });
});
