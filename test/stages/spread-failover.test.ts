import { describe, expect, it } from 'vitest';
import { type PreferenceFederation, preferenceFederation, settled } from './preferences.ts';

const EVEN = { east: 3, north: 3, west: 3 };
const MOVED = { east: 3, north: 4, west: 5 };

async function pass(federation: PreferenceFederation, seconds = 0) {
  await federation.clock.advance(seconds * 1000);
  await federation.pass();
  return federation.told();
}

/** A federation whose east was lost: the others run all replicas. */
async function withoutEast(spec = {}) {
  const federation = preferenceFederation(spec);
  await settled(federation);
  federation.setReady('east', false);
  await pass(federation);
  await pass(federation, Number(Object(spec).failoverDelaySeconds ?? 60));
  federation.run('north');
  federation.run('west');
  return federation;
}

describe('failover', () => {
  it('moves the replicas of a lost cluster after the delay, and says when', async () => {
    const federation = preferenceFederation();
    await settled(federation);
    federation.setReady('east', false);
    expect(await pass(federation)).toEqual(EVEN);
    expect(federation.status().clusters[0]).toMatchObject({ name: 'east', state: 'Held' });
    const dueMs = Date.parse(federation.status().recheckAt);
    expect(dueMs - federation.clock.nowMs()).toBe(60_000);

    expect(await pass(federation, 59)).toEqual(EVEN);
    expect(await pass(federation, 1)).toEqual(MOVED);
    expect(federation.status()).toMatchObject({
      conditions: [{ status: 'True', message: expect.stringContaining('lost: east') }],
      clusters: [{ name: 'east', state: 'Lost', lost: true, losses: 1 }, {}, {}],
    });
    expect(federation.status()).not.toHaveProperty('recheckAt');
  });

  it('takes the delay from the preference', async () => {
    const federation = await withoutEast({ failoverDelaySeconds: 5 });
    expect(federation.told()).toEqual(MOVED);
  });

  it('moves them back once the cluster is Ready for a while, never more than run there', async () => {
    const federation = await withoutEast();
    federation.run('east', 0);
    federation.setReady('east', true);
    expect(await pass(federation)).toEqual(MOVED);
    expect(await pass(federation, 19)).toEqual(MOVED);
    // It may be used again, but none of its pods is Ready yet: the others keep theirs.
    expect(await pass(federation, 1)).toEqual(MOVED);
    expect(federation.condition()).toMatchObject({ status: 'True', reason: 'HandingOver' });
    federation.run('east', 2);
    const between = await pass(federation);
    expect((between['north'] ?? 0) + (between['west'] ?? 0)).toBe(7);
    federation.run('east', 3);
    expect(await pass(federation)).toEqual(EVEN);
    expect(federation.condition()).toMatchObject({ status: 'True', reason: 'Scheduled' });
  });

  it('writes nothing for a cluster that flaps faster than the delay', async () => {
    const federation = preferenceFederation();
    await settled(federation);
    const before = federation.federatedNow()['metadata'];
    for (let times = 0; times < 10; times++) {
      federation.setReady('east', times % 2 === 1);
      await pass(federation, 30);
    }
    expect(federation.federatedNow()['metadata']).toEqual(before);
  });

  it('waits twice as long after each loss within an hour', async () => {
    const federation = await withoutEast();
    federation.setReady('east', true);
    await pass(federation, 20);
    federation.run('east');
    expect(await pass(federation)).toEqual(EVEN);
    federation.setReady('east', false);
    await pass(federation, 60);
    expect(federation.status().clusters[0]).toMatchObject({ lost: true, losses: 2 });
    federation.run('north');
    federation.run('west');
    federation.setReady('east', true);
    expect(await pass(federation, 39)).toEqual(MOVED);
    expect(await pass(federation, 1)).toEqual(EVEN);
  });

  it('changes nothing when every cluster is lost', async () => {
    const federation = preferenceFederation();
    await settled(federation);
    for (const name of ['east', 'north', 'west']) federation.setReady(name, false);
    await pass(federation);
    expect(await pass(federation, 60)).toEqual(EVEN);
    expect(federation.condition()).toMatchObject({ status: 'False', reason: 'NoClusters' });
  });

  it('gives a cordoned cluster nothing new, and empties a drained one as others take over', async () => {
    const federation = preferenceFederation();
    await settled(federation);
    federation.setReady('east', true, { 'kubefed.io/cordoned': 'true' });
    expect(await pass(federation)).toEqual(EVEN);
    federation.setReady('east', true, { 'kubefed.io/drained': 'true' });
    expect(await pass(federation)).toEqual(MOVED);
    federation.run('west', 4);
    expect(await pass(federation)).toEqual({ ...MOVED, east: 2 });
    await settled(federation);
    expect(federation.told()).toEqual({ ...MOVED, east: 0 });
    federation.setReady('east', true);
    await settled(federation);
    expect(federation.told()).toEqual(EVEN);
  });

  it('holds a paused cluster', async () => {
    const federation = preferenceFederation();
    await settled(federation);
    federation.setReady('east', false, { 'kubefed.io/paused': 'true' });
    expect(await pass(federation, 600)).toEqual(EVEN);
    expect(federation.status().clusters[0]).toMatchObject({ state: 'Paused' });
  });
});
