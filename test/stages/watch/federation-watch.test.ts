import { describe, expect, it } from 'vitest';
import { memoryCluster } from '../../../lib/adapters/memory/cluster.ts';
import type { JsonObject } from '../../../lib/model/json.ts';
import type { ChangeMessage } from '../../../lib/model/messages.ts';
import { ECHOES_DROPPED, WATCH_EVENTS } from '../../../lib/model/metric-names.ts';
import { KUBEFED_CLUSTERS, NAMESPACES } from '../../../lib/model/resources.ts';
import { FEDERATED_TYPE_CONFIGS } from '../../../lib/model/type-config.ts';
import {
  type FederationWatch,
  federationWatch,
} from '../../../lib/stages/watch/federation-watch.ts';
import type { Checkpoint } from '../../../lib/stages/watch/lease.ts';
import { SHOP, type TestFederation, testFederation } from '../federation.ts';
import {
  CONFIG_MAP,
  DEPLOYMENT,
  KUBEFED_NAMESPACE,
  kubeFedCluster,
  NAMESPACE,
} from '../objects.ts';

const A = { namespace: SHOP, name: 'a' };
const IN_SHOP = { namespace: SHOP, name: SHOP };
const RED = { name: 'a', clusters: ['east', 'west'], template: { data: { color: 'red' } } };
const EAST = { namespace: KUBEFED_NAMESPACE, name: 'east' };

function start(federation: TestFederation, from: Checkpoint = {}): FederationWatch {
  return federationWatch(federation.ports, from);
}

/** A federation that is being watched, with nothing to be told. */
async function watched(options: Parameters<typeof testFederation>[0] = {}) {
  const federation = testFederation(options);
  const watch = start(federation);
  await settle(federation);
  federation.probes.take();
  return { ...federation, federation, watch };
}

/** Lets the federation do what the watch has it do, until all is quiet. */
async function settle(federation: TestFederation): Promise<void> {
  for (let seconds = 0; seconds < 6; seconds++) {
    await federation.clock.advance(1_000);
    await federation.settle();
  }
}

function told(federation: TestFederation): string[] {
  return federation.changes.take().map(describeMessage);
}

function describeMessage(message: ChangeMessage): string {
  if (message.kind === 'sweep') {
    const all = message.terminating ? 'all of terminating' : 'all of';
    return `${message.cause}: ${all} ${message.type} in ${message.namespace ?? '*'}`;
  }
  const at = message.cluster === undefined ? '' : ` in ${message.cluster}`;
  return `${message.cause}: ${message.type} ${message.namespace}/${message.name}${at}`;
}

