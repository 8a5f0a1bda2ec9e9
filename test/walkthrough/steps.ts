import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { type JsonObject, listAt, stringAt, stringMapAt, valueAt } from '../../lib/model/json.ts';
import {
  CONFIG_MAPS,
  CUSTOM_RESOURCE_DEFINITIONS,
  KUBEFED_CLUSTERS,
  NAMESPACES,
} from '../../lib/model/resources.ts';
import { apiCalls, callsBetween, describeCalls, writesAmong } from '../environment/api-calls.ts';
import type { ControlPlane } from '../environment/control-plane.ts';
import type { EmulatedAws, EmulatedCluster } from '../environment/emulated-aws.ts';
import type { DnsAccount } from './dns-account.ts';
import { DNS_LAST_STEPS, DNS_STEPS } from './dns-steps.ts';
import { FAILOVER_STEPS } from './failover-steps.ts';
import { askDoctor, tellStatus } from './look-steps.ts';
import {
  create,
  DEPLOYMENTS,
  example,
  FEDERATED_CONFIG_MAPS,
  FEDERATED_DEPLOYMENTS,
  must,
  patch,
  read,
} from './objects.ts';
import { planExamples } from './plan-steps.ts';
import { until } from './until.ts';

const TEST = 'test';
const KUBEFED = 'kube-federation-system';
const HUNDREDS = 200;

/** What the steps of the walk-through work on. */
export interface Scene {
  readonly aws: EmulatedAws;
  readonly dns: DnsAccount;
  /** cluster0: the host, and a member */
  readonly host: EmulatedCluster;
  readonly one: EmulatedCluster;
  readonly two: EmulatedCluster;
  /** the kubeconfig context of a cluster, named as eksctl names it */
  contextOf(cluster: EmulatedCluster): string;
  /** runs the command line with those arguments */
  kubefedEks(...args: string[]): Promise<string>;
}

export interface Step {
  readonly name: string;
  /** @returns what came out, for the person who watches. @throws when it came out otherwise */
  readonly run: (scene: Scene) => Promise<string>;
}

export const STEPS: readonly Step[] = [
  { name: 'the 21 CRDs are on the host', run: crdsAreThere },
  { name: 'join cluster0, by its ARN', run: joinHost },
  { name: 'join cluster1, by the context that eksctl writes', run: joinByContext },
  { name: 'join cluster2, by its ARN', run: joinTwo },
  { name: 'federate namespace test', run: federateNamespace },
  { name: 'federate a Deployment with overrides', run: federateDeployment },
  { name: 'plan: an applied manifest and a new one', run: planExamples },
  { name: 'an override path with dots', run: dottedPath },
  { name: 'edit the template', run: editTemplate },
  { name: 'edit a member by hand', run: repairDrift },
  { name: 'take cluster2 out of the placement', run: unplace },
  { name: 'place by label', run: placeByLabel },
  { name: 'status: the federation at a glance', run: tellStatus },
  { name: 'doctor: nothing is wrong', run: askDoctor },
  { name: 'one ConfigMap to both members, 20 times', run: oneByOne },
  { name: `${HUNDREDS} ConfigMaps at once`, run: hundreds },
  { name: '30 s at rest without a write', run: rest },
  ...DNS_STEPS,
  ...FAILOVER_STEPS,
  ...DNS_LAST_STEPS,
  { name: 'delete namespace test', run: deleteNamespace },
];

async function crdsAreThere({ host }: Scene): Promise<string> {
  const listed = must(await host.api.list(CUSTOM_RESOURCE_DEFINITIONS, { metadataOnly: true }));
  const names = listed.items.map((crd) => stringAt(crd, 'metadata', 'name') ?? '');
  const ours = names.filter((name) => name.endsWith('.kubefed.io'));
  if (ours.length !== 21) throw new Error(`${ours.length} CRDs: ${ours.join(', ')}`);
  return '21 CRDs of kubefed.io';
}

async function joinHost(scene: Scene): Promise<string> {
  await scene.kubefedEks('join', scene.host.name, '--cluster-arn', scene.host.arn);
  return ready(scene, 1);
}

async function joinByContext(scene: Scene): Promise<string> {
  await scene.kubefedEks('join', '--cluster-context', scene.contextOf(scene.one));
  return ready(scene, 2);
}

async function joinTwo(scene: Scene): Promise<string> {
  await scene.kubefedEks('join', scene.two.name, '--cluster-arn', scene.two.arn);
  return ready(scene, 3);
}

