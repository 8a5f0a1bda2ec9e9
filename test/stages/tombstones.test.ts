import { describe, expect, it } from 'vitest';
import { readTombstones } from '../../lib/core/tombstones.ts';
import { type JsonObject, stringAt } from '../../lib/model/json.ts';
import { MANAGED_LABEL } from '../../lib/model/names.ts';
import { CONFIG_MAPS, EVENTS, KUBEFED_CLUSTERS } from '../../lib/model/resources.ts';
import { sweepEverything } from '../../lib/stages/sweep.ts';
import { SHOP, type TestFederation, testFederation } from './federation.ts';
import { CONFIG_MAP, KUBEFED_NAMESPACE, kubeFedCluster } from './objects.ts';

const A = { namespace: SHOP, name: 'a' };
const DEADLINE_MS = 90_000;
const EAST = { namespace: KUBEFED_NAMESPACE, name: 'east' };

/** A federation with `a` in both members, of which `east` is out of reach by now. */
async function withEastLost(metadata: JsonObject = {}): Promise<TestFederation> {
  const config = { scope: 'Cluster', syncController: { deletionDeadline: '90s' } };
  const federation = testFederation({ config });
  const parts = { name: 'a', clusters: ['east', 'west'], metadata: { ...A, ...metadata } };
  await federation.settle([await federation.createFederated(CONFIG_MAP, parts)]);
  federation.member('east').down = true;
  await setReady(federation, false);
  return federation;
}

async function setReady(federation: TestFederation, ready: boolean): Promise<void> {
  const { status } = kubeFedCluster('east', { ready });
  await federation.host.patch(KUBEFED_CLUSTERS, EAST, { status: status ?? null }, 'status');
  await federation.clock.advance(10_000);
}

async function deleteA(federation: TestFederation): Promise<void> {
  await federation.host.delete(CONFIG_MAP.federated, A);
  await federation.settle([federation.change(CONFIG_MAP, 'a')]);
}

async function passDeadline(federation: TestFederation): Promise<void> {
  await federation.clock.advance(DEADLINE_MS);
  await sweepOverdue(federation);
}

const sweepOverdue = (federation: TestFederation) =>
  federation.settle([{ ...sweepEverything(federation.clock), overdue: true }]);

async function returns(federation: TestFederation): Promise<void> {
  federation.member('east').down = false;
  await setReady(federation, true);
  await federation.settle([sweepEverything(federation.clock)]);
}

const buried = (federation: TestFederation) =>
  federation.host.peekAll(CONFIG_MAPS, KUBEFED_NAMESPACE).flatMap(readTombstones);
const host = (federation: TestFederation) => federation.federatedObject(CONFIG_MAP, 'a');
const inEast = (federation: TestFederation) => federation.target('east', CONFIG_MAP, 'a');

