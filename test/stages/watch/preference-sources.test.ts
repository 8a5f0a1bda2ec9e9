import { describe, expect, it } from 'vitest';
import { KUBEFED_CLUSTERS } from '../../../lib/model/resources.ts';
import { PREFERENCES } from '../../../lib/model/scheduling.ts';
import {
  type FederationWatch,
  federationWatch,
} from '../../../lib/stages/watch/federation-watch.ts';
import type { Checkpoint } from '../../../lib/stages/watch/lease.ts';
import { SHOP } from '../federation.ts';
import { DEPLOYMENT, KUBEFED_NAMESPACE, NAMESPACE } from '../objects.ts';
import { type PreferenceFederation, preferenceFederation, WEB } from '../preferences.ts';

const TARGET = DEPLOYMENT.target;

async function watched(from: Checkpoint = {}, federation = preferenceFederation()) {
  const watch = federationWatch(federation.ports, from);
  await told(federation, watch);
  await told(federation, watch);
  return { federation, watch };
}

/** @returns what has been told of preferences by the next checkpoint */
async function told(
  { clock, sent }: PreferenceFederation,
  watch: FederationWatch,
): Promise<string[]> {
  await clock.advance(1_000);
  const done = watch.checkpoint();
  await clock.advance(1_000);
  await done;
  return sent.take().map((message) => {
    if (message.kind === 'all') return 'all';
    const gone = message.goneTargetKind === undefined ? '' : ` without ${message.goneTargetKind}`;
    return `${message.namespace}/${message.name}${gone}`;
  });
}

async function running() {
  const { federation, watch } = await watched();
  await federation.pass();
  federation.run('east');
  await told(federation, watch);
  return { federation, watch };
}

