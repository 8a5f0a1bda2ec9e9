import { describe, expect, it } from 'vitest';
import { stringAt } from '../../../lib/model/json.ts';
import { KUBEFED_CLUSTERS, PROPAGATED_VERSIONS } from '../../../lib/model/resources.ts';
import type { ApiError } from '../../../lib/ports.ts';
import { DONE, RETRY } from '../../../lib/stages/verdict.ts';
import { A, GREEN, inSync, RED } from '../config-map-a.ts';
import { callsSince, SHOP, testFederation } from '../federation.ts';
import { CONFIG_MAP, NAMESPACE, placedIn } from '../objects.ts';
import { afterEdit, applied, eastKey, outcomesOf, recordedClusters, statusOf } from './outcomes.ts';

const RECORD = { namespace: SHOP, name: 'configmap-a' };

describe('report of results that come late, or not at all', () => {
  it('drops from the status at once where nothing is left, though others are outstanding', async () => {
    const federation = await inSync();
    const patch = { spec: { ...GREEN.spec, placement: placedIn('west') } };
    const { only } = await afterEdit(federation, patch);

    await federation.status([only('east')]);
    expect(statusOf(federation)).toMatchObject({
      observedGeneration: 1,
      clusters: [{ name: 'west' }],
    });

    await federation.status([only('west')]);
    expect(statusOf(federation)).toMatchObject({
      observedGeneration: 2,
      clusters: [{ name: 'west' }],
    });
  });

  it('waits with the status for a member that has still to be emptied', async () => {
    const federation = await inSync();
    const patch = { spec: { ...GREEN.spec, placement: placedIn('west') } };
    const { only } = await afterEdit(federation, patch);

    await federation.status([only('west')]);
    expect(statusOf(federation)).toMatchObject({ observedGeneration: 1 });

    await federation.status([only('east')]);
    expect(statusOf(federation)).toMatchObject({
      observedGeneration: 2,
      clusters: [{ name: 'west' }],
    });
  });

  it('ignores what was made of an older generation', async () => {
    const federation = await inSync();
    const older = await afterEdit(federation, GREEN);
    const newer = await afterEdit(federation, { spec: { template: { data: { color: 'blue' } } } });
    await federation.status(newer.whole);
    const recorded = federation.recorded(CONFIG_MAP, 'a');
    await federation.status([older.only('east')]);

    expect(federation.recorded(CONFIG_MAP, 'a')).toEqual(recorded);
    expect(statusOf(federation)).toMatchObject({ observedGeneration: 3 });
    expect(federation.changes.sent).toEqual([]);
  });

  it('does not record an older result under the newest hashes', async () => {
    const federation = await inSync();
    const older = await afterEdit(federation, GREEN);
    const newer = await afterEdit(federation, { spec: { template: { data: { color: 'blue' } } } });
    await federation.status([older.only('east'), newer.only('west'), older.only('west')]);

    expect(recordedClusters(federation)).toEqual(['west']);
  });

  it('has an object planned again that lies where its plan does not know of', async () => {
    const federation = await applied();
    await federation.host.patch(CONFIG_MAP.federated, A, { spec: { placement: placedIn('west') } });
    await federation.status([federation.only('east')]);

    expect(federation.changes.sent).toMatchObject([
      { kind: 'object', ...A, cause: 'retry', cluster: 'east' },
    ]);
    expect(federation.recorded(CONFIG_MAP, 'a')).toBeUndefined();
    await federation.settle(federation.changes.take());
    expect(federation.target('east', CONFIG_MAP, 'a')).toBeUndefined();
  });

  it('does not let a plan that knew less make it forget a member', async () => {
    const federation = await applied();
    const [first] = federation.given;
    if (first === undefined) throw new Error('no outcome');
    const blind = { ...first.plan, fresh: false, planned: ['west'], selected: ['west'] };
    await federation.status(federation.whole);
    await federation.status([{ ...first, plan: blind, results: [] }]);

    expect(recordedClusters(federation)).toEqual(['east', 'west']);
    expect(federation.changes.sent).toMatchObject([{ cause: 'retry', cluster: 'east' }]);
  });

  it('forgets a member that has left the federation', async () => {
    const federation = await inSync();
    await federation.host.delete(KUBEFED_CLUSTERS, eastKey());
    await federation.clock.advance(10);
    const contextRevision = federation.clock.nowMs();
    await federation.settle([federation.change(CONFIG_MAP, 'a', { contextRevision })]);

    expect(statusOf(federation)).toMatchObject({ clusters: [{ name: 'west' }] });
    expect(recordedClusters(federation)).toEqual(['west']);
  });

  it('has the contents of a namespace looked at when it has come into being in a member', async () => {
    const federation = testFederation();
    await federation.plan([federation.change(NAMESPACE, SHOP)]);
    const { whole } = await outcomesOf(federation);
    await federation.status(whole);

    expect(federation.changes.take()).toMatchObject([
      { kind: 'sweep', type: '*', namespace: SHOP, cause: 'namespace' },
    ]);
    await federation.status(whole, 2);
    expect(federation.changes.take()).toEqual([]);
  });

  it('fails as a whole when that cannot be sent', async () => {
    const federation = testFederation();
    await federation.plan([federation.change(NAMESPACE, SHOP)]);
    const { whole } = await outcomesOf(federation);
    federation.changes.refusal = new Error('queue away');

    await expect(federation.status(whole)).rejects.toThrow('queue away');
  });

  it('takes over the record of an earlier object of the same name', async () => {
    const federation = await inSync();
    const before = federation.recorded(CONFIG_MAP, 'a');
    await federation.host.patch(CONFIG_MAP.federated, A, { metadata: { finalizers: null } });
    await federation.host.delete(CONFIG_MAP.federated, A);
    await federation.settle([await federation.createFederated(CONFIG_MAP, RED)]);

    const uid = stringAt(federation.federatedObject(CONFIG_MAP, 'a'), 'metadata', 'uid');
    expect(federation.recorded(CONFIG_MAP, 'a')).toMatchObject({
      metadata: { uid: stringAt(before, 'metadata', 'uid'), ownerReferences: [{ uid }] },
    });
  });

  it('takes such a record over in a later pass too', async () => {
    const federation = await inSync();
    const ownerReferences = [{ apiVersion: 'v1', kind: 'X', name: 'a', uid: 'other' }];
    await federation.host.patch(PROPAGATED_VERSIONS, RECORD, { metadata: { ownerReferences } });
    const { whole } = await afterEdit(federation, GREEN);
    await federation.status(whole);

    const uid = stringAt(federation.federatedObject(CONFIG_MAP, 'a'), 'metadata', 'uid');
    expect(federation.recorded(CONFIG_MAP, 'a')).toMatchObject({
      metadata: { ownerReferences: [{ uid }] },
    });
  });

  it.each(['Forbidden', 'NotFound'] as const)(
    'gives up the record where its creation is refused as %s: the namespace is going',
    async (kind) => {
      const federation = await applied();
      federation.host.fail = ({ verb, resource }) =>
        verb === 'create' && resource?.kind === 'PropagatedVersion'
          ? { kind, message: 'terminating' }
          : undefined;

      expect(await federation.status(federation.whole)).toEqual([DONE]);
      expect(federation.recorded(CONFIG_MAP, 'a')).toBeUndefined();
    },
  );

  it.each<[string, ApiError['kind']]>([
    ['create', 'Throttled'],
    ['patch', 'Conflict'],
    ['patch', 'Unreachable'],
    ['get', 'ServerError'],
  ])('tries again after a refused %s: %s', async (verb, kind) => {
    const federation = await applied();
    const outcome = verb === 'get' ? [federation.only('east')] : federation.whole;
    federation.host.fail = (call) => (call.verb === verb ? { kind, message: 'no' } : undefined);
    expect(await federation.status(outcome)).toEqual([RETRY]);
    expect(federation.log.entries.at(-1)).toMatchObject({
      level: 'warn',
      message: 'outcome not reported, trying again',
    });

    federation.host.fail = undefined;
    expect(await federation.status(federation.whole, 2)).toEqual([DONE]);
    expect(statusOf(federation)).toMatchObject({ clusters: [{ name: 'east' }, { name: 'west' }] });
    expect(recordedClusters(federation)).toEqual(['east', 'west']);
  });

  it('does not end before both of its writes have', async () => {
    const federation = await applied();
    federation.host.fail = async ({ verb, subresource, resource }) => {
      const isStatus = subresource === 'status' && resource?.kind === 'FederatedConfigMap';
      if (isStatus) return { kind: 'Conflict', message: 'changed' };
      if (verb === 'create') await federation.clock.sleep(2_000);
      return undefined;
    };
    const reporting = federation.status(federation.whole);
    await federation.clock.advance(5_000);

    expect(await reporting).toEqual([RETRY]);
    expect(recordedClusters(federation)).toEqual(['east', 'west']);
  });

  it('does not report on an object that was made anew', async () => {
    const federation = await applied();
    await federation.host.patch(CONFIG_MAP.federated, A, { metadata: { finalizers: null } });
    await federation.host.delete(CONFIG_MAP.federated, A);
    await federation.createFederated(CONFIG_MAP, RED);
    await federation.status([federation.only('east')]);

    expect(statusOf(federation)).toBeUndefined();
    expect(federation.changes.sent).toMatchObject([{ cause: 'retry', cluster: 'east' }]);
  });

  it('has nothing to do for a type that is gone, and for released orphans', async () => {
    const federation = await applied();
    const [first] = federation.whole;
    if (first === undefined) throw new Error('no outcome');
    const before = { ...federation.host.calls };
    const orphan = { ...first, plan: { ...first.plan, uid: '-' } };

    expect(await federation.status([{ ...first, type: 'things' }, orphan])).toEqual([DONE, DONE]);
    expect(callsSince(federation.host, before)).toEqual({ total: 0 });
  });
});
