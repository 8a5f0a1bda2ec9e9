import { describe, expect, it } from 'vitest';
import { isReady } from '../../lib/core/readiness.ts';
import { type JsonObject, stringAt } from '../../lib/model/json.ts';
import { KUBEFED_CONFIGS } from '../../lib/model/kubefed-config.ts';
import { CLUSTER_READY } from '../../lib/model/metric-names.ts';
import { KUBEFED_CLUSTERS, NODES } from '../../lib/model/resources.ts';
import { health, healthOfAll } from '../../lib/stages/health.ts';
import { HostError } from '../../lib/stages/unwrap.ts';
import { callsSince, testFederation } from './federation.ts';
import { KUBEFED_NAMESPACE, kubeFedCluster } from './objects.ts';
import { round, unprobed } from './unprobed.ts';

describe('healthOfAll', () => {
  it('probes every member and writes what it found', async () => {
    const federation = unprobed();
    await healthOfAll(federation.ports);

    for (const name of ['east', 'west']) {
      expect(isReady(federation.clusterOf(name))).toBe(true);
      expect(federation.clusterOf(name)).toMatchObject({
        status: { kubernetesVersion: 'v1.34.0', conditions: [{ lastProbeTime: /Z$/ }] },
      });
    }
    expect(federation.metrics.total(CLUSTER_READY)).toBe(2);
  });

  it('writes nothing when nothing has changed', async () => {
    const federation = unprobed();
    await healthOfAll(federation.ports);
    await federation.clock.advance(60_000);
    const before = { ...federation.host.calls };
    await healthOfAll(federation.ports);

    expect(callsSince(federation.host, before)).not.toHaveProperty('patch');
    expect(federation.metrics.total(CLUSTER_READY)).toBe(4);
  });

  it('tells a member that does not answer at the third time, and at once that it is back', async () => {
    const federation = unprobed();
    await healthOfAll(federation.ports);
    federation.member('east').down = true;
    for (const ready of [true, true, false]) {
      await federation.clock.advance(10_000);
      await healthOfAll(federation.ports);
      expect(isReady(federation.clusterOf('east'))).toBe(ready);
    }

    expect(isReady(federation.clusterOf('west'))).toBe(true);
    expect(federation.clusterOf('east')).toMatchObject({
      status: {
        conditions: [
          { type: 'Ready', status: 'False', reason: 'ClusterNotReachable' },
          { type: 'Offline', status: 'True', message: /TCP: connection refused/ },
        ],
      },
    });
    expect(federation.clusterOf('east')['status']).not.toHaveProperty('unconfirmed');
    federation.member('east').down = false;
    await federation.clock.advance(10_000);
    await healthOfAll(federation.ports);
    expect(isReady(federation.clusterOf('east'))).toBe(true);
  });

  it('goes by the thresholds of the KubeFedConfig as they are at that moment', async () => {
    const federation = unprobed();
    await healthOfAll(federation.ports);
    const clusterHealthCheck = { failureThreshold: 1, successThreshold: 2 };
    federation.host.seed(KUBEFED_CONFIGS, {
      metadata: { name: 'kubefed', namespace: KUBEFED_NAMESPACE },
      spec: { scope: 'Cluster', clusterHealthCheck },
    });
    for (const [down, ready] of [
      [true, false],
      [false, false],
      [false, true],
    ] as const) {
      federation.member('east').down = down;
      await federation.clock.advance(10_000);
      await healthOfAll(federation.ports);
      expect(isReady(federation.clusterOf('east'))).toBe(ready);
    }
  });

  it('does not wait with what it knows for a member that hangs', async () => {
    const federation = unprobed();
    federation.member('east').raw = () => new Promise(() => undefined);
    const probing = healthOfAll(federation.ports);
    await federation.clock.advance(1);

    expect(isReady(federation.clusterOf('west'))).toBe(true);
    expect(federation.clusterOf('east')).not.toHaveProperty('status');
    await federation.clock.advance(10_000);
    await probing;
    expect(federation.clusterOf('east')).toMatchObject({
      status: {
        conditions: [{ type: 'Ready', status: 'False', message: /timeout: no answer/ }, {}],
      },
    });
  });

  it('gives up on a member that hangs before it can be asked', async () => {
    const federation = unprobed();
    const { connect } = federation.ports.members;
    const members = {
      connect: (cluster: JsonObject) =>
        stringAt(cluster, 'metadata', 'name') === 'east'
          ? new Promise<never>(() => undefined)
          : connect(cluster),
    };
    const probing = healthOfAll({ ...federation.ports, members });
    await federation.clock.advance(10_000);
    await probing;

    expect(isReady(federation.clusterOf('west'))).toBe(true);
    expect(federation.clusterOf('east')).toMatchObject({
      status: { conditions: [{ reason: 'ClusterNotReachable' }, {}] },
    });
  });

  it('tells Region and zones by the nodes, each hour and of a member that was not ready', async () => {
    const federation = unprobed();
    const east = federation.member('east');
    const labels = {
      'topology.kubernetes.io/region': 'eu-west-1',
      'topology.kubernetes.io/zone': 'eu-west-1b',
    };
    east.seed(NODES, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1', labels } });
    await healthOfAll(federation.ports);
    expect(federation.clusterOf('east')).toMatchObject({
      status: { region: 'eu-west-1', zones: ['eu-west-1b'] },
    });

    const { list } = east.calls;
    await federation.clock.advance(10_000);
    await health(federation.ports, [round(federation)]);
    await federation.clock.advance(50_000);
    await healthOfAll(federation.ports);
    expect(east.calls.list).toBe(list);
  });

  it('leaves the write to another round that was first', async () => {
    const federation = unprobed();
    await Promise.all([healthOfAll(federation.ports), healthOfAll(federation.ports)]);

    expect(isReady(federation.clusterOf('east'))).toBe(true);
    expect(federation.clusterOf('east')).toMatchObject({ metadata: { resourceVersion: /./ } });
  });

  it('tells a member that cannot be connected to', async () => {
    const federation = unprobed();
    federation.memberClusters.delete('east');
    await healthOfAll(federation.ports);

    expect(federation.clusterOf('east')).toMatchObject({
      status: { conditions: [{ type: 'ConfigMalformed', status: 'True' }, { type: 'Ready' }] },
    });
  });

  it('does without a version that is refused, or is not JSON', async () => {
    const federation = unprobed();
    const east = federation.member('east');
    const raw = east.raw.bind(east);
    let answers = 0;
    east.raw = async (path, timeoutSeconds) => {
      if (path !== '/version') return raw(path, timeoutSeconds);
      answers += 1;
      const error = { kind: 'Forbidden', message: 'no' } as const;
      return answers === 1 ? { ok: false, error } : { ok: true, value: 'v1.34' };
    };
    await healthOfAll(federation.ports);
    await healthOfAll(federation.ports);

    expect(answers).toBe(2);
    expect(isReady(federation.clusterOf('east'))).toBe(true);
    expect(federation.clusterOf('east')['status']).not.toHaveProperty('kubernetesVersion');
  });

  it('gives a probe the time that the KubeFedConfig says', async () => {
    const clusterHealthCheck = { timeout: '7s' };
    const federation = testFederation({ config: { scope: 'Cluster', clusterHealthCheck } });
    const timeouts: number[] = [];
    federation.member('east').raw = async (_, timeoutSeconds) => {
      timeouts.push(timeoutSeconds);
      return { ok: true, value: 'ok' };
    };
    await healthOfAll(federation.ports);

    expect(timeouts).toEqual([7, 7]);
  });

  it('tells the Region of a member on EKS', async () => {
    const federation = unprobed();
    const cluster = kubeFedCluster('east');
    const spec = { ...Object(cluster['spec']), eks: { clusterName: 'e', region: 'eu-west-1' } };
    federation.host.seed(KUBEFED_CLUSTERS, { ...cluster, spec });
    await healthOfAll(federation.ports);

    expect(federation.clusterOf('east')).toMatchObject({ status: { region: 'eu-west-1' } });
  });

  it('does not mind a cluster that has left meanwhile', async () => {
    const federation = unprobed();
    federation.host.fail = ({ verb }) =>
      verb === 'patch' ? { kind: 'NotFound', message: 'gone' } : undefined;

    await expect(healthOfAll(federation.ports)).resolves.toBeUndefined();
  });

  it('throws when the host refuses, after the others have been written', async () => {
    const federation = unprobed();
    federation.host.fail = async ({ verb, key }) => {
      if (verb !== 'patch') return undefined;
      if (key.name === 'east') return { kind: 'Throttled', message: 'no' };
      await federation.clock.sleep(1_000);
      return undefined;
    };
    const probing = healthOfAll(federation.ports).catch((error) => error);
    await federation.clock.advance(2_000);

    expect(await probing).toBeInstanceOf(HostError);
    expect(isReady(federation.clusterOf('west'))).toBe(true);
  });
});