/** What `kubectl get kubefedclusters` shows. */
async function ready({ host }: Scene, count: number): Promise<string> {
  const { items } = must(await host.api.list(KUBEFED_CLUSTERS, { namespace: KUBEFED }));
  const names = items.filter((item) => conditionOf(item, 'Ready') === 'True').map(nameOf);
  if (names.length !== count) throw new Error(`ready: ${names.join(', ')}`);
  return `READY True: ${names.join(', ')}`;
}

async function federateNamespace({ host, one, two }: Scene): Promise<string> {
  await create(host.api, await example('Namespace', TEST));
  await create(host.api, await example('FederatedNamespace', TEST));
  await until('namespace test in cluster1 and cluster2', 5, async () => {
    const found = await Promise.all([one, two].map((c) => c.api.get(NAMESPACES, { name: TEST })));
    return { done: found.every((result) => result.ok), seen: found.map((result) => result.ok) };
  });
  return 'in cluster1 and cluster2';
}

async function federateDeployment({ host, one, two }: Scene): Promise<string> {
  await create(host.api, await example('FederatedDeployment', TEST));
  await deploymentIs(one, TEST, { replicas: 3, image: 'nginx' });
  await deploymentIs(two, TEST, { replicas: 5, image: 'nginx:1.17.0-alpine', foo: 'bar' });
  await propagated(host, TEST);
  return 'cluster1: 3 × nginx; cluster2: 5 × nginx:1.17.0-alpine, foo=bar';
}

async function dottedPath({ host, one, two }: Scene): Promise<string> {
  await create(host.api, await example('FederatedDeployment', 'test-deployment'));
  await deploymentIs(one, 'test-deployment', { replicas: 1 });
  await deploymentIs(two, 'test-deployment', { replicas: 2 });
  return 'spec.replicas: 2 in cluster2';
}

async function editTemplate({ host, one, two }: Scene): Promise<string> {
  await patchTest(host, { spec: { template: { spec: { replicas: 4 } } } });
  await deploymentIs(one, TEST, { replicas: 4 });
  await deploymentIs(two, TEST, { replicas: 5 });
  return 'cluster1 follows with 4 replicas, cluster2 keeps its override';
}

async function repairDrift({ one }: Scene): Promise<string> {
  const key = { namespace: TEST, name: TEST };
  await patch(one.api, DEPLOYMENTS, key, { spec: { replicas: 1 } });
  await deploymentIs(one, TEST, { replicas: 4 });
  return 'cluster1 is back at 4 replicas';
}

async function unplace({ host, two }: Scene): Promise<string> {
  await patchTest(host, { spec: { placement: { clusters: [{ name: 'cluster1' }] } } });
  await until('Deployment test leaves cluster2', 5, async () => {
    const seen = await read(two.api, DEPLOYMENTS, TEST, TEST);
    return { done: seen === undefined, seen };
  });
  return 'its copy is gone';
}

async function placeByLabel({ host, one, two }: Scene): Promise<string> {
  const label = { metadata: { labels: { tier: 'web' } } };
  await create(host.api, await example('FederatedDeployment', 'by-label'));
  for (const { name } of [one, two]) {
    await patch(host.api, KUBEFED_CLUSTERS, { namespace: KUBEFED, name }, label);
  }
  await Promise.all([one, two].map((c) => deploymentIs(c, 'by-label', { replicas: 1 })));
  return 'in every cluster labelled tier=web';
}

async function oneByOne({ host, one, two }: Scene): Promise<string> {
  const times: number[] = [];
  for (let i = 0; i < 20; i++) {
    const name = `one-${i}`;
    const startMs = performance.now();
    await create(host.api, configMap(name));
    await Promise.all(
      [one, two].map((cluster) =>
        until(`ConfigMap ${name} in ${cluster.name}`, 5, async () => {
          const seen = await read(cluster.api, CONFIG_MAPS, TEST, name);
          return { done: seen !== undefined, seen };
        }),
      ),
    );
    times.push(performance.now() - startMs);
  }
  times.sort((a, b) => a - b);
  const [p50 = 0, worst = 0] = [times[10], times.at(-1)].map((ms) => Math.round(ms ?? 0));
  if (p50 > 250) throw new Error(`p50 ${p50} ms, worst ${worst} ms; 250 ms was promised`);
  return `p50 ${p50} ms, worst ${worst} ms`;
}

