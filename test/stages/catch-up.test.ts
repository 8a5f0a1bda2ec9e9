import { describe, expect, it } from 'vitest';
import type { Change, Job, Sweep } from '../../lib/model/messages.ts';
import { KUBEFED_CLUSTERS } from '../../lib/model/resources.ts';
import { callsSince, SHOP, type TestFederation } from './federation.ts';
import { CONFIG_MAP } from './objects.ts';
import { EAST, settle, start, watched } from './watch/watched.ts';

const WAITING = 600;
/** what a worker of apply takes at a time, and how many there are by default */
const BATCH = 10;
const WORKERS = 20;
/** beside the streams of the new watch */
const READ_AND_WRITTEN = { get: 1_000, replace: 1_000, watch: expect.any(Number) };
const name = (index: number) => `o-${index}`;

/** A watched federation in sync, with that many FederatedConfigMaps in both members. */
async function withObjects(count: number) {
  const life = await watched();
  for (let index = 0; index < count; index++) await create(life.federation, index);
  await settle(life.federation);
  return life;
}

async function create(federation: TestFederation, index: number): Promise<void> {
  const parts = { name: name(index), clusters: ['east', 'west'], template: { data: { v: '1' } } };
  await federation.createFederated(CONFIG_MAP, parts);
}

/** Nobody watches, plans or applies meanwhile. */
async function editEach(federation: TestFederation, count: number): Promise<void> {
  const spec = { template: { data: { v: '2' } } };
  for (let index = 0; index < count; index++) {
    const key = { namespace: SHOP, name: name(index) };
    await federation.host.patch(CONFIG_MAP.federated, key, { spec });
  }
}

function objectsOf(messages: readonly (Change | Sweep)[]): string[] {
  return messages.flatMap((message) => (message.kind === 'object' ? message.name : []));
}

/** Counts calls from now on. */
function callsFromNow({ host, member }: TestFederation) {
  const [east, west] = [member('east'), member('west')];
  const before = [host, east, west].map(({ calls }) => ({ ...calls }));
  return () => [host, east, west].map((cluster, index) => callsSince(cluster, before[index] ?? {}));
}

/** A watch ends, objects are edited, and another one begins where it ended. */
async function away(objects: number, edited: number, meanwhile?: (life: TestFederation) => void) {
  const { federation, watch } = await withObjects(objects);
  const stopping = watch.stop();
  await federation.clock.advance(10);
  const checkpoint = await stopping;
  await editEach(federation, edited);
  meanwhile?.(federation);
  const calls = callsFromNow(federation);
  start(federation, checkpoint);
  await federation.clock.advance(1_000);
  return { federation, calls };
}

describe('a control plane that was away during edits', () => {
  it('needs one message for each of 1,000 that changed, and writes those alone', async () => {
    const { federation, calls } = await away(1_200, 1_000);

    expect(federation.changes.sent).toHaveLength(1_000);
    expect(new Set(objectsOf(federation.changes.sent)).size).toBe(1_000);
    await settle(federation);
    const [host, east, west] = calls();
    expect(east).toEqual({ ...READ_AND_WRITTEN, total: expect.any(Number) });
    expect(west).toEqual({ ...READ_AND_WRITTEN, total: expect.any(Number) });
    expect(host).toMatchObject({ patch: 2_000 });
    expect(federation.changes.sent).toEqual([]);
  }, 60_000);

  it('looks at every object when no API server remembers, and still writes those alone', async () => {
    const { federation, calls } = await away(300, 250, ({ host, member }) => {
      for (const cluster of [host, member('east'), member('west')]) cluster.compact();
    });

    expect(objectsOf(federation.changes.sent).filter((each) => each !== SHOP)).toHaveLength(300);
    await settle(federation);
    const [host, east, west] = calls();
    for (const member of [east, west]) {
      expect(member).toMatchObject({ replace: 250 });
      for (const verb of ['create', 'patch', 'delete']) expect(member).not.toHaveProperty(verb);
    }
    expect(host).toMatchObject({ patch: 500 });
    expect(federation.changes.sent).toEqual([]);
  }, 60_000);
});

describe('a member that returns', () => {
  it('gets all 600 objects that waited, by one message each, never more at a time than there are workers', async () => {
    const life = await watched();
    const { federation, clock, changes, jobs, outcomes } = life;
    await setReady(federation, false);
    await settle(federation);
    for (let index = 0; index < WAITING; index++) await create(federation, index);
    await settle(federation);
    const calls = callsFromNow(federation);
    await setReady(federation, true);
    await clock.advance(1_000);

    const [sweep, ...others] = changes.take();
    expect(sweep).toMatchObject({ kind: 'sweep', type: '*', cause: 'cluster' });
    expect(others).toEqual([]);
    await federation.plan(sweep === undefined ? [] : [sweep]);
    expect(objectsOf(changes.sent).sort()).toEqual(
      [...Array.from({ length: WAITING }, (_, i) => name(i)), SHOP].sort(),
    );
    await federation.plan(changes.take());
    const planned = jobs.take();
    expect(planned.filter(({ cluster }) => cluster === 'east')).toHaveLength(WAITING + 1);
    const most = await mostAtOnce(federation, planned);
    expect(most).toBeGreaterThan(BATCH);
    expect(most).toBeLessThanOrEqual(WORKERS * BATCH);
    await federation.status(outcomes.take());
    await settle(federation);

    const [host, east, west] = calls();
    expect(east).toMatchObject({ create: WAITING });
    expect(west).toEqual({ get: WAITING + 1, total: WAITING + 1 });
    expect(host).toMatchObject({ patch: 2 * (WAITING + 1) });
    expect(changes.sent).toEqual([]);
  }, 60_000);
});

async function setReady({ host, clock }: TestFederation, ready: boolean): Promise<void> {
  const lastTransitionTime = new Date(clock.nowMs()).toISOString();
  const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime }];
  await host.patch(KUBEFED_CLUSTERS, EAST, { status: { conditions } }, 'status');
}

/** Has workers take the jobs as Lambda does. @returns the most creates in `east` that were under way together */
async function mostAtOnce(federation: TestFederation, planned: Job[]): Promise<number> {
  const east = federation.member('east');
  const { create: createThere } = east;
  let running = 0;
  let most = 0;
  east.create = async (...args) => {
    running += 1;
    most = Math.max(most, running);
    const created = await createThere(...args);
    running -= 1;
    return created;
  };
  const worker = async () => {
    while (planned.length > 0) await federation.apply(planned.splice(0, BATCH));
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));
  return most;
}
