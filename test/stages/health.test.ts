import { describe, expect, it } from 'vitest';
import { isReady } from '../../lib/core/readiness.ts';
import { CLUSTER_READY } from '../../lib/model/metric-names.ts';
import { KUBEFED_CLUSTERS } from '../../lib/model/resources.ts';
import { health, healthOfAll } from '../../lib/stages/health.ts';
import { HostError } from '../../lib/stages/unwrap.ts';
import { DONE } from '../../lib/stages/verdict.ts';
import { callsSince, testFederation } from './federation.ts';
import { KUBEFED_NAMESPACE, kubeFedCluster } from './objects.ts';

function unprobed() {
  const federation = testFederation();
  for (const name of ['east', 'west']) {
    federation.host.seed(KUBEFED_CLUSTERS, kubeFedCluster(name));
  }
  const clusterOf = (name: string) =>
    federation.host.peek(KUBEFED_CLUSTERS, { namespace: KUBEFED_NAMESPACE, name }) ?? {};
  return { ...federation, clusterOf };
}

const probe = (cluster: string) => ({
  message: { v: 1, kind: 'probe', cluster } as const,
  attempt: 1,
});

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

  it('tells a member that does not answer, and that it is back', async () => {
    const federation = unprobed();
    await healthOfAll(federation.ports);
    federation.member('east').down = true;
    await federation.clock.advance(60_000);
    await healthOfAll(federation.ports);

    expect(isReady(federation.clusterOf('east'))).toBe(false);
    expect(isReady(federation.clusterOf('west'))).toBe(true);
    expect(federation.clusterOf('east')).toMatchObject({
      status: {
        conditions: [
          { type: 'Ready', status: 'False', reason: 'ClusterNotReachable' },
          { type: 'Offline', status: 'True', message: /ECONNREFUSED/ },
        ],
      },
    });
    federation.member('east').down = false;
    await federation.clock.advance(60_000);
    await healthOfAll(federation.ports);
    expect(isReady(federation.clusterOf('east'))).toBe(true);
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

describe('health', () => {
  it('probes the members that were asked about, each once', async () => {
    const federation = unprobed();

    expect(await health(federation.ports, [probe('east'), probe('east')])).toEqual([DONE, DONE]);
    expect(isReady(federation.clusterOf('east'))).toBe(true);
    expect(isReady(federation.clusterOf('west'))).toBe(false);
    expect(federation.member('east').calls.raw).toBe(2);
  });

  it('has nothing to do for a member that nobody knows', async () => {
    const federation = unprobed();

    expect(await health(federation.ports, [probe('nowhere')])).toEqual([DONE]);
  });
});
