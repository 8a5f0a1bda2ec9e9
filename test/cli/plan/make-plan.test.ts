import { describe, expect, it } from 'vitest';
import { memoryMembers } from '../../../lib/adapters/memory/members.ts';
import { planExitCode } from '../../../lib/cli/plan/plan-report.ts';
import { CONFIG_MAPS, KUBEFED_CLUSTERS, NAMESPACES } from '../../../lib/model/resources.ts';
import { SHOP, testFederation } from '../../stages/federation.ts';
import { CONFIG_MAP, federated, kubeFedCluster, NAMESPACE } from '../../stages/objects.ts';
import { actionsOf, dryRunOf, planOf } from './plan-of.ts';

function configMap(name: string, spec: object, metadata: object = {}): string {
  return JSON.stringify({
    apiVersion: 'types.kubefed.io/v1beta1',
    kind: 'FederatedConfigMap',
    metadata: { name, namespace: SHOP, ...metadata },
    spec,
  });
}
const EVERYWHERE = { placement: { clusterSelector: {} } };
const inEast = { placement: { clusters: [{ name: 'east' }] } };
const live = (name: string, data: object, labels: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: SHOP, labels: { ...labels } },
  data: { ...data },
});

/** `cart` is in both members. */
async function withCart() {
  const federation = testFederation();
  const cart = federated(CONFIG_MAP, {
    name: 'cart',
    namespace: SHOP,
    clusters: ['east', 'west'],
    template: { data: { a: '1', b: '2' } },
  });
  await federation.host.create(CONFIG_MAP.federated, cart);
  await federation.settle([federation.change(CONFIG_MAP, 'cart')]);
  return federation;
}

