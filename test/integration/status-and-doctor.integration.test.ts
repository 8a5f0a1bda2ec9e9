import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ObjectView } from '../../lib/cli/status/object-view.ts';
import type { Overview } from '../../lib/cli/status/overview.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import { CLUSTER_ROLES } from '../../lib/model/resources.ts';
import { NAMESPACE } from '../bench/measure.ts';
import { creatorEnvironment } from '../environment/fast-federation.ts';
import { runCommand } from '../environment/run-command.ts';
import { FEDERATED_CONFIG_MAPS, must } from '../walkthrough/objects.ts';
import { until } from '../walkthrough/until.ts';
import { testFederation } from './test-federation.ts';

const CLI = join(import.meta.dirname, '..', '..', 'lib', 'cli', 'main.ts');
const PATIENCE_SECONDS = 90;

const federation = testFederation({ members: 2, scheduleSpeedup: 12, prepares: true });

describe('a federation in order', () => {
  it('has nothing wrong for doctor', async () => {
    const document = await until('doctor finds nothing', PATIENCE_SECONDS, async () => {
      const seen = JSON.parse(await kubefedEks('doctor', '--output', 'json'));
      return { done: seen.counts.warning === 0, seen };
    });

    expect(document.counts).toEqual({ error: 0, warning: 0, notSeen: 0, ok: 12 });
  }, 120_000);

  it('is in sync for status, with versions, latencies and queues', async () => {
    const overview = await inSync();

    const answering = { ready: 'True', latencyMs: expect.any(Number) };
    const version = expect.stringMatching(/^v1\./);
    expect(overview.clusters).toMatchObject([
      { name: 'member-1', ...answering, version },
      { name: 'member-2', ...answering, version },
    ]);
    expect(overview.queues.map(({ name, dead }) => [name, dead])).toEqual([
      ['changes', 0],
      ['jobs', 0],
      ['outcomes', 0],
      ['probes', 0],
      ['preferences', 0],
    ]);
    expect(overview.notSeen).toEqual([]);
  }, 120_000);
});

describe('a federation in trouble', () => {
  it('is told by status: an object that fails in one member', async () => {
    await create('spoilt', {
      overrides: [
        { clusterName: 'member-1', clusterOverrides: [{ path: '/data', value: 'no map' }] },
      ],
    });
    const overview = await until('the failure is told', PATIENCE_SECONDS, async () => {
      const seen = await status();
      return { done: seen.outOfSync.some(({ code }) => code === 'CreationFailed'), seen };
    });

    expect(overview.outOfSync).toMatchObject([
      { kind: 'FederatedConfigMap', name: 'spoilt', cluster: 'member-1', code: 'CreationFailed' },
    ]);
    const text = await kubefedEks('status', 'cm', 'spoilt', '--namespace', NAMESPACE);
    expect(text).toMatch(/^FederatedConfigMap bench\/spoilt: not propagated: CheckClusters/);
    expect(text).toMatch(/^member-1 +yes +True +CreationFailed +- +absent +\S/m);
    expect(text).toMatch(/^member-2 +yes +True +OK +(\S+) +\1/m);
  }, 120_000);

  it('is told by doctor: rights that a member took away', async () => {
    const [first] = federation.members;
    if (first === undefined) throw new Error('a member is needed');
    const key = { name: 'kubefed-eks:propagator' };
    const { rules = [] } = must(await first.api.get(CLUSTER_ROLES, key));
    must(await first.api.patch(CLUSTER_ROLES, key, { rules: [] }));

    await expect(kubefedEks('doctor')).rejects.toThrow(
      /exited with 1:\nerror {5}cluster member-1: the functions may not create/,
    );
    must(await first.api.patch(CLUSTER_ROLES, key, { rules }));
  }, 120_000);

  it('is told by both: a member that died, and a deletion that it holds up', async () => {
    const [, second] = federation.members;
    await create('doomed');
    await until('it is everywhere', PATIENCE_SECONDS, async () => {
      const { members } = await one('doomed');
      return { done: members.at(1)?.code === 'OK', seen: members };
    });
    await second?.plane.stopServer();
    must(
      await federation.host.api.delete(FEDERATED_CONFIG_MAPS, {
        namespace: NAMESPACE,
        name: 'doomed',
      }),
    );
    const overview = await until('cluster and deadline are told', PATIENCE_SECONDS, async () => {
      const seen = await status();
      const down = seen.clusters.find(({ name }) => name === 'member-2')?.ready === 'False';
      return { done: down && seen.deletions.some(({ deadline }) => deadline), seen };
    });

    expect(overview.deletions.filter(({ deadline }) => deadline)).toMatchObject([
      { name: 'doomed', cluster: 'member-2' },
    ]);
    expect(overview.clusters[1]).toMatchObject({ reason: 'ClusterNotReachable' });
    expect(overview.notSeen).toHaveLength(1);
    expect(overview.notSeen[0]).toMatch(/^latency of member-2: /);
    await expect(kubefedEks('doctor')).rejects.toThrow(
      /error {5}cluster member-2: it is not Ready: ClusterNotReachable/,
    );
  }, 180_000);
});

async function inSync(): Promise<Overview> {
  return until('everything is in sync', PATIENCE_SECONDS, async () => {
    const seen = await status();
    return { done: seen.outOfSync.length === 0, seen };
  });
}

async function status(): Promise<Overview> {
  return JSON.parse(await kubefedEks('status', '--output', 'json'));
}

async function one(name: string): Promise<ObjectView> {
  const place = ['--namespace', NAMESPACE, '--output', 'json'];
  return JSON.parse(await kubefedEks('status', 'FederatedConfigMap', name, ...place));
}

async function create(name: string, spec: JsonObject = {}): Promise<void> {
  must(
    await federation.host.api.create(FEDERATED_CONFIG_MAPS, {
      apiVersion: 'types.kubefed.io/v1beta1',
      kind: 'FederatedConfigMap',
      metadata: { namespace: NAMESPACE, name },
      spec: { template: { data: { a: 'b' } }, placement: { clusterSelector: {} }, ...spec },
    }),
  );
}

/** The command line with IAM credentials of the one who made the clusters. @throws when it ends with another code than 0 */
function kubefedEks(...args: string[]): Promise<string> {
  const { runtime, host } = federation;
  return runCommand(process.execPath, [CLI, ...args], {
    ...process.env,
    ...creatorEnvironment(runtime),
    AWS_ENDPOINT_URL_SQS: runtime.sqsEndpoint,
    KUBECONFIG: host.plane.kubeconfigPath,
  });
}
