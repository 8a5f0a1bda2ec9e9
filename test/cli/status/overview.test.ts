import { describe, expect, it } from 'vitest';
import { clusterLine, overviewOf } from '../../../lib/cli/status/overview.ts';
import { readOverview } from '../../../lib/cli/status/read-overview.ts';
import { tombstonesConfigMap } from '../../../lib/core/tombstones.ts';
import type { JsonObject } from '../../../lib/model/json.ts';
import { KUBEFED_CONFIGS } from '../../../lib/model/kubefed-config.ts';
import { CONFIG_MAPS, KUBEFED_CLUSTERS, LEASES } from '../../../lib/model/resources.ts';
import { testFederation } from '../../stages/federation.ts';
import { KUBEFED_NAMESPACE, kubeFedCluster } from '../../stages/objects.ts';
import { failureOf } from '../fixtures.ts';
import {
  beyond,
  fakeMembers,
  fakeQueues,
  portsOf,
  seedDeployment,
  troubledFederation,
} from './sights.ts';

describe('readOverview', () => {
  it('finds what is not in sync, with cluster, code and message', async () => {
    const federation = await troubledFederation();
    seedDeployment(federation.host);
    const facts = await readOverview(portsOf(federation, beyond(federation)), KUBEFED_NAMESPACE);
    const overview = overviewOf(facts);

    expect(overview.outOfSync).toMatchObject([
      { kind: 'FederatedConfigMap', name: 'bad', cluster: 'west', code: 'CreationFailed' },
    ]);
    expect(overview.outOfSync[0]?.message).toContain('admission webhook says no');
    expect(overview.types.find(({ name }) => name === 'configmaps')).toEqual({
      ...{ name: 'configmaps', federated: 'FederatedConfigMap', state: 'Enabled' },
      ...{ objects: 2, inSync: 1 },
    });
    expect(overview.queues).toEqual([
      { name: 'jobs', waiting: 3, inFlight: 0, oldestSeconds: 130, dead: 1 },
    ]);
    expect(overview.clusters).toMatchObject([
      { name: 'east', ready: 'True', latencyMs: 0 },
      { name: 'west', ready: 'True', latencyMs: 0 },
    ]);
    expect(overview.notSeen).toEqual([]);
  });

  it('makes six calls on the host and a list for each enabled type, two for each member', async () => {
    const federation = await troubledFederation();
    const { host } = federation;
    const before = { ...host.calls };
    const east = federation.member('east');
    const rawBefore = east.calls.raw;
    const facts = await readOverview(portsOf(federation, beyond(federation)), KUBEFED_NAMESPACE);

    expect(host.calls.get - before.get).toBe(3);
    expect(host.calls.list - before.list).toBe(3 + facts.types.length);
    expect(east.calls.raw - rawBefore).toBe(2);
  });

  it('works with read access to the host alone, and says what it did not see', async () => {
    const federation = await troubledFederation();
    seedDeployment(federation.host);
    federation.host.fail = ({ resource }) =>
      resource === CONFIG_MAPS || resource === LEASES || resource?.kind === 'FederatedDeployment'
        ? { kind: 'Forbidden', message: `${resource?.plural} is forbidden` }
        : undefined;
    const members = fakeMembers(new Map());
    const queues = fakeQueues(new Error('AccessDenied'));
    const ports = portsOf(federation, { members, queues });
    const overview = overviewOf(await readOverview(ports, KUBEFED_NAMESPACE));

    expect(overview.outOfSync).toHaveLength(1);
    expect(overview.notSeen).toEqual([
      'FederatedDeployments: federateddeployments is forbidden',
      'latency of east: no credentials for east',
      'latency of west: no credentials for west',
      'queues: the deployment has not told the host of them; npm run deploy does',
      'the ConfigMap of the deployment: configmaps is forbidden',
      'the ConfigMaps of deletes that wait: configmaps is forbidden',
      'the Lease of the watch: leases is forbidden',
    ]);
  });

  it.each<[string, Error | Record<string, number>, string[]]>([
    ['denied', new Error('AccessDenied: no'), ['queues: AccessDenied: no']],
    ['there', { jobs: 0, 'jobs-dead': 0 }, []],
  ])('tells of queues that are %s', async (_, answer, notSeen) => {
    const federation = testFederation();
    seedDeployment(federation.host);
    const members = fakeMembers(federation.memberClusters);
    const ports = portsOf(federation, { members, queues: fakeQueues(answer) });

    expect((await readOverview(ports, KUBEFED_NAMESPACE)).notSeen).toEqual(notSeen);
  });

  it('tells of a queue that does not exist', async () => {
    const federation = testFederation();
    seedDeployment(federation.host);
    const queues = { ...fakeQueues({}), depths: async () => new Map([['jobs', undefined]]) };
    const members = fakeMembers(federation.memberClusters);
    const facts = await readOverview(portsOf(federation, { members, queues }), KUBEFED_NAMESPACE);

    expect(facts).toMatchObject({ queues: [], notSeen: ['queue jobs: it does not exist'] });
  });

  it.each([
    [
      'AccessDeniedException',
      ['age of the oldest messages: not allowed; allow cloudwatch:GetMetricData'],
    ],
    ['TimeoutError', []],
  ])('does without the age of messages after %s', async (name, notSeen) => {
    const federation = testFederation();
    seedDeployment(federation.host);
    const oldest = () => Promise.reject(Object.assign(new Error('not allowed'), { name }));
    const queues = { ...fakeQueues({ jobs: 3 }), oldest };
    const members = fakeMembers(federation.memberClusters);
    const facts = await readOverview(portsOf(federation, { members, queues }), KUBEFED_NAMESPACE);

    expect(facts).toMatchObject({ notSeen });
    expect(facts.queues).toEqual([{ name: 'jobs', waiting: 3, inFlight: 0, dead: 0 }]);
  });

  it('asks neither members nor AWS when it is told so', async () => {
    const federation = await troubledFederation();
    const { notSeen, latencies, queues } = await readOverview(
      portsOf(federation),
      KUBEFED_NAMESPACE,
    );

    expect({ notSeen, latencies: latencies.size, queues }).toEqual({
      ...{ notSeen: [], latencies: 0, queues: [] },
    });
  });

  it('says how long the answer of a dead member was waited for in vain', async () => {
    const federation = await troubledFederation();
    seedDeployment(federation.host);
    federation.member('west').down = true;
    const ports = portsOf(federation, beyond(federation));

    expect((await readOverview(ports, KUBEFED_NAMESPACE)).notSeen).toEqual([
      'latency of west: ECONNREFUSED: the cluster is down',
    ]);
  });

  it('looks into one namespace when asked', async () => {
    const federation = await troubledFederation();
    const facts = await readOverview(portsOf(federation), KUBEFED_NAMESPACE, 'other');

    expect(overviewOf(facts).outOfSync).toEqual([]);
  });

  it('says that there is no control plane', async () => {
    const federation = testFederation();
    await federation.host.delete(KUBEFED_CONFIGS, {
      namespace: KUBEFED_NAMESPACE,
      name: 'kubefed',
    });
    const error = await failureOf(readOverview(portsOf(federation), KUBEFED_NAMESPACE));

    expect(error).toMatchObject({ code: 'ControlPlaneNotFound' });
  });

  it('says that the host does not answer', async () => {
    const federation = testFederation();
    federation.host.down = true;
    const error = await failureOf(readOverview(portsOf(federation), KUBEFED_NAMESPACE));

    expect(error).toMatchObject({
      code: 'Unreachable',
      message:
        'host (context host): cannot read KubeFedConfig in kube-federation-system: ECONNREFUSED: the cluster is down',
    });
  });
});