describe('federationWatch of the host', () => {
  it('tells a new object at once, and that it is bare', async () => {
    const { federation, clock, createFederated, changes } = await watched();
    await createFederated(CONFIG_MAP, RED);
    await clock.advance(1);

    expect(changes.sent).toMatchObject([
      { ...A, cause: 'edit', seenAtMs: clock.nowMs() - 1, bareResourceVersion: expect.any(String) },
    ]);
    expect(told(federation)).toHaveLength(1);
  });

  it('tells nothing of what this program writes itself', async () => {
    const { federation, createFederated, changes, metrics, host } = await watched();
    await createFederated(CONFIG_MAP, RED);
    await settle(federation);
    expect(federation.federatedObject(CONFIG_MAP, 'a')).toMatchObject({
      status: { clusters: [{ name: 'east' }, { name: 'west' }] },
    });
    const writes = host.calls.patch;
    const echoes = metrics.total(ECHOES_DROPPED);
    await settle(federation);

    expect(changes.sent).toEqual([]);
    expect(host.calls.patch).toBe(writes);
    expect(echoes).toBeGreaterThan(0);
    expect(metrics.total(WATCH_EVENTS)).toBeGreaterThan(echoes);
  });

  it.each<[string, JsonObject]>([
    ['an edit', { spec: { template: { data: { color: 'green' } } } }],
    ['a label', { metadata: { labels: { team: 'x' } } }],
    ['a finalizer that is taken off', { metadata: { finalizers: null } }],
  ])('tells %s', async (_, patch) => {
    const { federation, createFederated, host, clock } = await watched();
    await createFederated(CONFIG_MAP, RED);
    await settle(federation);
    await host.patch(CONFIG_MAP.federated, A, patch);
    await clock.advance(1);

    expect(told(federation)).toEqual(['edit: configmaps shop/a']);
  });

  it('tells a deletion once, not its end', async () => {
    const { federation, createFederated, host, clock } = await watched();
    await createFederated(CONFIG_MAP, RED);
    await settle(federation);
    await host.delete(CONFIG_MAP.federated, A);
    await clock.advance(1);
    expect(told(federation)).toEqual(['edit: configmaps shop/a']);

    await host.patch(CONFIG_MAP.federated, A, { metadata: { finalizers: null } });
    await clock.advance(1);
    expect(told(federation)).toEqual([]);
  });

  it('has the contents of a namespace looked at when its FederatedNamespace changes or goes', async () => {
    const { federation, createFederated, host, clock, changes } = await watched();
    await createFederated(CONFIG_MAP, RED);
    await settle(federation);
    await host.patch(NAMESPACE.federated, IN_SHOP, { spec: { placement: { clusters: [] } } });
    await clock.advance(1);
    const contents = 'namespace: all of * in shop';
    expect(told(federation).sort()).toEqual(['edit: namespaces shop/shop', contents]);

    await host.patch(NAMESPACE.federated, IN_SHOP, { metadata: { finalizers: null } });
    await clock.advance(1);
    told(federation);
    await host.delete(NAMESPACE.federated, IN_SHOP);
    await clock.advance(1);
    expect(told(federation)).toEqual([contents]);

    await host.patch(CONFIG_MAP.federated, A, { spec: { template: {}, overrides: [] } });
    await clock.advance(1);
    expect(changes.sent).toMatchObject([{ namespaceRevision: clock.nowMs() - 2 }]);
  });

  it('waits with the contents until a FederatedNamespace that is being deleted is gone', async () => {
    const { federation, host, clock } = await watched();
    await host.delete(NAMESPACE.federated, IN_SHOP);
    await clock.advance(1);

    expect(told(federation)).toEqual(['edit: namespaces shop/shop']);
  });

  it('has the contents of a namespace deleted that is being deleted', async () => {
    const { federation, createFederated, host, clock } = await watched();
    await createFederated(CONFIG_MAP, RED);
    await settle(federation);
    await host.delete(NAMESPACES, { name: SHOP });
    await clock.advance(1);

    expect(told(federation)).toContain('namespace: all of terminating * in shop');
    expect(told(federation)).toEqual([]);
  });

  it('sweeps everything after a gap in what it knows of FederatedNamespaces', async () => {
    const { federation, host, clock } = await watched();
    host.fail = ({ verb }) =>
      verb === 'watch' ? { kind: 'Unreachable', message: 'no route' } : undefined;
    host.endWatches();
    await clock.advance(1);
    host.seed({ ...NAMESPACES, plural: 'nodes', kind: 'Node' }, { metadata: { name: 'x' } });
    host.compact();
    host.fail = undefined;
    await clock.advance(5_000);

    expect(told(federation)).toContain('namespace: all of * in *');
  });
});

