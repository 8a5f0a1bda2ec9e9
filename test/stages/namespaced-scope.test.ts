import { describe, expect, it } from 'vitest';
import { NAMESPACES } from '../../lib/model/resources.ts';
import { FEDERATED_TYPE_CONFIGS } from '../../lib/model/type-config.ts';
import { sweepEverything } from '../../lib/stages/sweep.ts';
import { federationWatch } from '../../lib/stages/watch/federation-watch.ts';
import { SHOP, type TestFederation, testFederation } from './federation.ts';
import {
  CLUSTER_ROLE,
  CONFIG_MAP,
  KUBEFED_NAMESPACE,
  NAMESPACE,
  namespaceObject,
} from './objects.ts';

const namespace = KUBEFED_NAMESPACE;
const PLACED = { clusters: ['east', 'west'] };

async function watched(): Promise<TestFederation> {
  const federation = testFederation({ config: { scope: 'Namespaced' } });
  federation.host.seed(NAMESPACES, namespaceObject(KUBEFED_NAMESPACE));
  federationWatch(federation.ports, {});
  await settle(federation);
  return federation;
}

async function settle(federation: TestFederation): Promise<void> {
  for (let seconds = 0; seconds < 6; seconds++) {
    await federation.clock.advance(1_000);
    await federation.settle();
  }
}

const inEast = (federation: TestFederation, name: string, of = KUBEFED_NAMESPACE) =>
  federation.member('east').peek(CONFIG_MAP.target, { namespace: of, name });

// Source: KubeFed v0.10.0, namespaced control plane
describe('a federation of one namespace', () => {
  it('propagates what lies in the namespace of the control plane, placed by itself', async () => {
    const federation = await watched();
    await federation.createFederated(CONFIG_MAP, { ...PLACED, namespace, name: 'a' });
    await settle(federation);

    expect(inEast(federation, 'a')).toBeDefined();
    expect(federation.federatedObject(CONFIG_MAP, 'a', namespace)).toMatchObject({
      status: { clusters: [{ name: 'east' }, { name: 'west' }] },
    });
  });

  it('puts a drift right, and takes out what is deleted', async () => {
    const federation = await watched();
    await federation.createFederated(CONFIG_MAP, { ...PLACED, namespace, name: 'a' });
    await settle(federation);
    await federation.member('east').delete(CONFIG_MAP.target, { namespace, name: 'a' });
    await settle(federation);
    expect(inEast(federation, 'a')).toBeDefined();

    await federation.host.delete(CONFIG_MAP.federated, { namespace, name: 'a' });
    await settle(federation);
    expect(inEast(federation, 'a')).toBeUndefined();
    expect(federation.federatedObject(CONFIG_MAP, 'a', namespace)).toBeUndefined();
  });

  it('leaves other namespaces alone', async () => {
    const federation = await watched();
    const change = await federation.createFederated(CONFIG_MAP, { ...PLACED, name: 'b' });
    await settle(federation);
    await federation.settle([sweepEverything(federation.clock), change]);

    expect(inEast(federation, 'b', SHOP)).toBeUndefined();
    expect(federation.federatedObject(CONFIG_MAP, 'b')).not.toHaveProperty('metadata.finalizers');
  });

  it('runs no cluster-scoped types, namespaces among them, and says so', async () => {
    const federation = await watched();
    await federation.createFederated(CLUSTER_ROLE, { ...PLACED, name: 'viewer' });
    await settle(federation);

    expect(federation.target('east', CLUSTER_ROLE, 'viewer')).toBeUndefined();
    for (const name of [CLUSTER_ROLE.name, NAMESPACE.name]) {
      expect(federation.host.peek(FEDERATED_TYPE_CONFIGS, { namespace, name })).toMatchObject({
        status: { propagationController: 'NotRunning', statusController: 'NotRunning' },
      });
    }
  });

  it('is restricted by a FederatedNamespace of its own name', async () => {
    const federation = await watched();
    await federation.createFederated(NAMESPACE, { namespace, name: namespace, clusters: ['west'] });
    await federation.createFederated(CONFIG_MAP, { ...PLACED, namespace, name: 'a' });
    await settle(federation);

    expect(inEast(federation, 'a')).toBeUndefined();
    expect(
      federation.member('west').peek(CONFIG_MAP.target, { namespace, name: 'a' }),
    ).toBeDefined();
  });
});