describe('a deletion that a member cannot hear of', () => {
  it('names the member and the deadline in status and event, and does not hold up the others', async () => {
    const federation = await withEastLost();
    await deleteA(federation);

    const until = /waits for cluster east until 2026-01-01T00:01:40Z/;
    expect(host(federation)).toMatchObject({
      status: {
        clusters: [
          { name: 'east', status: 'ClusterNotReady', message: expect.stringMatching(until) },
        ],
      },
    });
    expect(federation.host.peekAll(EVENTS)).toMatchObject([
      { reason: 'ClusterNotReady', message: expect.stringMatching(until) },
    ]);
    expect(federation.target('west', CONFIG_MAP, 'a')).toBeUndefined();
  });

  it('is not told anew by another pass', async () => {
    const federation = await withEastLost();
    await deleteA(federation);
    const before = federation.host.calls.patch;
    await federation.clock.advance(10_000);
    await federation.settle([federation.change(CONFIG_MAP, 'a')]);

    expect(federation.host.calls.patch).toBe(before);
  });

  it('is not looked at before its deadline', async () => {
    const federation = await withEastLost();
    await deleteA(federation);
    await federation.clock.advance(DEADLINE_MS - 20_000);
    await federation.plan([{ ...sweepEverything(federation.clock), overdue: true }]);

    expect(federation.changes.take()).toEqual([]);
  });

  it('ends at the deadline, with a tombstone that holds keys alone', async () => {
    const federation = await withEastLost();
    await deleteA(federation);
    const uid = stringAt(host(federation), 'metadata', 'uid');
    await passDeadline(federation);

    expect(host(federation)).toBeUndefined();
    expect(buried(federation)).toEqual([{ type: 'configmaps', ...A, uid, action: 'remove' }]);
    expect(federation.host.peekAll(CONFIG_MAPS, KUBEFED_NAMESPACE)).toMatchObject([
      { metadata: { ownerReferences: [{ kind: 'KubeFedCluster', name: 'east' }] } },
    ]);
  });

  it('is made up for when the member is back, and the tombstone dropped', async () => {
    const federation = await withEastLost();
    await deleteA(federation);
    await passDeadline(federation);
    await returns(federation);

    expect(inEast(federation)).toBeUndefined();
    expect(buried(federation)).toEqual([]);
  });

  it('is made up for too when the watch of the member is the first to notice', async () => {
    const federation = await withEastLost();
    await deleteA(federation);
    await passDeadline(federation);
    federation.member('east').down = false;
    await setReady(federation, true);
    const drift = { cause: 'drift', cluster: 'east' } as const;
    await federation.settle([federation.change(CONFIG_MAP, 'a', drift)]);

    expect(inEast(federation)).toBeUndefined();
    expect(buried(federation)).toEqual([]);
  });

  it('waits while the member stays away', async () => {
    const federation = await withEastLost();
    await deleteA(federation);
    await passDeadline(federation);
    await federation.settle([sweepEverything(federation.clock)]);

    expect(buried(federation)).toHaveLength(1);
  });

  it('spares the object of one that has been made anew under its name', async () => {
    const federation = await withEastLost();
    await deleteA(federation);
    await passDeadline(federation);
    const parts = { name: 'a', clusters: ['east'], template: { data: { color: 'blue' } } };
    await federation.settle([await federation.createFederated(CONFIG_MAP, parts)]);
    await returns(federation);

    expect(inEast(federation)).toMatchObject({ data: { color: 'blue' } });
    expect(host(federation)).toMatchObject({ status: { clusters: [{ name: 'east' }] } });
    expect(buried(federation)).toEqual([]);
  });

  it('removes the old object where the one made anew is not placed', async () => {
    const federation = await withEastLost();
    await deleteA(federation);
    await passDeadline(federation);
    const parts = { name: 'a', clusters: ['west'] };
    await federation.settle([await federation.createFederated(CONFIG_MAP, parts)]);
    await returns(federation);

    expect(inEast(federation)).toBeUndefined();
    expect(federation.target('west', CONFIG_MAP, 'a')).toBeDefined();
    expect(buried(federation)).toEqual([]);
  });

  it('does not touch what is made anew while the removal is on its way', async () => {
    const federation = await withEastLost();
    await deleteA(federation);
    await passDeadline(federation);
    federation.member('east').down = false;
    await setReady(federation, true);
    await federation.plan([sweepEverything(federation.clock)]);
    await federation.plan(federation.changes.take());
    const jobs = federation.jobs.take().filter(({ name }) => name === 'a');
    await federation.createFederated(CONFIG_MAP, { name: 'a', clusters: ['east'] });
    await federation.apply(jobs);

    expect(jobs).toHaveLength(1);
    expect(inEast(federation)).toBeDefined();
  });

  it('spares an object that does not carry our label any more', async () => {
    const federation = await withEastLost();
    await deleteA(federation);
    await passDeadline(federation);
    const east = federation.member('east');
    east.down = false;
    await east.patch(CONFIG_MAP.target, A, { metadata: { labels: { [MANAGED_LABEL]: null } } });
    await returns(federation);

    expect(inEast(federation)).toBeDefined();
    expect(buried(federation)).toEqual([]);
  });

  it('takes the label off, for an orphan', async () => {
    const federation = await withEastLost({ annotations: { 'kubefed.io/orphan': 'true' } });
    await deleteA(federation);
    await passDeadline(federation);
    expect(host(federation)).toBeUndefined();
    await returns(federation);

    expect(stringAt(inEast(federation), 'metadata', 'labels', MANAGED_LABEL)).toBeUndefined();
    expect(inEast(federation)).toBeDefined();
    expect(buried(federation)).toEqual([]);
  });

  it('keeps its delete options', async () => {
    const deleteoption = '{"gracePeriodSeconds":5}';
    const annotations = { 'kubefed.io/deleteoption': deleteoption };
    const federation = await withEastLost({ annotations });
    await deleteA(federation);
    await passDeadline(federation);

    expect(buried(federation)).toMatchObject([{ deleteOptions: deleteoption }]);
  });

  it('waits for an annotation that cannot be understood', async () => {
    const federation = await withEastLost({ annotations: { 'kubefed.io/deleteoption': 'now' } });
    await deleteA(federation);
    await passDeadline(federation);

    expect(host(federation)).toBeDefined();
    expect(buried(federation)).toEqual([]);
  });

  it('ends at once when the member is unjoined', async () => {
    const federation = await withEastLost();
    await deleteA(federation);
    await federation.host.delete(KUBEFED_CLUSTERS, EAST);
    await federation.clock.advance(10_000);
    await federation.settle([sweepEverything(federation.clock)]);

    expect(host(federation)).toBeUndefined();
    expect(buried(federation)).toEqual([]);
  });

  it('is nothing to another cluster that joins under the name', async () => {
    const federation = await withEastLost();
    await deleteA(federation);
    await passDeadline(federation);
    await federation.host.delete(KUBEFED_CLUSTERS, EAST);
    await federation.host.create(KUBEFED_CLUSTERS, kubeFedCluster('east', {}));
    await returns(federation);

    expect(inEast(federation)).toBeDefined();
  });

  it('does not end while its tombstone cannot be written', async () => {
    const federation = await withEastLost();
    await deleteA(federation);
    await federation.clock.advance(DEADLINE_MS);
    await federation.plan([federation.change(CONFIG_MAP, 'a')]);
    await federation.apply(federation.jobs.take());
    const outcomes = federation.outcomes.take();
    federation.host.down = true;
    await federation.status(outcomes);
    federation.host.down = false;
    expect(host(federation)).toBeDefined();

    await federation.status(outcomes, 2);
    expect(host(federation)).toBeUndefined();
  });
});
