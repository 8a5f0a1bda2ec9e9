import { isReady } from '../../lib/core/readiness.ts';
import { overriddenReplicas } from '../../lib/core/spread/rewrite.ts';
import { type JsonObject, valueAt } from '../../lib/model/json.ts';
import { KUBEFED_CLUSTERS, NAMESPACES } from '../../lib/model/resources.ts';
import { PREFERENCES } from '../../lib/model/scheduling.ts';
import { type PretendKubelet, pretendKubelet } from '../environment/pretend-kubelet.ts';
import { serviceLeadsTo } from './dns-steps.ts';
import { create, DEPLOYMENTS, FEDERATED_DEPLOYMENTS, must, patch, read } from './objects.ts';
import type { Scene, Step } from './steps.ts';
import { until } from './until.ts';

const NAMESPACE = 'failover';
const NAME = 'web';
const KEY = { namespace: NAMESPACE, name: NAME };
const TOTAL = 6;
/** replicas by cluster */
type Replicas = Readonly<Record<string, number>>;

const kubelets: PretendKubelet[] = [];

export const FAILOVER_STEPS: readonly Step[] = [
  { name: 'failover: replicas by weight', run: spreadByWeight },
  { name: 'failover: a minimum for cluster0', run: spreadWithMinimum },
  { name: 'failover: the API server of cluster2 is killed', run: loseCluster },
  { name: 'failover: cluster2 returns', run: returnCluster },
  { name: 'failover: drain cluster1, and uncordon it', run: drainCluster },
];

