import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { overriddenReplicas, placedClusters } from '../../lib/core/spread/rewrite.ts';
import { type JsonObject, listAt, stringAt, valueAt } from '../../lib/model/json.ts';
import { EVENTS } from '../../lib/model/resources.ts';
import { PREFERENCES } from '../../lib/model/scheduling.ts';
import { NAMESPACE, prepare } from '../bench/measure.ts';
import {
  type FastCluster,
  type FastFederation,
  startFastFederation,
} from '../environment/fast-federation.ts';
import { type PretendKubelet, pretendKubelet } from '../environment/pretend-kubelet.ts';
import {
  DEPLOYMENTS,
  FEDERATED_DEPLOYMENTS,
  federatedType,
  must,
  patch,
} from '../walkthrough/objects.ts';
import { until } from '../walkthrough/until.ts';

const WEB = { namespace: NAMESPACE, name: 'web' };
const SETS = { namespace: NAMESPACE, name: 'sets' };
const FEDERATED_REPLICA_SETS = federatedType('FederatedReplicaSet');
const PATIENCE_SECONDS = 90;
const EVEN = { 'member-1': 3, 'member-2': 3, 'member-3': 3 };
const IMAGE = { path: '/spec/template/spec/containers/0/image', value: 'web:2' };

let federation: FastFederation;
let kubelets: PretendKubelet[] = [];

beforeAll(async () => {
  federation = await startFastFederation({
    members: 3,
    onProgress: () => undefined,
    scheduleSpeedup: 12,
  });
  await prepare(federation);
  kubelets = federation.members.map(({ api }) => pretendKubelet(api, NAMESPACE));
}, 240_000);

afterAll(async () => {
  await Promise.all(kubelets.map((kubelet) => kubelet.stop()));
  await federation?.stop();
});

describe('a ReplicaSchedulingPreference', () => {
  it('spreads replicas, and leaves overrides by hand alone', async () => {
    const { api } = federation.host;
    const byHand = [{ clusterName: 'member-2', clusterOverrides: [IMAGE] }];
    must(await api.create(FEDERATED_DEPLOYMENTS, workload('FederatedDeployment', WEB, byHand)));
    must(await api.create(PREFERENCES, preference(WEB, { totalReplicas: 9, rebalance: true })));
    await told(EVEN);
    await readyIs(EVEN);
    await reasonIs('Scheduled');
    const federated = must(await api.get(FEDERATED_DEPLOYMENTS, WEB));
    const overrides = [IMAGE, { path: '/spec/replicas', value: 3 }];
    expect(listAt(federated, 'spec', 'overrides')).toContainEqual({
      clusterName: 'member-2',
      clusterOverrides: overrides,
    });
  }, 180_000);

  it('moves the replicas of a lost cluster, and moves them back make-before-break', async () => {
    const [lost] = federation.members;
    await lost?.plane.stopServer();
    await until('the others run all replicas', PATIENCE_SECONDS, async () => {
      const [, two = 0, three = 0] = await readyOf(DEPLOYMENTS, WEB);
      return { done: two + three === 9, seen: [two, three] };
    });
    const preferenceNow = must(await federation.host.api.get(PREFERENCES, WEB));
    expect(listAt(preferenceNow, 'status', 'clusters')).toContainEqual(
      expect.objectContaining({ name: 'member-1', state: 'Lost', lost: true, losses: 1 }),
    );

    await lost?.plane.startServer();
    const least = leastReady();
    await told(EVEN);
    await readyIs(EVEN);
    expect(await least.stop()).toBeGreaterThanOrEqual(9);
  }, 240_000);

  it('hands over while a cluster is drained, and fills it again', async () => {
    const key = { namespace: 'kube-federation-system', name: 'member-3' };
    const clusters = { ...federatedType('KubeFedCluster'), group: 'core.kubefed.io' };
    const drain = (drained: string | null) =>
      patch(federation.host.api, clusters, key, {
        metadata: { annotations: { 'kubefed.io/drained': drained } },
      });
    const least = leastReady();
    await drain('true');
    await until('it is empty', PATIENCE_SECONDS, async () => {
      const seen = await readyOf(DEPLOYMENTS, WEB);
      return { done: seen[2] === 0, seen };
    });
    expect(await least.stop()).toBeGreaterThanOrEqual(9);
    await drain(null);
    await told(EVEN);
    await readyIs(EVEN);
  }, 240_000);

  it('takes what finds no node to clusters that have some', async () => {
    const [kubelet] = kubelets;
    if (kubelet === undefined) throw new Error('three members are needed');
    kubelet.mode = 'unschedulable';
    const spec = { totalReplicas: 12, rebalance: false };
    await patch(federation.host.api, PREFERENCES, WEB, { spec });
    await until('member-1 has what fits', PATIENCE_SECONDS, async () => {
      const seen = await readyOf(DEPLOYMENTS, WEB);
      const [one, two = 0, three = 0] = seen;
      return { done: one === 3 && two + three === 9, seen };
    });
    kubelet.mode = 'ready';
  }, 180_000);

  it('schedules ReplicaSets by weight and minimum', async () => {
    const { api } = federation.host;
    const clusters = { 'member-1': { minReplicas: 2, weight: 1 }, 'member-2': { weight: 3 } };
    must(await api.create(FEDERATED_REPLICA_SETS, workload('FederatedReplicaSet', SETS, [])));
    const spec = { targetKind: 'FederatedReplicaSet', totalReplicas: 6, clusters };
    must(await api.create(PREFERENCES, preference(SETS, spec)));
    await told({ 'member-1': 3, 'member-2': 3, 'member-3': 0 }, FEDERATED_REPLICA_SETS, SETS);
  }, 120_000);

  it('says what it leaves behind', async () => {
    const { api } = federation.host;
    const before = await toldNow(FEDERATED_DEPLOYMENTS, WEB);
    must(await api.delete(PREFERENCES, WEB));
    await until('the event', PATIENCE_SECONDS, async () => {
      const { items } = must(await api.list(EVENTS, { namespace: NAMESPACE }));
      const seen = items.filter((event) => event['reason'] === 'SchedulingEnded');
      return { done: seen.length === 1, seen };
    });
    expect(await toldNow(FEDERATED_DEPLOYMENTS, WEB)).toEqual(before);
  }, 120_000);
});

