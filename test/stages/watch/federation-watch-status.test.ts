import { describe, expect, it } from 'vitest';
import { type JsonObject, listAt, valueAt } from '../../../lib/model/json.ts';
import { KUBEFED_CONFIGS } from '../../../lib/model/kubefed-config.ts';
import { FEDERATED_TYPE_CONFIGS } from '../../../lib/model/type-config.ts';
import { A } from '../config-map-a.ts';
import type { TestFederation } from '../federation.ts';
import { DEPLOYMENT, KUBEFED_NAMESPACE } from '../objects.ts';
import { settle, start, told, watched } from './watched.ts';

const CONFIG = { namespace: KUBEFED_NAMESPACE, name: 'kubefed' };

/** @returns a federation that is being watched, with the Deployment `a` in both members */
async function deployed() {
  const world = await watched();
  const parts = { name: 'a', clusters: ['east', 'west'], template: { spec: { replicas: 500 } } };
  await world.createFederated(DEPLOYMENT, parts);
  await settle(world.federation);
  return world;
}

async function report(federation: TestFederation, cluster: string, readyReplicas: number) {
  const status = { replicas: 500, readyReplicas };
  await federation.member(cluster).patch(DEPLOYMENT.target, A, { status }, 'status');
}

const remoteOf = (federation: TestFederation) =>
  listAt(federation.federatedObject(DEPLOYMENT, 'a'), 'status', 'clusters').map((entry) =>
    valueAt(entry, 'remoteStatus', 'readyReplicas'),
  );

const gate = (configuration: string): JsonObject => ({
  spec: { featureGates: [{ name: 'RawResourceStatusCollection', configuration }] },
});

describe('federationWatch of statuses in members', () => {
  it('writes at most once a second for a storm in all members, and the last state arrives', async () => {
    const { federation, clock, host } = await deployed();
    const before = host.calls.patch;
    const STORM_SECONDS = 10;
    for (let second = 0; second < STORM_SECONDS; second++) {
      for (let pod = 0; pod < 50; pod++) {
        await report(federation, 'east', second * 50 + pod + 1);
        await report(federation, 'west', second * 50 + pod);
        await clock.advance(20);
      }
      await federation.settle();
    }
    await settle(federation);

    expect(remoteOf(federation)).toEqual([500, 499]);
    const writes = host.calls.patch - before;
    expect(writes).toBeGreaterThan(1);
    expect(writes).toBeLessThanOrEqual(STORM_SECONDS + 1);
  });

  it('is no drift, and makes no loop', async () => {
    const { federation, host, statuses } = await deployed();
    told(federation);
    await report(federation, 'east', 3);
    await settle(federation);
    const before = { ...host.calls };
    await settle(federation);

    expect(told(federation)).toEqual([]);
    expect(statuses.sent).toEqual([]);
    expect([host.calls.patch, host.calls.get]).toEqual([before.patch, before.get]);
  });

  it('loses nothing between a watch and its successor', async () => {
    const { federation, watch, clock } = await deployed();
    await report(federation, 'east', 3);
    const position = await watch.stop();
    await report(federation, 'west', 4);
    start(federation, position);
    await clock.advance(1_000);
    await settle(federation);

    expect(remoteOf(federation)).toEqual([3, 4]);
  });

  it('holds the checkpoint back until the change has been sent', async () => {
    const { federation, watch, clock, statuses } = await deployed();
    await report(federation, 'east', 3);
    await clock.advance(0);
    let isKept = false;
    const kept = watch.checkpoint().then(() => {
      isKept = true;
    });
    await clock.advance(999);
    expect(isKept).toBe(false);
    await clock.advance(1);
    await kept;

    expect(statuses.sent).toHaveLength(1);
  });

  it('catches up when events of a member are missing', async () => {
    const { federation, member, clock } = await deployed();
    member('east').down = true;
    await clock.advance(1_000);
    member('east').down = false;
    await report(federation, 'east', 3);
    member('east').compact();
    await settle(federation);
    await settle(federation);

    expect(remoteOf(federation)[0]).toBe(3);
  });

  it('follows the gate while it runs', async () => {
    const { federation, host } = await deployed();
    await report(federation, 'east', 3);
    await settle(federation);
    await host.patch(KUBEFED_CONFIGS, CONFIG, gate('Disabled'));
    await settle(federation);
    expect(remoteOf(federation)).toEqual([undefined, undefined]);
    await report(federation, 'west', 4);
    await settle(federation);
    expect(remoteOf(federation)).toEqual([undefined, undefined]);

    await host.patch(KUBEFED_CONFIGS, CONFIG, gate('Enabled'));
    await settle(federation);
    expect(remoteOf(federation)).toEqual([3, 4]);
  });

  it('tells on a type that its statuses are gathered', async () => {
    const { host, clock } = await watched();
    const key = { namespace: KUBEFED_NAMESPACE, name: 'deployments.apps' };
    const statusType = { version: 'v1alpha1', kind: 'Gathered', scope: 'Namespaced' };
    await host.patch(FEDERATED_TYPE_CONFIGS, key, {
      spec: { statusCollection: 'Enabled', statusType },
    });
    await clock.advance(1_000);

    expect(host.peek(FEDERATED_TYPE_CONFIGS, key)).toMatchObject({
      status: { propagationController: 'Running', statusController: 'Running' },
    });
  });
});