async function spreadByWeight(scene: Scene): Promise<string> {
  const { host } = scene;
  const clusters = clustersOf(scene).map(({ name }) => ({ name }));
  await create(host.api, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
  await create(host.api, federated('FederatedNamespace', NAMESPACE, { placement: { clusters } }));
  await create(
    host.api,
    federated('FederatedDeployment', NAME, { template: template(), placement: {} }),
  );
  // Nothing runs without nodes: somebody has to say that pods are Ready.
  kubelets.push(...clustersOf(scene).map(({ api }) => pretendKubelet(api, NAMESPACE)));
  must(await host.api.create(PREFERENCES, preference()));
  return inTime(() => runs(scene, { cluster0: 1, cluster1: 2, cluster2: 3 }, 30));
}

async function spreadWithMinimum(scene: Scene): Promise<string> {
  const spec = { clusters: { cluster0: { weight: 1, minReplicas: 2 } } };
  await patch(scene.host.api, PREFERENCES, KEY, { spec });
  return inTime(() => runs(scene, BALANCED, 30));
}

/** With two replicas for cluster0, the rest by weight. */
const BALANCED: Replicas = { cluster0: 2, cluster1: 2, cluster2: 2 };

async function loseCluster(scene: Scene): Promise<string> {
  await scene.two.plane.stopServer();
  const [noticed, gone, moved] = await Promise.all([
    secondsOf(() => readyIs(scene, false, 90)),
    secondsOf(() => serviceLeadsTo(scene, 'us-east-1')),
    secondsOf(() =>
      until('the others run all replicas', 120, async () => {
        const { cluster0 = 0, cluster1 = 0 } = await readyReplicas(scene);
        return { done: cluster0 + cluster1 === TOTAL, seen: [cluster0, cluster1] };
      }),
    ),
  ]);
  const now = text(await readyReplicas(scene));
  return `not Ready after ${noticed}, DNS record gone after ${gone}, replicas moved after ${moved}: ${now}`;
}

async function returnCluster(scene: Scene): Promise<string> {
  await scene.two.plane.startServer();
  const [noticed, named, moved] = await Promise.all([
    secondsOf(() => readyIs(scene, true, 40)),
    secondsOf(() => serviceLeadsTo(scene, 'eu-west-1', 'us-east-1')),
    secondsOf(() => runs(scene, BALANCED, 80)),
  ]);
  return `Ready after ${noticed}, DNS record back after ${named}, replicas after ${moved}: ${text(BALANCED)}`;
}

async function drainCluster(scene: Scene): Promise<string> {
  const { host, one } = scene;
  const drained = await secondsOf(() => scene.kubefedEks('drain', one.name, '--timeout', '60'));
  const now = await readyReplicas(scene);
  if (now[one.name] !== 0 || sumOf(now) !== TOTAL) throw new Error(`after drain: ${text(now)}`);
  await serviceLeadsTo(scene, 'eu-west-1');
  await scene.kubefedEks('uncordon', one.name);
  const back = await secondsOf(() => runs(scene, BALANCED, 30));
  await serviceLeadsTo(scene, 'eu-west-1', 'us-east-1');
  await Promise.all(kubelets.splice(0).map((kubelet) => kubelet.stop()));
  must(await host.api.delete(NAMESPACES, { name: NAMESPACE }));
  return `empty after ${drained}: ${text(now)}; back ${back} after uncordon`;
}

function clustersOf({ host, one, two }: Scene) {
  return [host, one, two];
}

async function inTime(run: () => Promise<Replicas>): Promise<string> {
  const startMs = performance.now();
  const seen = await run();
  return `${text(seen)} after ${seconds(startMs)}`;
}

async function secondsOf(run: () => Promise<unknown>): Promise<string> {
  const startMs = performance.now();
  await run();
  return seconds(startMs);
}

function seconds(sinceMs: number): string {
  return `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`;
}

function text(replicas: Replicas): string {
  return Object.entries(replicas)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

function sumOf(replicas: Replicas): number {
  return Object.values(replicas).reduce((sum, count) => sum + count, 0);
}

/** Waits until each cluster is told, and has Ready, that many. */
function runs(scene: Scene, expected: Replicas, patienceSeconds: number): Promise<Replicas> {
  return until(`${text(expected)}`, patienceSeconds, async () => {
    const object = (await read(scene.host.api, FEDERATED_DEPLOYMENTS, NAMESPACE, NAME)) ?? {};
    const seen = await readyReplicas(scene);
    const done = Object.entries(expected).every(
      ([name, count]) => overriddenReplicas(object, name) === count && seen[name] === count,
    );
    return { done, seen };
  });
}

/** 0 of a cluster that does not answer. */
async function readyReplicas(scene: Scene): Promise<Replicas> {
  const found = await Promise.all(
    clustersOf(scene).map(async ({ name, api }) => {
      const live = await api.get(DEPLOYMENTS, KEY);
      const count = live.ok ? valueAt(live.value, 'status', 'readyReplicas') : 0;
      return [name, typeof count === 'number' ? count : 0] as const;
    }),
  );
  return Object.fromEntries(found);
}

function readyIs({ host, two }: Scene, expected: boolean, patienceSeconds: number) {
  const key = { namespace: 'kube-federation-system', name: two.name };
  return until(`${two.name} Ready: ${expected}`, patienceSeconds, async () => {
    const cluster = must(await host.api.get(KUBEFED_CLUSTERS, key));
    return { done: isReady(cluster) === expected, seen: valueAt(cluster, 'status', 'conditions') };
  });
}

function preference(): JsonObject {
  return {
    apiVersion: 'scheduling.kubefed.io/v1alpha1',
    kind: 'ReplicaSchedulingPreference',
    metadata: KEY,
    spec: {
      targetKind: 'FederatedDeployment',
      totalReplicas: TOTAL,
      rebalance: true,
      clusters: { cluster0: { weight: 1 }, cluster1: { weight: 2 }, cluster2: { weight: 3 } },
      failoverDelaySeconds: 5,
      recoveryDelaySeconds: 2,
    },
  };
}

function federated(kind: string, name: string, spec: JsonObject): JsonObject {
  const metadata = { namespace: NAMESPACE, name };
  return { apiVersion: 'types.kubefed.io/v1beta1', kind, metadata, spec };
}

function template(): JsonObject {
  const labels = { app: NAME };
  const containers = [{ name: NAME, image: 'nginx' }];
  return {
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers } },
    },
  };
}