describe('preferenceWatch', () => {
  it.each([
    {
      what: 'a changed preference',
      act: (f: PreferenceFederation) =>
        f.host.patch(PREFERENCES, WEB, { spec: { totalReplicas: 12 } }),
      tells: ['shop/web'],
    },
    {
      what: 'a new preference',
      act: (f: PreferenceFederation) =>
        f.host.create(PREFERENCES, { metadata: { ...WEB, name: 'other' }, spec: {} }),
      tells: ['shop/other'],
    },
    {
      what: 'a deleted preference, with what it was about',
      act: (f: PreferenceFederation) => f.host.delete(PREFERENCES, WEB),
      tells: ['shop/web without FederatedDeployment'],
    },
    {
      what: 'the status of a preference, which we write',
      act: (f: PreferenceFederation) =>
        f.host.patch(PREFERENCES, WEB, { status: { unplaced: 1 } }, 'status'),
      tells: [],
    },
    {
      what: 'an edited federated object',
      act: (f: PreferenceFederation) =>
        f.host.patch(DEPLOYMENT.federated, WEB, { spec: { overrides: [] } }),
      tells: ['shop/web'],
    },
    {
      what: 'the status of the federated object',
      act: (f: PreferenceFederation) =>
        f.host.patch(DEPLOYMENT.federated, WEB, { status: { clusters: [] } }, 'status'),
      tells: [],
    },
    {
      what: 'another placement of the namespace',
      act: (f: PreferenceFederation) => {
        const labels = { metadata: { labels: { color: 'red' } } };
        return f.host.patch(NAMESPACE.federated, { namespace: SHOP, name: SHOP }, labels);
      },
      tells: ['shop/web'],
    },
    {
      what: 'a cluster that is not Ready any more',
      act: async (f: PreferenceFederation) => f.setReady('east', false),
      tells: ['all'],
    },
    {
      what: 'a cluster that is cordoned',
      act: (f: PreferenceFederation) => {
        const metadata = { annotations: { 'kubefed.io/cordoned': 'true' } };
        return f.host.patch(
          KUBEFED_CLUSTERS,
          { namespace: KUBEFED_NAMESPACE, name: 'east' },
          { metadata },
        );
      },
      tells: ['all'],
    },
    {
      what: 'many changes of one rollout, once',
      act: async (f: PreferenceFederation) => {
        for (const readyReplicas of [0, 1, 2, 3]) {
          await f.member('east').patch(TARGET, WEB, { status: { readyReplicas } }, 'status');
        }
      },
      tells: ['shop/web'],
    },
    {
      what: 'other changes of a target',
      act: (f: PreferenceFederation) =>
        f.member('east').patch(TARGET, WEB, { status: { observedGeneration: 7 } }, 'status'),
      tells: [],
    },
    {
      what: 'a target without a preference',
      act: async (f: PreferenceFederation) =>
        f.member('east').seed(TARGET, {
          metadata: { ...WEB, name: 'other', labels: { 'kubefed.io/managed': 'true' } },
        }),
      tells: [],
    },
  ])('tells of $what: $tells', async ({ act, tells }) => {
    const { federation, watch } = await running();
    await act(federation);
    expect(await told(federation, watch)).toEqual(tells);
    await watch.stop();
  });

  it('watches targets of a kind only while there is a preference for it', async () => {
    const federation = preferenceFederation();
    await federation.host.delete(PREFERENCES, WEB);
    const { watch } = await watched({}, federation);
    const before = federation.member('east').calls.watch ?? 0;
    federation.host.seed(PREFERENCES, {
      metadata: WEB,
      spec: { targetKind: 'FederatedDeployment', totalReplicas: 1 },
    });
    expect(await told(federation, watch)).toContain('shop/web');
    await told(federation, watch);
    expect(federation.member('east').calls.watch).toBe(before + 1);
    await watch.stop();
  });

  it('wakes a preference when its time has come, once', async () => {
    const { federation, watch } = await running();
    const recheckAt = new Date(federation.clock.nowMs() + 60_000).toISOString();
    await federation.host.patch(PREFERENCES, WEB, { status: { recheckAt } }, 'status');
    expect(await told(federation, watch)).toEqual([]);
    await federation.clock.advance(56_000);
    expect(await told(federation, watch)).toEqual([]);
    await federation.clock.advance(2_000);
    expect(await told(federation, watch)).toEqual(['shop/web']);
    expect(await told(federation, watch)).toEqual([]);
    await watch.stop();
  });

  it('goes on from the checkpoint: rechecks and deletions are not forgotten', async () => {
    const { federation, watch } = await running();
    const recheckAt = new Date(federation.clock.nowMs() + 30_000).toISOString();
    await federation.host.patch(PREFERENCES, WEB, { status: { recheckAt } }, 'status');
    await told(federation, watch);
    const stopped = watch.stop();
    await federation.clock.advance(5_000);
    const next = federationWatch(federation.ports, await stopped);
    expect(await told(federation, next)).toEqual([]);
    await federation.clock.advance(30_000);
    expect(await told(federation, next)).toEqual(['shop/web']);
    const ended = next.stop();
    await federation.clock.advance(5_000);
    await federation.host.delete(PREFERENCES, WEB);
    const last = federationWatch(federation.ports, await ended);
    expect(await told(federation, last)).toContain('shop/web without FederatedDeployment');
    await last.stop();
  });

  it('waits for the host when the preferences cannot be listed', async () => {
    const federation = preferenceFederation();
    federation.host.fail = (call) =>
      call.verb === 'list' && call.resource?.plural === PREFERENCES.plural
        ? { kind: 'Forbidden', message: 'not yet' }
        : undefined;
    const { watch } = await watched({}, federation);
    expect(federation.log.entries).toContainEqual(
      expect.objectContaining({ message: 'preferences cannot be listed, trying again' }),
    );
    federation.host.fail = undefined;
    await federation.clock.advance(10_000);
    await told(federation, watch);
    await federation.host.patch(PREFERENCES, WEB, { spec: { totalReplicas: 12 } });
    expect(await told(federation, watch)).toEqual(['shop/web']);
    await watch.stop();
  });
});