function preference(metadata: JsonObject, spec: JsonObject): JsonObject {
  return {
    apiVersion: 'scheduling.kubefed.io/v1alpha1',
    kind: 'ReplicaSchedulingPreference',
    metadata,
    spec: {
      targetKind: 'FederatedDeployment',
      failoverDelaySeconds: 5,
      recoveryDelaySeconds: 2,
      ...spec,
    },
  };
}

function workload(kind: string, metadata: JsonObject, overrides: JsonObject[]): JsonObject {
  const labels = { app: String(metadata['name']) };
  const template = {
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'web', image: 'web:1' }] },
      },
    },
  };
  return {
    apiVersion: 'types.kubefed.io/v1beta1',
    kind,
    metadata,
    spec: { template, placement: {}, overrides },
  };
}

async function toldNow(resource = FEDERATED_DEPLOYMENTS, key = WEB) {
  const federated = must(await federation.host.api.get(resource, key));
  const names = placedClusters(federated);
  return Object.fromEntries(names.map((name) => [name, overriddenReplicas(federated, name)]));
}

async function told(expected: JsonObject, resource = FEDERATED_DEPLOYMENTS, key = WEB) {
  await until('the replicas are told', PATIENCE_SECONDS, async () => {
    const seen = await toldNow(resource, key);
    return { done: JSON.stringify(seen) === JSON.stringify(expected), seen };
  });
}

/** @returns ready replicas of each member in turn; 0 of one that does not answer */
function readyOf(resource = DEPLOYMENTS, key = WEB): Promise<number[]> {
  return Promise.all(
    federation.members.map(async ({ api }: FastCluster) => {
      const found = await api.get(resource, key);
      const ready = found.ok ? valueAt(found.value, 'status', 'readyReplicas') : 0;
      return typeof ready === 'number' ? ready : 0;
    }),
  );
}

async function readyIs(expected: Record<string, number>) {
  await until('the replicas are ready', PATIENCE_SECONDS, async () => {
    const seen = await readyOf();
    return { done: JSON.stringify(seen) === JSON.stringify(Object.values(expected)), seen };
  });
}

async function reasonIs(expected: string) {
  await until('the preference says so', PATIENCE_SECONDS, async () => {
    const object = must(await federation.host.api.get(PREFERENCES, WEB));
    const seen = listAt(object, 'status', 'conditions')[0];
    return { done: stringAt(seen, 'reason') === expected, seen };
  });
}

/** Looks how many replicas are ready in all, until stopped. */
function leastReady() {
  let least = Number.POSITIVE_INFINITY;
  let isOver = false;
  const done = (async () => {
    while (!isOver) {
      const ready = await readyOf();
      least = Math.min(
        least,
        ready.reduce((sum, each) => sum + each, 0),
      );
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();
  return {
    async stop() {
      isOver = true;
      await done;
      return least;
    },
  };
}