describe('overviewOf', () => {
  it('lists deletes that members have still to hear of, of clusters that are there', async () => {
    const federation = testFederation();
    const [east] = federation.host.peekAll(KUBEFED_CLUSTERS);
    const tombstone = { type: 'configmaps', namespace: 'shop', name: 'app', uid: 'u' } as const;
    const owed = { ...tombstone, action: 'remove' } as const;
    const gone = kubeFedCluster('gone');
    const tombstones = [
      tombstonesConfigMap(east ?? {}, owed, KUBEFED_NAMESPACE),
      tombstonesConfigMap(gone, owed, KUBEFED_NAMESPACE),
    ];
    const facts = await readOverview(portsOf(federation), KUBEFED_NAMESPACE);

    expect(overviewOf({ ...facts, tombstones }).owed).toEqual([
      { cluster: 'east', type: 'configmaps', namespace: 'shop', name: 'app', action: 'remove' },
    ]);
  });
});

describe('clusterLine', () => {
  const line = (conditions: JsonObject[]) =>
    clusterLine({ ...kubeFedCluster('east'), status: { conditions } });

  it.each<[JsonObject[], object]>([
    [[], { ready: 'Unknown', reason: 'NotProbedYet' }],
    [
      [{ type: 'Ready', status: 'True', reason: 'ClusterReady', lastTransitionTime: 't' }],
      { ready: 'True', reason: 'ClusterReady', since: 't' },
    ],
    [
      [{ type: 'Ready', status: 'False', reason: 'ClusterNotReady', message: 'm' }],
      { ready: 'False', reason: 'ClusterNotReady', message: 'm' },
    ],
    [
      [{ type: 'Offline', status: 'True', reason: 'ClusterNotReachable' }],
      { ready: 'False', reason: 'ClusterNotReachable' },
    ],
  ])('%j', (conditions, expected) => {
    expect(line(conditions)).toMatchObject(expected);
  });
});