describe('federationWatch of types, clusters and config', () => {
  it.each<[string, JsonObject]>([
    ['a label', { metadata: { labels: { tier: 'gold' } } }],
    ['an annotation', { metadata: { annotations: { a: 'b' } } }],
    ['the way to it', { spec: { apiEndpoint: 'https://elsewhere.example' } }],
  ])('has everything looked at when %s of a cluster changes', async (_, patch) => {
    const { federation, host, clock, changes, probes, createFederated } = await watched();
    await host.patch(KUBEFED_CLUSTERS, EAST, patch);
    const changedMs = clock.nowMs();
    await clock.advance(1);

    expect(changes.sent[0]).toMatchObject({ contextRevision: changedMs });
    expect(told(federation)).toContain('cluster: all of * in *');
    expect(probes.take()).toEqual([{ v: 1, kind: 'probe', cluster: 'east' }]);
    await createFederated(CONFIG_MAP, RED);
    await clock.advance(1);
    expect(changes.sent.at(-1)).toMatchObject({ name: 'a', contextRevision: changedMs });
  });

  it('has everything looked at when a cluster becomes unready or ready, not for a probe', async () => {
    const { federation, host, clock } = await watched();
    const report = async (status: string, more: JsonObject = {}) => {
      const conditions = [{ type: 'Ready', status, ...more }];
      await host.patch(KUBEFED_CLUSTERS, EAST, { status: { conditions } }, 'status');
      await clock.advance(1);
      return told(federation);
    };

    expect(await report('True', { lastProbeTime: 'now' })).toEqual([]);
    expect(await report('False')).toEqual(['cluster: all of * in *']);
    expect(await report('True')).toEqual(['cluster: all of * in *']);
  });

  it('asks for a probe of clusters that were never probed', async () => {
    const federation = testFederation();
    federation.host.seed(KUBEFED_CLUSTERS, kubeFedCluster('east'));
    start(federation);
    await federation.clock.advance(10);

    expect(federation.probes.take()).toEqual([{ v: 1, kind: 'probe', cluster: 'east' }]);
  });

  it('leaves a probe that cannot be asked for to the next round of health', async () => {
    const federation = testFederation();
    federation.host.seed(KUBEFED_CLUSTERS, kubeFedCluster('east'));
    federation.probes.refusal = new Error('queue away');
    start(federation);
    await federation.clock.advance(10);

    expect(federation.log.entries).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        message: expect.stringMatching(/^probe not asked/),
      }),
    );
  });

  it('watches a member that joins', async () => {
    const { federation, host, memberClusters, clock, createFederated } = await watched();
    const north = memoryCluster({ name: 'north', clock });
    memberClusters.set('north', north);
    await host.create(KUBEFED_CLUSTERS, kubeFedCluster('north'));
    const conditions = [{ type: 'Ready', status: 'True' }];
    const key = { namespace: KUBEFED_NAMESPACE, name: 'north' };
    await host.patch(KUBEFED_CLUSTERS, key, { status: { conditions } }, 'status');
    await settle(federation);
    await createFederated(CONFIG_MAP, { ...RED, clusters: ['north'] });
    await settle(federation);
    expect(north.peek(CONFIG_MAP.target, A)).toBeDefined();

    await north.patch(CONFIG_MAP.target, A, { data: { color: 'drifted' } });
    await clock.advance(2_001);
    expect(told(federation)).toEqual(['drift: configmaps shop/a in north']);
  });

  it('lets go of a member that leaves', async () => {
    const { federation, host, clock, createFederated } = await watched();
    await createFederated(CONFIG_MAP, RED);
    await settle(federation);
    await host.delete(KUBEFED_CLUSTERS, EAST);
    await settle(federation);
    await federation.member('east').delete(CONFIG_MAP.target, A);
    await clock.advance(3_000);

    expect(told(federation)).toEqual([]);
  });

  it('follows a type that is enabled, and no longer one that is disabled', async () => {
    const { federation, host, clock, createFederated } = await watched();
    const key = { namespace: KUBEFED_NAMESPACE, name: 'deployments.apps' };
    const turn = (propagation: string) =>
      host.patch(FEDERATED_TYPE_CONFIGS, key, { spec: { propagation } });
    const runs = () =>
      Object(host.peek(FEDERATED_TYPE_CONFIGS, key)?.['status']).propagationController;
    expect(runs()).toBe('Running');
    await turn('Disabled');
    await settle(federation);
    await createFederated(DEPLOYMENT, { name: 'a', clusters: ['east'] });
    await clock.advance(1);
    expect(told(federation)).toEqual([]);
    expect(runs()).toBe('NotRunning');

    await turn('Enabled');
    await clock.advance(10);
    expect(told(federation)).toEqual(
      expect.arrayContaining([
        'type: all of deployments.apps in *',
        'edit: deployments.apps shop/a',
      ]),
    );
    await clock.advance(10);
    expect(runs()).toBe('Running');
  });

  it('goes on when the status of a type cannot be written', async () => {
    const federation = testFederation();
    federation.host.fail = ({ verb, resource }) =>
      verb === 'patch' && resource?.kind === 'FederatedTypeConfig'
        ? { kind: 'Forbidden', message: 'no' }
        : undefined;
    start(federation);
    await federation.clock.advance(10);

    expect(federation.log.entries).toContainEqual(
      expect.objectContaining({ message: 'status of type not written' }),
    );
    expect(told(federation)).toContain('edit: namespaces shop/shop');
  });
});

