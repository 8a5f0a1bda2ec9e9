import { describe, expect, it } from 'vitest';
import type { MemoryCall } from '../../lib/adapters/memory/gate.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import type { ClusterResult, Job } from '../../lib/model/messages.ts';
import {
  PROPAGATED,
  PROPAGATION_FAILED,
  PROPAGATION_LATENCY_MS,
} from '../../lib/model/metric-names.ts';
import { MANAGED_LABEL } from '../../lib/model/names.ts';
import { KUBEFED_CLUSTERS, NAMESPACES } from '../../lib/model/resources.ts';
import type { ApiError } from '../../lib/ports.ts';
import { DONE, RETRY } from '../../lib/stages/verdict.ts';
import { SHOP, type TestFederation, testFederation } from './federation.ts';
import {
  CONFIG_MAP,
  DEPLOYMENT,
  type FederatedParts,
  KUBEFED_NAMESPACE,
  kubeFedCluster,
  NAMESPACE,
  overriding,
  placedIn,
} from './objects.ts';

const A = { namespace: SHOP, name: 'a' };
const RED = { name: 'a', clusters: ['east', 'west'], template: { data: { color: 'red' } } };
const EDIT = { spec: { template: { data: { color: 'green' } } } };
const OURS = { [MANAGED_LABEL]: 'true' };

type Options = Parameters<typeof testFederation>[0];

/** A federation with the FederatedConfigMap `a` and the jobs that its plan gave out. */
async function planned(parts: Partial<FederatedParts> = {}, options: Options = {}) {
  const federation = testFederation(options);
  await federation.plan([await federation.createFederated(CONFIG_MAP, { ...RED, ...parts })]);
  return { ...federation, given: federation.jobs.take() };
}

/** The same, with the object in sync; the jobs are those of the next plan. */
async function inSync(parts: Partial<FederatedParts> = {}, options: Options = {}) {
  const federation = testFederation(options);
  await federation.settle([await federation.createFederated(CONFIG_MAP, { ...RED, ...parts })]);
  return federation;
}

async function jobsAfter(federation: TestFederation, act: () => Promise<unknown>): Promise<Job[]> {
  await act();
  await federation.plan([federation.change(CONFIG_MAP, 'a')]);
  return federation.jobs.take();
}

/** @returns what was reported so far, each report sorted by cluster */
function results(federation: TestFederation): ClusterResult[] {
  return federation.outcomes.sent.flatMap((outcome) =>
    outcome.results.toSorted((a, b) => (a.cluster < b.cluster ? -1 : 1)),
  );
}

/** @returns a fault hook that refuses one kind of call, some times or always */
function refusing(verb: string, error: Partial<ApiError>, times = Number.POSITIVE_INFINITY) {
  let left = times;
  return (call: MemoryCall): ApiError | undefined =>
    call.verb === verb && left-- > 0 ? { kind: 'ServerError', message: 'no', ...error } : undefined;
}

