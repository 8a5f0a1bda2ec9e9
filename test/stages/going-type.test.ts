import { describe, expect, it } from 'vitest';
import { readTombstones } from '../../lib/core/tombstones.ts';
import { type JsonObject, listAt } from '../../lib/model/json.ts';
import { CONFIG_MAPS, KUBEFED_CLUSTERS } from '../../lib/model/resources.ts';
import { FEDERATED_TYPE_CONFIGS } from '../../lib/model/type-config.ts';
import { sweepEverything } from '../../lib/stages/sweep.ts';
import { federationWatch } from '../../lib/stages/watch/federation-watch.ts';
import { SHOP, type TestFederation, testFederation } from './federation.ts';
import { CONFIG_MAP, KUBEFED_NAMESPACE, kubeFedCluster } from './objects.ts';

const A = { namespace: SHOP, name: 'a' };
const TYPE = { namespace: KUBEFED_NAMESPACE, name: 'configmaps' };
const TYPE_FINALIZER = 'core.kubefed.io/federated-type-config';

/** A federation with `a` in both members, that is being watched. */
async function watched(): Promise<TestFederation> {
  const federation = testFederation();
  federationWatch(federation.ports, {});
  await federation.clock.advance(1_000);
  await federation.settle();
  await federation.createFederated(CONFIG_MAP, { name: 'a', clusters: ['east', 'west'] });
  await federation.clock.advance(5_000);
  await federation.settle();
  return federation;
}

/** The watch reminds of a type that is about to go; here somebody else does. */
async function pass(federation: TestFederation): Promise<void> {
  await federation.clock.advance(10_000);
  await federation.settle([{ ...sweepEverything(federation.clock), type: 'configmaps' }]);
}

const typeConfig = ({ host }: TestFederation) => host.peek(FEDERATED_TYPE_CONFIGS, TYPE);
const finalizersOf = (object: JsonObject | undefined) => listAt(object, 'metadata', 'finalizers');
const deleteType = ({ host }: TestFederation) => host.delete(FEDERATED_TYPE_CONFIGS, TYPE);

describe('a FederatedTypeConfig', () => {
  it('is held while its type runs', async () => {
    const federation = await watched();

    expect(finalizersOf(typeConfig(federation))).toEqual([TYPE_FINALIZER]);
    expect(typeConfig(federation)).toMatchObject({ status: { propagationController: 'Running' } });
  });

  it('lets its objects go before it goes, and leaves members as they are', async () => {
    const federation = await watched();
    await deleteType(federation);
    await pass(federation);
    expect(finalizersOf(federation.federatedObject(CONFIG_MAP, 'a'))).toEqual([]);
    await pass(federation);
    expect(typeConfig(federation)).toBeUndefined();

    await federation.host.delete(CONFIG_MAP.federated, A);
    expect(federation.federatedObject(CONFIG_MAP, 'a')).toBeUndefined();
    expect(federation.target('east', CONFIG_MAP, 'a')).toBeDefined();
  });

  it('sees deletions through that were under way', async () => {
    const federation = await watched();
    await federation.host.delete(CONFIG_MAP.federated, A);
    await deleteType(federation);
    await pass(federation);
    await pass(federation);

    expect(federation.target('east', CONFIG_MAP, 'a')).toBeUndefined();
    expect(federation.federatedObject(CONFIG_MAP, 'a')).toBeUndefined();
    expect(typeConfig(federation)).toBeUndefined();
  });

  it('waits for a dead member no longer than the deadline of the deletion', async () => {
    const federation = await watched();
    const east = kubeFedCluster('east', { ready: false });
    federation.host.seed(KUBEFED_CLUSTERS, east);
    await federation.host.delete(CONFIG_MAP.federated, A);
    await deleteType(federation);
    await pass(federation);
    await pass(federation);
    expect(typeConfig(federation)).toBeDefined();

    await federation.clock.advance(300_000);
    await pass(federation);
    await pass(federation);
    expect(federation.federatedObject(CONFIG_MAP, 'a')).toBeUndefined();
    expect(typeConfig(federation)).toBeUndefined();
  });

  it('lets go at once what was to be deleted while its type stood still', async () => {
    const federation = await watched();
    const disabled = { spec: { propagation: 'Disabled' } };
    await federation.host.patch(FEDERATED_TYPE_CONFIGS, TYPE, disabled);
    await federation.host.delete(CONFIG_MAP.federated, A);
    await pass(federation);
    expect(federation.federatedObject(CONFIG_MAP, 'a')).toBeDefined();
    await deleteType(federation);
    await pass(federation);
    await pass(federation);

    expect(federation.federatedObject(CONFIG_MAP, 'a')).toBeUndefined();
    expect(federation.target('east', CONFIG_MAP, 'a')).toBeDefined();
    expect(typeConfig(federation)).toBeUndefined();
  });

  it('takes its objects up again when it is made anew', async () => {
    const federation = await watched();
    const config = typeConfig(federation) ?? {};
    await deleteType(federation);
    await pass(federation);
    await pass(federation);
    const metadata = { ...TYPE };
    await federation.host.create(FEDERATED_TYPE_CONFIGS, { ...config, metadata });
    await pass(federation);

    const federated = federation.federatedObject(CONFIG_MAP, 'a');
    expect(finalizersOf(federated)).toEqual(['kubefed.io/sync-controller']);
    expect(federated).toMatchObject({ status: { conditions: [{ status: 'True' }] } });
  });
});

describe('a type that stands still', () => {
  async function disabledWithDeletedObject(): Promise<TestFederation> {
    const federation = await watched();
    await turn(federation, 'Disabled');
    await federation.host.delete(CONFIG_MAP.federated, A);
    await pass(federation);
    return federation;
  }

  const turn = ({ host }: TestFederation, propagation: string) =>
    host.patch(FEDERATED_TYPE_CONFIGS, TYPE, { spec: { propagation } });

  it('lets deletions wait', async () => {
    const federation = await disabledWithDeletedObject();

    expect(federation.federatedObject(CONFIG_MAP, 'a')).toBeDefined();
    await turn(federation, 'Enabled');
    await pass(federation);
    expect(federation.federatedObject(CONFIG_MAP, 'a')).toBeUndefined();
    expect(federation.target('east', CONFIG_MAP, 'a')).toBeUndefined();
  });

  it('lets them wait no longer than the deadline, and makes up for them when it runs', async () => {
    const federation = await disabledWithDeletedObject();
    await federation.clock.advance(300_000);
    await federation.settle([sweepEverything(federation.clock)]);
    expect(federation.federatedObject(CONFIG_MAP, 'a')).toBeUndefined();
    expect(federation.target('east', CONFIG_MAP, 'a')).toBeDefined();

    await turn(federation, 'Enabled');
    await pass(federation);
    for (const cluster of ['east', 'west']) {
      expect(federation.target(cluster, CONFIG_MAP, 'a')).toBeUndefined();
    }
    expect(federation.host.peekAll(CONFIG_MAPS, KUBEFED_NAMESPACE).flatMap(readTombstones)).toEqual(
      [],
    );
  });
});