describe('federationWatch of members', () => {
  it('tells a drift after a grace, and where it was seen', async () => {
    const { federation, createFederated, member, clock } = await watched();
    await createFederated(CONFIG_MAP, RED);
    await settle(federation);
    await member('east').patch(CONFIG_MAP.target, A, { data: { color: 'blue' } });
    await clock.advance(1_999);
    expect(told(federation)).toEqual([]);
    await clock.advance(1);
    expect(told(federation)).toEqual(['drift: configmaps shop/a in east']);
  });

  it('puts it right, and is quiet then', async () => {
    const { federation, createFederated, member, changes } = await watched();
    await createFederated(CONFIG_MAP, RED);
    await settle(federation);
    await member('east').patch(CONFIG_MAP.target, A, { data: { color: 'blue' } });
    await member('west').delete(CONFIG_MAP.target, A);
    await settle(federation);
    await settle(federation);

    expect(federation.target('east', CONFIG_MAP, 'a')).toMatchObject({ data: { color: 'red' } });
    expect(federation.target('west', CONFIG_MAP, 'a')).toMatchObject({ data: { color: 'red' } });
    expect(changes.sent).toEqual([]);
  });

  it('does not look at what does not carry our label', async () => {
    const { federation, member, clock } = await watched();
    await member('east').create(CONFIG_MAP.target, { metadata: A });
    await clock.advance(3_000);

    expect(told(federation)).toEqual([]);
  });

  it('has every object of a type looked at when events of a member are missing', async () => {
    const { federation, createFederated, member, clock } = await watched();
    await createFederated(CONFIG_MAP, RED);
    await settle(federation);
    const east = member('east');
    east.down = true;
    await clock.advance(1_000);
    east.down = false;
    await east.delete(CONFIG_MAP.target, A);
    east.compact();
    await settle(federation);

    expect(federation.target('east', CONFIG_MAP, 'a')).toBeDefined();
  });
});

describe('federationWatch checkpoint', () => {
  it('lets a successor go on without listing anything but types, clusters and config', async () => {
    const { federation, watch, createFederated, host, member } = await watched();
    await createFederated(CONFIG_MAP, RED);
    await settle(federation);
    const checkpoint = await stopped(federation, watch);
    const lists = [host.calls.list, member('east').calls.list];
    await host.patch(CONFIG_MAP.federated, A, { metadata: { labels: { team: 'x' } } });
    start(federation, checkpoint);
    await federation.clock.advance(10);

    expect(told(federation)).toEqual(['edit: configmaps shop/a']);
    expect([host.calls.list, member('east').calls.list]).toEqual([Number(lists[0]) + 3, lists[1]]);
  });

  it('shows a successor what changed of the federation while nobody watched', async () => {
    const { federation, watch, host } = await watched();
    const checkpoint = await stopped(federation, watch);
    start(federation, checkpoint);
    await federation.clock.advance(10);
    expect(told(federation)).toEqual([]);

    await host.patch(KUBEFED_CLUSTERS, EAST, { metadata: { labels: { tier: 'gold' } } });
    start(federation, checkpoint);
    await federation.clock.advance(10);
    expect(told(federation)).toContain('cluster: all of * in *');
  });

  it('shows it also that a cluster was away and is back', async () => {
    const { federation, watch, host } = await watched();
    const checkpoint = await stopped(federation, watch);
    const conditions = [{ type: 'Ready', status: 'True', lastTransitionTime: 'later' }];
    await host.patch(KUBEFED_CLUSTERS, EAST, { status: { conditions } }, 'status');
    start(federation, checkpoint);
    await federation.clock.advance(10);

    expect(told(federation)).toContain('cluster: all of * in *');
  });

  it('waits for messages that have not been taken, and for drifts that have not been judged', async () => {
    const { federation, watch, createFederated, member, clock, changes } = await watched();
    await createFederated(CONFIG_MAP, RED);
    await settle(federation);
    let made = 0;
    const make = () =>
      void watch.checkpoint().then(() => {
        made += 1;
      });
    await member('east').patch(CONFIG_MAP.target, A, { data: { color: 'blue' } });
    await clock.advance(1);
    make();
    await clock.advance(1_900);
    expect(made).toBe(0);
    changes.refusal = new Error('queue away');
    await clock.advance(5_000);
    expect(made).toBe(0);

    changes.refusal = undefined;
    await clock.advance(500);
    expect(made).toBe(1);
    expect(told(federation)).toEqual(['drift: configmaps shop/a in east']);
  });

  it('judges and sends what is left when it stops', async () => {
    const { federation, watch, createFederated, member, clock } = await watched();
    await createFederated(CONFIG_MAP, RED);
    await settle(federation);
    await member('east').patch(CONFIG_MAP.target, A, { data: { color: 'blue' } });
    await clock.advance(1);
    await stopped(federation, watch);

    expect(told(federation)).toEqual(['drift: configmaps shop/a in east']);
  });
});

async function stopped(federation: TestFederation, watch: FederationWatch): Promise<Checkpoint> {
  const stopping = watch.stop();
  await federation.clock.advance(10);
  return stopping;
}