describe('apply ensure', () => {
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

  it('reads the federated object once for all members', async () => {
    const federation = await planned();
    const before = federation.host.calls.get;
    await federation.apply(federation.given);

    expect(federation.host.calls.get - before).toBe(1);
  });

  it('does not let a slow member hold up what another has to report', async () => {
    const federation = await planned();
    federation.member('west').fail = async () => {
      await federation.clock.sleep(3_000);
      return undefined;
    };
    const applying = federation.apply(federation.given);
    await federation.clock.advance(1_000);
    expect(results(federation)).toMatchObject([{ cluster: 'east', code: 'OK' }]);

    await federation.clock.advance(3_000);
    expect(await applying).toEqual([DONE, DONE]);
    expect(results(federation)).toMatchObject([{ cluster: 'east' }, { cluster: 'west' }]);
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
      federation.host.patch(CONFIG_MAP.federated, A, EDIT),
    );
    federation.member('east').fail = refusing('replace', { kind: 'Conflict' }, 3);

    expect(await federation.apply(jobs)).toEqual([DONE]);
    expect(results(federation)).toMatchObject([{ code: 'OK', wrote: true }]);
  });

  it('gives up for now on an object that changes all the time', async () => {
    const federation = await inSync({ clusters: ['east'] });
    const jobs = await jobsAfter(federation, () =>
      federation.host.patch(CONFIG_MAP.federated, A, EDIT),
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
      federation.host.patch(CONFIG_MAP.federated, A, EDIT),
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

  it('stops trying a member that has been found dead', async () => {
    const federation = await planned({ clusters: ['east'] });
    await federation.clock.advance(10_000);
    federation.host.seed(KUBEFED_CLUSTERS, kubeFedCluster('east', { ready: false }));

    expect(await federation.apply(federation.given, 2)).toEqual([DONE]);
    expect(results(federation)).toMatchObject([{ cluster: 'east', code: 'ClusterNotReady' }]);
  });

  it('drops a job for a member that has left the federation', async () => {
    const federation = await planned({ clusters: ['east'] });
    await federation.clock.advance(10_000);
    await federation.host.delete(KUBEFED_CLUSTERS, { namespace: KUBEFED_NAMESPACE, name: 'east' });

    expect(await federation.apply(federation.given, 2)).toEqual([DONE]);
    expect(federation.outcomes.sent).toEqual([]);
  });

  it.each<[string, (federation: TestFederation) => Promise<unknown>]>([
    ['has been edited since', ({ host }) => host.patch(CONFIG_MAP.federated, A, EDIT)],
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

  it('does not remember what it has read when it tries again', async () => {
    const federation = await planned({ clusters: ['east'] });
    federation.member('east').fail = refusing('create', {});
    await federation.apply(federation.given);
    federation.member('east').fail = undefined;
    federation.outcomes.take();
    await federation.host.patch(CONFIG_MAP.federated, A, EDIT);

    expect(await federation.apply(federation.given, 2)).toEqual([DONE]);
    expect(federation.outcomes.sent).toEqual([]);
  });

  it('drops a job that was overtaken: its cluster has left the placement', async () => {
    const federation = await planned({ clusters: ['east'] });
    const spec = { placement: { clusterSelector: null, ...placedIn('west') } };
    await federation.host.patch(NAMESPACE.federated, { namespace: SHOP, name: SHOP }, { spec });

    expect(await federation.apply(federation.given, 2)).toEqual([DONE]);
    expect(federation.outcomes.sent).toEqual([]);
    expect(federation.target('east', CONFIG_MAP, 'a')).toBeUndefined();
  });

  it('does not call a later report the first', async () => {
    const federation = await planned({ clusters: ['east'] });
    federation.member('east').fail = refusing('create', {}, 1);
    await federation.apply(federation.given);
    await federation.apply(federation.given, 2);

    expect(federation.outcomes.sent).toMatchObject([
      { plan: { fresh: true }, results: [{ code: 'CreationFailed' }] },
      { plan: { fresh: false }, results: [{ code: 'OK' }] },
    ]);
  });

  it('tries again when the host cannot be read', async () => {
    const federation = await planned({ clusters: ['east'] });
    federation.host.fail = refusing('get', { kind: 'Unreachable' });

    expect(await federation.apply(federation.given)).toEqual([RETRY]);
    expect(federation.log.entries.at(-1)).toMatchObject({
      level: 'warn',
      message: 'job not applied, trying again',
      fields: { cluster: 'east', name: 'a' },
    });
  });

  it('applies the newest of several jobs of one object in one member', async () => {
    const federation = await planned({ clusters: ['east'] });
    const [first] = federation.given;
    await federation.host.patch(CONFIG_MAP.federated, A, EDIT);
    await federation.plan([federation.change(CONFIG_MAP, 'a')]);
    const jobs = [...federation.given, ...federation.jobs.take()];
    expect(first?.cluster).toBe('east');
    await federation.apply(jobs.filter(({ cluster }) => cluster === 'east'));

    expect(federation.outcomes.sent).toMatchObject([{ plan: { generation: 2 } }]);
    expect(federation.member('east').calls.create).toBe(1);
  });

  it('waits for all jobs before the batch fails because a report is not taken', async () => {
    const federation = await planned();
    federation.outcomes.refusal = new Error('queue away');
    let finished = false;
    federation.member('west').fail = async () => {
      await federation.clock.sleep(3_000);
      finished = true;
      return undefined;
    };
    const applying = federation.apply(federation.given).catch((error) => ({ error, finished }));
    await federation.clock.advance(5_000);

    expect(await applying).toMatchObject({ error: new Error('queue away'), finished: true });
  });
});

describe('apply remove', () => {
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

describe('apply release', () => {
  async function released(federation: TestFederation): Promise<Job[]> {
    const metadata = { annotations: { 'kubefed.io/orphan': 'true' } };
    await federation.host.patch(CONFIG_MAP.federated, A, { metadata });
    return jobsAfter(federation, () => federation.host.delete(CONFIG_MAP.federated, A));
  }

  it('takes our label off and leaves the object', async () => {
    const federation = await inSync();
    await federation.apply(await released(federation));

    const left = federation.target('east', CONFIG_MAP, 'a');
    expect(left).toMatchObject({ data: { color: 'red' } });
    expect(left?.['metadata']).not.toHaveProperty('labels');
    expect(results(federation)).toMatchObject([{ code: 'gone' }, { code: 'gone' }]);
  });

  it('has nothing to do where the label, or the object, is gone or going', async () => {
    const federation = await inSync();
    const jobs = await released(federation);
    await federation.member('east').delete(CONFIG_MAP.target, A);
    const held = { metadata: { finalizers: ['example.com/hold'] } };
    await federation.member('west').patch(CONFIG_MAP.target, A, held);
    await federation.member('west').delete(CONFIG_MAP.target, A);
    await federation.apply(jobs);
    await federation.apply(jobs);

    expect(federation.member('west').calls.patch).toBe(1);
    expect(results(federation).every(({ code }) => code === 'gone')).toBe(true);
  });

  it.each<[string, Partial<ApiError>, object, object]>([
    ['get', { kind: 'Unreachable' }, RETRY, { code: 'LabelRemovalFailed' }],
    ['patch', { kind: 'Forbidden' }, RETRY, { code: 'LabelRemovalFailed' }],
    ['patch', { kind: 'NotFound' }, DONE, { code: 'gone' }],
  ])('after a refused %s with %j', async (verb, error, verdict, result) => {
    const federation = await inSync({ clusters: ['east'] });
    const jobs = await released(federation);
    federation.member('east').fail = refusing(verb, error);

    expect(await federation.apply(jobs)).toEqual([verdict]);
    expect(results(federation)).toMatchObject([result]);
  });
});
