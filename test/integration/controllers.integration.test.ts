import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type JsonObject, listAt, stringAt, valueAt } from '../../lib/model/json.ts';
import type { Resource } from '../../lib/model/resource.ts';
import { SERVICES } from '../../lib/model/resources.ts';
import { NAMESPACE, prepare } from '../bench/measure.ts';
import { callApi } from '../environment/call-api.ts';
import {
  type FastCluster,
  type FastFederation,
  startFastFederation,
} from '../environment/fast-federation.ts';
import { DEPLOYMENTS, must } from '../walkthrough/objects.ts';
import { federate, type Subject, writesDuring } from './federated-subject.ts';

const JOBS: Resource = {
  ...{ group: 'batch', version: 'v1', kind: 'Job', plural: 'jobs', namespaced: true },
};
const SERVICE_ACCOUNTS: Resource = {
  ...{ group: '', version: 'v1', kind: 'ServiceAccount', plural: 'serviceaccounts' },
  namespaced: true,
};
const AUTOSCALERS: Resource = {
  ...{ group: 'autoscaling', version: 'v2', kind: 'HorizontalPodAutoscaler' },
  ...{ plural: 'horizontalpodautoscalers', namespaced: true },
};
const TARGETS = [DEPLOYMENTS, JOBS, SERVICES, SERVICE_ACCOUNTS];
/** Longer than a drift waits to be judged, and than an autoscaler sleeps. */
const REST_MS = 8_000;

let federation: FastFederation;
let first: FastCluster;
let second: FastCluster;

beforeAll(async () => {
  federation = await startFastFederation({ members: 2, onProgress: () => undefined });
  const [one, other] = federation.members;
  if (one === undefined || other === undefined) throw new Error('two members are needed');
  [first, second] = [one, other];
  await prepare(federation);
}, 180_000);

afterAll(() => federation?.stop());

const pods = (app: string, image: string) => ({
  metadata: { labels: { app } },
  spec: { containers: [{ name: 'main', image }] },
});
const deployment = (image: string, replicas: number) => ({
  spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: pods('web', image) },
});

describe('an autoscaler in a member', () => {
  let web: Subject;

  it('keeps the replicas that it has set, while the template goes on', async () => {
    web = await federate(federation, DEPLOYMENTS, 'scaled', { template: deployment('one', 1) });
    await web.targetIs(first, 'is there', () => true);
    must(await first.api.create(AUTOSCALERS, autoscalerOf('scaled', 3)));
    await web.targetIs(first, 'is scaled', (target) => replicasOf(target) === 3);
    await atRest();
    await web.edit({ spec: { template: deployment('two', 2) } });

    await web.targetIs(first, 'has the new image', (target) => imageOf(target) === 'two');
    await web.targetIs(second, 'has the new replicas', (target) => replicasOf(target) === 2);
    expect(await writesDuring(first, TARGETS, atRest)).toEqual([]);
    expect(replicasOf(await web.target(first))).toBe(3);
    await web.entryIs(first, undefined);
  }, 120_000);

  it('is not kubectl: what a person scales is put right', async () => {
    await scaleByHand(second, 'scaled', 5);

    await web.targetIs(second, 'is put right', (target) => replicasOf(target) === 2);
  }, 120_000);

  it('gives way to an override of its cluster', async () => {
    const clusterOverrides = [{ path: '/spec/replicas', value: 4 }];
    await web.edit({ spec: { overrides: [{ clusterName: first.name, clusterOverrides }] } });

    await web.targetIs(first, 'is overridden', (target) => replicasOf(target) === 4);
    expect(await writesDuring(first, TARGETS, atRest)).toEqual([]);
  }, 120_000);
});

