import { describe, expect, it } from 'vitest';
import { valueAt } from '../../lib/model/json.ts';
import type { Sweep } from '../../lib/model/messages.ts';
import { NAMESPACES } from '../../lib/model/resources.ts';
import { FEDERATED_TYPE_CONFIGS } from '../../lib/model/type-config.ts';
import { expandSweep, expandTermination, sweepEverything } from '../../lib/stages/sweep.ts';
import { HostError } from '../../lib/stages/unwrap.ts';
import { SHOP, testFederation } from './federation.ts';
import {
  CLUSTER_ROLE,
  CONFIG_MAP,
  DEPLOYMENT,
  DEPLOYMENT_TYPE_CONFIG,
  NAMESPACE,
  namespaceObject,
  placedIn,
} from './objects.ts';

const SWEEP: Sweep = { v: 1, kind: 'sweep', type: '*', cause: 'sweep', seenAtMs: 7 };

/** A federation with an object of each type in `shop`, and a FederatedConfigMap in `till`. */
async function furnished() {
  const federation = testFederation();
  for (const type of [CONFIG_MAP, DEPLOYMENT, CLUSTER_ROLE]) {
    await federation.createFederated(type, { name: 'a' });
  }
  federation.host.seed(NAMESPACES, namespaceObject('till'));
  await federation.createFederated(CONFIG_MAP, { namespace: 'till', name: 'b' });
  const expand = async (sweep: Partial<Sweep> = {}) => {
    const changes = await expandSweep(federation, { ...SWEEP, ...sweep });
    return changes.map(({ type, namespace, name }) => [type, namespace, name].join(' ')).sort();
  };
  return { ...federation, expand };
}

describe('sweepEverything', () => {
  it('asks for every type', () => {
    const { clock } = testFederation();

    expect(sweepEverything(clock)).toEqual({ ...SWEEP, seenAtMs: clock.nowMs() });
  });
});

describe('expandSweep', () => {
  it('yields a change for each object of every type', async () => {
    const { expand } = await furnished();

    expect(await expand()).toEqual([
      'clusterroles.rbac.authorization.k8s.io  a',
      'configmaps shop a',
      'configmaps till b',
      'deployments.apps shop a',
      'namespaces shop shop',
    ]);
  });

  it('yields those of one type', async () => {
    const { expand } = await furnished();

    expect(await expand({ type: 'deployments.apps' })).toEqual(['deployments.apps shop a']);
    expect(await expand({ type: 'things' })).toEqual([]);
  });

  it('yields the contents of one namespace, the FederatedNamespace left out', async () => {
    const { expand } = await furnished();

    expect(await expand({ namespace: SHOP })).toEqual([
      'configmaps shop a',
      'deployments.apps shop a',
    ]);
  });

  it('leaves out types that are disabled, and those without a CRD', async () => {
    const { expand, host } = await furnished();
    const spec = { ...Object(DEPLOYMENT_TYPE_CONFIG['spec']), propagation: 'Disabled' };
    host.seed(FEDERATED_TYPE_CONFIGS, { ...DEPLOYMENT_TYPE_CONFIG, spec });
    host.fail = ({ verb, resource }) =>
      verb === 'list' && resource?.kind === 'FederatedClusterRole'
        ? { kind: 'NotFound', message: 'no such resource' }
        : undefined;

    expect(await expand()).toEqual([
      'configmaps shop a',
      'configmaps till b',
      'namespaces shop shop',
    ]);
  });

  it('makes readers look again at what they know from before the sweep', async () => {
    const federation = await furnished();
    const revisions = async (sweep: Partial<Sweep>) =>
      (await expandSweep(federation, { ...SWEEP, type: 'configmaps', ...sweep })).map(
        ({ contextRevision, namespaceRevision }) => [contextRevision, namespaceRevision],
      )[0];

    expect(await revisions({})).toEqual([7, 7]);
    expect(await revisions({ contextRevision: 9 })).toEqual([9, 7]);
    const [role] = await expandSweep(federation, { ...SWEEP, type: CLUSTER_ROLE.name });
    expect(role).not.toHaveProperty('namespaceRevision');
  });

  it('throws when the host cannot be read', async () => {
    const { expand, host } = await furnished();
    host.fail = ({ resource }) =>
      resource?.kind === 'FederatedConfigMap' ? { kind: 'Throttled', message: 'no' } : undefined;

    await expect(expand()).rejects.toThrow(HostError);
  });
});

describe('expandTermination', () => {
  const TERMINATION: Sweep = { ...SWEEP, namespace: SHOP, terminating: true, cause: 'namespace' };

  it('deletes the FederatedNamespace and has every object let go that goes along', async () => {
    const federation = await furnished();
    await federation.settle([federation.change(NAMESPACE, SHOP)]);
    const { host } = federation;
    const uid = valueAt(federation.federatedObject(CONFIG_MAP, 'a'), 'metadata', 'uid');
    // As it is while the namespace controller has not come yet.
    host.seed(NAMESPACES, {
      ...namespaceObject(SHOP),
      metadata: { name: SHOP, deletionTimestamp: '2026-01-01T00:00:00Z' },
    });
    const changes = await expandTermination(federation, TERMINATION);

    expect(
      valueAt(federation.federatedObject(NAMESPACE, SHOP), 'metadata', 'deletionTimestamp'),
    ).toBeDefined();
    expect(changes.find(({ type }) => type === 'configmaps')).toMatchObject({
      ...{ namespace: SHOP, name: 'a', terminating: true, uid },
    });
    expect(changes.map(({ type }) => type).sort()).toEqual(['configmaps', 'deployments.apps']);
  });

  it('leaves a namespace alone that was made anew', async () => {
    const federation = await furnished();

    expect(await expandTermination(federation, TERMINATION)).toEqual([]);
    expect(federation.federatedObject(NAMESPACE, SHOP)?.['metadata']).not.toHaveProperty(
      'deletionTimestamp',
    );
  });

  it('leaves an object alone that was made anew', async () => {
    const federation = await furnished();
    await federation.settle([federation.change(NAMESPACE, SHOP)]);
    const spec = { placement: placedIn('east') };
    const key = { namespace: SHOP, name: 'a' };
    await federation.host.patch(CONFIG_MAP.federated, key, { spec });
    const change = { terminating: true, leaving: ['east'], uid: 'of another' };
    await federation.settle([federation.change(CONFIG_MAP, 'a', change)]);

    expect(federation.federatedObject(CONFIG_MAP, 'a')).toMatchObject({
      status: { clusters: [{ name: 'east' }] },
    });
  });

  it('has nothing to do without a namespace', async () => {
    const { namespace: _, ...sweep } = TERMINATION;

    expect(await expandTermination(await furnished(), sweep)).toEqual([]);
  });
});