describe('makePlan', () => {
  it('creates in the members that the placement selects', async () => {
    const report = await planOf(testFederation(), configMap('x', { template: {}, ...EVERYWHERE }));

    expect(actionsOf(report)).toEqual([
      'FederatedConfigMap x: host create, east create, west create',
    ]);
    expect(planExitCode(report)).toBe(2);
  });

  it('says field by field what an edit changes, and deletes where the placement shrinks', async () => {
    const federation = await withCart();
    const spec = { template: { data: { a: '9' } }, ...inEast };

    const report = await planOf(federation, configMap('cart', spec));

    expect(actionsOf(report)).toEqual([
      'FederatedConfigMap cart: host update, east update, west delete',
    ]);
  });

  it('says nothing where nothing changes, and ends with 0', async () => {
    const federation = await withCart();
    const placement = { clusters: [{ name: 'east' }, { name: 'west' }] };

    const report = await planOf(
      federation,
      configMap('cart', { template: { data: { a: '1', b: '2' } }, placement }),
    );

    expect(actionsOf(report)).toEqual([
      'FederatedConfigMap cart: host nothing, east nothing, west nothing',
    ]);
    expect(planExitCode(report)).toBe(0);
  });

  it('writes nothing to host and members', async () => {
    const federation = await withCart();
    const all = () => [federation.host, ...federation.memberClusters.values()];
    const before = all().map((cluster) => cluster.peekAll(CONFIG_MAPS));
    const hostBefore = federation.host.peekAll(CONFIG_MAP.federated);

    await planOf(federation, configMap('cart', { template: { data: { a: '9' } }, ...inEast }));

    expect(all().map((cluster) => cluster.peekAll(CONFIG_MAPS))).toEqual(before);
    expect(federation.host.peekAll(CONFIG_MAP.federated)).toEqual(hostBefore);
  });

  it('adopts what is there already, and is refused where it may not', async () => {
    const federation = testFederation();
    federation.member('east').seed(CONFIG_MAPS, live('x', { a: '1' }));
    federation.member('west').seed(CONFIG_MAPS, live('x', {}, { 'kubefed.io/managed': 'false' }));

    const report = await planOf(
      federation,
      configMap('x', { template: { data: { a: '2' } }, ...EVERYWHERE }),
    );

    expect(actionsOf(report)).toEqual(['FederatedConfigMap x: host create, east adopt, west fail']);
    expect(report.objects[0]?.members[0]?.changes).toContainEqual({
      path: 'data.a',
      before: '1',
      after: '2',
    });
    expect(planExitCode(report)).toBe(1);
  });

  it('lets the objects of the files see each other: a namespace and what is in it', async () => {
    const federation = testFederation();
    const text = [
      configMap('x', { template: {}, ...EVERYWHERE }, { namespace: 'new' }),
      JSON.stringify({
        ...federated(NAMESPACE, { name: 'new', namespace: 'new', clusters: ['west'] }),
      }),
      JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'new' } }),
    ].join('\n---\n');

    expect(actionsOf(await planOf(federation, text))).toEqual([
      'FederatedConfigMap x: host create, west create',
      'FederatedNamespace new: host create, west create',
      'Namespace new: host create',
    ]);
  });

  it('shows what else leaves a member with its FederatedNamespace', async () => {
    const federation = await withCart();
    for (const name of ['east', 'west']) {
      federation.member(name).seed(NAMESPACES, { metadata: { name: SHOP } });
    }
    const text = JSON.stringify(
      federated(NAMESPACE, { name: SHOP, namespace: SHOP, clusters: ['east'] }),
    );

    expect(actionsOf(await planOf(federation, text))).toContain(
      'FederatedConfigMap cart: host nothing, east nothing, west delete',
    );
  });

  it('waits for a member that is not ready', async () => {
    const federation = testFederation();
    federation.host.seed(KUBEFED_CLUSTERS, kubeFedCluster('west', { ready: false }));

    const report = await planOf(federation, configMap('x', { template: {}, ...EVERYWHERE }));

    expect(actionsOf(report)).toEqual([
      'FederatedConfigMap x: host create, east create, west wait',
    ]);
  });

  it('asks the servers of the members by dry runs', async () => {
    const federation = testFederation();
    const admit = () =>
      ({
        ok: false,
        error: { kind: 'Invalid', message: 'no: spec.template.data: too big' },
      }) as const;
    const strict = new Map(
      [...federation.memberClusters].map(([name, member]) => [name, dryRunOf(member, { admit })]),
    );
    const dryRun = { host: dryRunOf(federation.host, {}), members: memoryMembers(strict) };

    const report = await planOf(federation, configMap('x', { template: {}, ...EVERYWHERE }), {
      dryRun,
    });

    expect(report.objects[0]?.members).toMatchObject([
      { cluster: 'east', action: 'fail', code: 'CreationFailed' },
      { cluster: 'west', action: 'fail', code: 'CreationFailed' },
    ]);
    expect(report.findings).toHaveLength(1);
  });

  it('stops when it is interrupted', async () => {
    const signal = AbortSignal.abort('SIGINT');

    const planning = planOf(testFederation(), configMap('x', { ...EVERYWHERE }), { signal });

    await expect(planning).rejects.toMatchObject({ code: 'Interrupted' });
  });

  it('says so when a server may not be asked', async () => {
    const federation = testFederation();
    const forbidden = () =>
      ({ ok: false, error: { kind: 'Forbidden', message: 'cannot create' } }) as const;
    const deaf = new Map(
      [...federation.memberClusters].map(([name, member]) => [
        name,
        dryRunOf(member, { admit: forbidden }),
      ]),
    );
    const dryRun = {
      host: dryRunOf(federation.host, { admit: forbidden }),
      members: memoryMembers(deaf),
    };

    const report = await planOf(federation, configMap('x', { template: {}, ...EVERYWHERE }), {
      dryRun,
    });

    expect(actionsOf(report)).toEqual([
      'FederatedConfigMap x: host create, east create, west create',
    ]);
    expect(report.notes).toEqual([
      "not checked by the host's server: cannot create",
      'east: not checked by its server: cannot create',
      'west: not checked by its server: cannot create',
    ]);
  });
});