describe('objects that controllers work on', () => {
  const made: Subject[] = [];
  let before: JsonObject[];

  it('are not fought over: at rest nothing is written', async () => {
    for (const [target, name, spec] of WORKED_ON) {
      made.push(await federate(federation, target, name, spec));
    }
    for (const one of made) await one.entryIs(first, undefined);
    const [, , , account] = made;
    await account?.touch(first, { secrets: [{ name: 'token-of-its-own' }] });
    await atRest();

    const writes = [first, second].map((member) => writesDuring(member, TARGETS, atRest));
    expect(await Promise.all(writes)).toEqual([[], []]);
    before = await targets();
    expect(valueAt(before[0], 'metadata', 'annotations')).toMatchObject({
      'deployment.kubernetes.io/revision': '1',
      team: 'blue',
    });
    expect(valueAt(before[1], 'spec', 'healthCheckNodePort')).toBeGreaterThan(0);
    expect(valueAt(before[2], 'status', 'active')).toBe(1);
  }, 120_000);

  it('keep what their cluster has put in when they are edited', async () => {
    for (const one of made) {
      await one.edit({ spec: { template: { metadata: { labels: { edited: 'yes' } } } } });
    }
    for (const one of made) {
      await one.targetIs(first, 'is edited', (target) => {
        return stringAt(target, 'metadata', 'labels', 'edited') === 'yes';
      });
      await one.entryIs(first, undefined);
    }

    expect((await targets()).map(keptOf)).toEqual(before.map(keptOf));
    expect(await writesDuring(first, TARGETS, atRest)).toEqual([]);
  }, 120_000);

  const keptOf = (object: JsonObject) => [
    ...[object['spec'], object['secrets']],
    ...[valueAt(object, 'metadata', 'uid'), valueAt(object, 'metadata', 'annotations')],
  ];

  async function targets(): Promise<JsonObject[]> {
    const found = await Promise.all(made.map((one) => one.target(first)));
    return found.map((target) => target ?? {});
  }
});

/** What a controller, or the API server itself, fills in or goes on changing. */
const WORKED_ON: [target: Resource, name: string, spec: JsonObject][] = [
  [
    DEPLOYMENTS,
    'web',
    {
      template: deployment('one', 1),
      overrides: ['member-1', 'member-2'].map((clusterName) => ({
        clusterName,
        clusterOverrides: [{ op: 'add', path: '/metadata/annotations', value: { team: 'blue' } }],
      })),
    },
  ],
  [
    SERVICES,
    'web',
    {
      template: {
        spec: {
          ...{ type: 'LoadBalancer', externalTrafficPolicy: 'Local', selector: { app: 'web' } },
          ports: [{ port: 80 }],
        },
      },
    },
  ],
  [
    JOBS,
    'once',
    {
      template: {
        spec: {
          template: {
            metadata: { labels: { app: 'once' } },
            spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'one' }] },
          },
        },
      },
    },
  ],
  [SERVICE_ACCOUNTS, 'worker', { template: {} }],
];

async function atRest(): Promise<void> {
  await federation.runtime.idle();
  await sleep(REST_MS);
  await federation.runtime.idle();
}

function autoscalerOf(name: string, minReplicas: number): JsonObject {
  const cpu = { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } };
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name, namespace: NAMESPACE },
    spec: {
      ...{ minReplicas, maxReplicas: 5, metrics: [{ type: 'Resource', resource: cpu }] },
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
    },
  };
}

/** As `kubectl scale` does. */
async function scaleByHand({ plane }: FastCluster, name: string, replicas: number): Promise<void> {
  const { url, caData, adminToken: token } = plane;
  const path = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/${name}/scale`;
  const metadata = { name, namespace: NAMESPACE };
  const scale = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata, spec: { replicas } };
  const answer = await callApi(
    { url, token, caPem: Buffer.from(caData, 'base64').toString() },
    { method: 'PUT', path: `${path}?fieldManager=kubectl`, body: scale },
  );
  expect(answer).toMatchObject({ status: 200 });
}

function replicasOf(target: JsonObject | undefined) {
  return valueAt(target, 'spec', 'replicas');
}

function imageOf(target: JsonObject): string | undefined {
  const [container] = listAt(target, 'spec', 'template', 'spec', 'containers');
  return stringAt(container, 'image');
}