async function hundreds({ host, one, two }: Scene): Promise<string> {
  const names = Array.from({ length: HUNDREDS }, (_, i) => `many-${i}`);
  await Promise.all(names.map((name) => create(host.api, configMap(name))));
  await Promise.all([one, two].map((cluster) => countIs(cluster, 'many-', HUNDREDS)));
  await until('all of them are reported', 10, async () => {
    const { items } = must(await host.api.list(FEDERATED_CONFIG_MAPS, { namespace: TEST }));
    const done = items.filter((item) => conditionOf(item, 'Propagation') === 'True').length;
    return { done: done === items.length, seen: done };
  });
  return `${HUNDREDS} in each member, all reported`;
}

async function rest({ aws }: Scene): Promise<string> {
  const planes = Object.values(aws.clusters).map((cluster) => cluster.plane);
  await until('nothing more is written for what came before', 30, async () => {
    const seen = await writesWithin(planes, 3);
    return { done: seen.length === 0, seen };
  });
  const writes = await writesWithin(planes, 30);
  if (writes.length > 0) throw new Error(`written at rest: ${writes.join('; ')}`);
  return 'no write on host or members but the renewal of the watch Lease';
}

/** @returns the calls that changed something in that time, but the renewal of the watch Lease; may be empty */
async function writesWithin(planes: readonly ControlPlane[], seconds: number): Promise<string[]> {
  const before = await Promise.all(planes.map(apiCalls));
  await sleep(seconds * 1000);
  const after = await Promise.all(planes.map(apiCalls));
  return planes.flatMap((plane, i) => {
    const calls = callsBetween(before[i] ?? new Map(), after[i] ?? new Map());
    return describeCalls(writesAmong(calls)).map((call) => `${plane.name}: ${call}`);
  });
}

async function deleteNamespace({ host, one, two }: Scene): Promise<string> {
  must(await host.api.delete(NAMESPACES, { name: TEST }));
  await until('namespace test is gone everywhere', 30, async () => {
    const found = await Promise.all(
      [host, one, two].map((cluster) => cluster.api.get(NAMESPACES, { name: TEST })),
    );
    return { done: found.every((result) => !result.ok), seen: found.map((result) => result.ok) };
  });
  return 'host and members are clean';
}

interface Expected {
  readonly replicas: number;
  readonly image?: string;
  /** value of the annotation `foo` */
  readonly foo?: string;
}

async function deploymentIs(cluster: EmulatedCluster, name: string, expected: Expected) {
  await until(`Deployment ${name} in ${cluster.name}`, 10, async () => {
    const live = await read(cluster.api, DEPLOYMENTS, TEST, name);
    const [container] = listAt(live, 'spec', 'template', 'spec', 'containers');
    const seen = {
      replicas: valueAt(live, 'spec', 'replicas'),
      image: stringAt(container, 'image'),
      foo: stringMapAt(live, 'metadata', 'annotations')['foo'],
    };
    return { done: isDeepStrictEqual(seen, { ...seen, ...expected }), seen };
  });
}

async function propagated(host: EmulatedCluster, name: string): Promise<void> {
  await until(`FederatedDeployment ${name} is propagated`, 5, async () => {
    const federated = await read(host.api, FEDERATED_DEPLOYMENTS, TEST, name);
    const done = conditionOf(federated, 'Propagation') === 'True';
    return { done, seen: valueAt(federated, 'status') };
  });
}

async function countIs(cluster: EmulatedCluster, prefix: string, count: number): Promise<void> {
  await until(`${count} ConfigMaps in ${cluster.name}`, 10, async () => {
    const options = { namespace: TEST, metadataOnly: true };
    const { items } = must(await cluster.api.list(CONFIG_MAPS, options));
    const seen = items.filter((item) => nameOf(item).startsWith(prefix)).length;
    return { done: seen === count, seen };
  });
}

function configMap(name: string): JsonObject {
  return {
    apiVersion: 'types.kubefed.io/v1beta1',
    kind: 'FederatedConfigMap',
    metadata: { name, namespace: TEST },
    spec: {
      template: { data: { name } },
      placement: { clusters: [{ name: 'cluster1' }, { name: 'cluster2' }] },
    },
  };
}

function patchTest(host: EmulatedCluster, change: JsonObject): Promise<void> {
  return patch(host.api, FEDERATED_DEPLOYMENTS, { namespace: TEST, name: TEST }, change);
}

function conditionOf(object: JsonObject | undefined, type: string): string | undefined {
  const conditions = listAt(object, 'status', 'conditions');
  return stringAt(
    conditions.find((condition) => stringAt(condition, 'type') === type),
    'status',
  );
}

function nameOf(object: JsonObject): string {
  return stringAt(object, 'metadata', 'name') ?? '';
}
