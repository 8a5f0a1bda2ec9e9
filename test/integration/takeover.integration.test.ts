import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { type JsonObject, listAt, objectAt, stringAt, valueAt } from '../../lib/model/json.ts';
import { KUBEFED_CONFIGS } from '../../lib/model/kubefed-config.ts';
import { apiVersionOf, type ObjectKey, type Resource } from '../../lib/model/resource.ts';
import {
  CLUSTER_PROPAGATED_VERSIONS,
  CLUSTER_ROLES,
  CONFIG_MAPS,
  NAMESPACES,
  PROPAGATED_VERSIONS,
} from '../../lib/model/resources.ts';
import { FEDERATED_TYPE_CONFIGS } from '../../lib/model/type-config.ts';
import {
  DEPLOYMENTS,
  FEDERATED_CONFIG_MAPS,
  FEDERATED_DEPLOYMENTS,
  FEDERATED_NAMESPACES,
  federatedType,
  must,
} from '../walkthrough/objects.ts';
import { until } from '../walkthrough/until.ts';
import { makeConfigMap, untilCopiesAre, untilReported } from './config-map-copies.ts';
import { testFederation } from './test-federation.ts';

const KUBEFED = 'kube-federation-system';
const FINALIZER = 'kubefed.io/sync-controller';
const NO_OVERRIDES = '2979b7538b527abe06492021841caf47';
const FEDERATED_CLUSTER_ROLES = { ...federatedType('FederatedClusterRole'), namespaced: false };
const APP = { namespace: 'shop', name: 'app' };
const CLUSTERS = ['member-1', 'member-2'];

/** What KubeFed propagated: the hash is that of the very bytes that its encoder makes of the template. */
interface Left {
  readonly federated: Resource;
  readonly key: ObjectKey;
  readonly target: Resource;
  readonly targetKey: ObjectKey;
  readonly record: string;
  readonly template?: JsonObject;
  readonly templateVersion: string;
}

const DEPLOYMENT_TEXT =
  '{"spec":{"replicas":0,"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},' +
  '"spec":{"containers":[{"image":"nginx","name":"web"}]}}}}';
const ROLE_TEXT = '{"rules":[{"apiGroups":[""],"resources":["pods"],"verbs":["get"]}]}';

const LEFT: readonly Left[] = [
  {
    federated: FEDERATED_NAMESPACES,
    key: { namespace: 'shop', name: 'shop' },
    target: NAMESPACES,
    targetKey: { name: 'shop' },
    record: 'namespace-shop',
    templateVersion: '',
  },
  {
    federated: FEDERATED_CONFIG_MAPS,
    key: APP,
    target: CONFIG_MAPS,
    targetKey: APP,
    record: 'configmap-app',
    template: { metadata: { labels: { app: 'demo' } }, data: { color: 'teal' } },
    templateVersion: 'fed82d4056d39734ede8245e2f74ebaf',
  },
  {
    federated: FEDERATED_DEPLOYMENTS,
    key: { namespace: 'shop', name: 'web' },
    target: DEPLOYMENTS,
    targetKey: { namespace: 'shop', name: 'web' },
    record: 'deployment-web',
    template: JSON.parse(DEPLOYMENT_TEXT),
    templateVersion: md5(`${DEPLOYMENT_TEXT}\n`),
  },
  {
    federated: FEDERATED_CLUSTER_ROLES,
    key: { name: 'reader' },
    target: CLUSTER_ROLES,
    targetKey: { name: 'reader' },
    record: 'clusterrole-reader',
    template: JSON.parse(ROLE_TEXT),
    templateVersion: md5(`${ROLE_TEXT}\n`),
  },
];

const federation = testFederation({ members: 2 });

beforeAll(async () => {
  await push('Disabled', 'NotRunning');
  must(await federation.host.api.create(NAMESPACES, { metadata: { name: 'shop' } }));
  for (const left of LEFT) await leave(left);
}, 180_000);

describe('a host that KubeFed ran', () => {
  it('12.16 is taken over without one write to a member or a record', async () => {
    const before = await everything();
    await push('Enabled', 'Running');
    const canary = { namespace: 'shop', name: 'canary' };
    await makeConfigMap(federation, canary, {
      template: { data: { a: 'b' } },
      placement: { clusterSelector: {} },
    });
    await untilReported(federation, canary);
    await federation.runtime.idle();

    expect(await everything()).toEqual(before);
  }, 120_000);

  it('A.1 keeps the versions as KubeFed would have written them, for the way back', async () => {
    const data = { color: '<red> & "blue"', size: '\b\f\u2028ü' };
    const change = { spec: { template: { data } } };
    must(await federation.host.api.patch(FEDERATED_CONFIG_MAPS, APP, change));
    await untilCopiesAre(federation, APP, { 'member-1': data, 'member-2': data });
    await untilReported(federation, APP);

    const text =
      '{"data":{"color":"\\u003cred\\u003e \\u0026 \\"blue\\"","size":"\\u0008\\u000c\\u2028ü"},' +
      '"metadata":{"labels":{"app":"demo"}}}\n';
    const status = {
      templateVersion: md5(text),
      overridesVersion: NO_OVERRIDES,
      clusterVersions: await liveVersions(CONFIG_MAPS, APP),
    };
    await until('the record is that of KubeFed', 60, async () => {
      const seen = (await recordOf(PROPAGATED_VERSIONS, 'configmap-app'))['status'];
      return { done: JSON.stringify(sorted(seen)) === JSON.stringify(sorted(status)), seen };
    });
  }, 120_000);

  it('3.10 writes records of what is new with the names and the owner that KubeFed expects', async () => {
    const record = await recordOf(PROPAGATED_VERSIONS, 'configmap-canary');
    const canary = must(
      await federation.host.api.get(FEDERATED_CONFIG_MAPS, { ...APP, name: 'canary' }),
    );

    expect(listAt(record, 'metadata', 'ownerReferences')).toEqual([
      {
        apiVersion: 'types.kubefed.io/v1beta1',
        kind: 'FederatedConfigMap',
        name: 'canary',
        uid: stringAt(canary, 'metadata', 'uid'),
      },
    ]);
    expect(valueAt(canary, 'metadata', 'finalizers')).toEqual([FINALIZER]);
    expect(record['status']).toMatchObject({
      overridesVersion: NO_OVERRIDES,
      templateVersion: md5('{"data":{"a":"b"}}\n'),
    });
  }, 120_000);

  it('3.13 lets either finish the deletions of the other', async () => {
    for (const left of LEFT.slice(1)) {
      must(await federation.host.api.delete(left.federated, left.key));
    }
    for (const { federated, key, target, targetKey, record } of LEFT.slice(1)) {
      await until(`${record} is gone`, 60, async () => {
        const found = await federation.host.api.get(federated, key);
        return { done: !found.ok, seen: found };
      });
      for (const { api } of federation.members) {
        expect((await api.get(target, targetKey)).ok, record).toBe(false);
      }
    }
  }, 120_000);
});

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

const sorted = (value: unknown) => Object.entries(Object(value)).sort();

/** Puts an object on the host and its copies into the members, with all that KubeFed 0.10 writes beside them. */
async function leave(left: Left): Promise<void> {
  const { federated, key, target, targetKey, template } = left;
  const { host, members } = federation;
  for (const { api } of members) {
    const metadata = {
      ...targetKey,
      labels: { ...objectAt(template, 'metadata', 'labels'), 'kubefed.io/managed': 'true' },
    };
    const object = { apiVersion: apiVersionOf(target), kind: target.kind, ...template, metadata };
    must(await api.create(target, object));
  }
  await untilStill(left);
  const made = must(
    await host.api.create(federated, {
      apiVersion: apiVersionOf(federated),
      kind: federated.kind,
      metadata: { ...key, finalizers: [FINALIZER] },
      spec: {
        placement: { clusterSelector: { matchLabels: {} } },
        ...(template === undefined ? {} : { template }),
      },
    }),
  );
  const at = '2022-08-10T10:00:00Z';
  const condition = {
    type: 'Propagation',
    status: 'True',
    lastUpdateTime: at,
    lastTransitionTime: at,
  };
  const clusters = CLUSTERS.map((name) => ({ name }));
  const status = { observedGeneration: 1, conditions: [condition], clusters };
  must(await host.api.patch(federated, key, { status }, 'status'));
  await leaveRecord(left, made);
}

async function leaveRecord(left: Left, made: JsonObject): Promise<void> {
  const { api } = federation.host;
  const { federated, key, record, templateVersion } = left;
  const resource = federated.namespaced ? PROPAGATED_VERSIONS : CLUSTER_PROPAGATED_VERSIONS;
  const owner = {
    apiVersion: apiVersionOf(federated),
    kind: federated.kind,
    name: key.name,
    uid: stringAt(made, 'metadata', 'uid') ?? '',
  };
  const recordKey = { ...key, name: record };
  const status = {
    templateVersion,
    overridesVersion: NO_OVERRIDES,
    clusterVersions: await liveVersions(left.target, left.targetKey),
  };
  must(
    await api.create(resource, {
      apiVersion: apiVersionOf(resource),
      kind: resource.kind,
      metadata: { ...recordKey, ownerReferences: [owner] },
    }),
  );
  must(await api.patch(resource, recordKey, { status }, 'status'));
}

/** A Deployment gets a revision from its controller, and a status: all that ends soon. */
async function untilStill({ target, targetKey }: Left): Promise<void> {
  let last = '';
  await until(`${target.kind} is still`, 60, async () => {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const all = await versionsOf(target, targetKey);
    const seen = JSON.stringify(all);
    const revised = all.every((metadata) => valueAt(metadata, 'annotations') !== undefined);
    const done = seen === last && (target !== DEPLOYMENTS || revised);
    last = seen;
    return { done, seen };
  });
}

async function versionsOf(target: Resource, key: ObjectKey): Promise<(JsonObject | undefined)[]> {
  const found = await Promise.all(federation.members.map(({ api }) => api.get(target, key)));
  return found.map((one) => objectAt(must(one), 'metadata'));
}

async function liveVersions(target: Resource, key: ObjectKey) {
  const all = await versionsOf(target, key);
  return all.map((metadata, i) => {
    const generation = metadata?.['generation'];
    const version = generation ? `gen:${generation}` : `rv:${metadata?.['resourceVersion']}`;
    return { clusterName: CLUSTERS[i] ?? '', version };
  });
}

async function recordOf(resource: Resource, name: string): Promise<JsonObject> {
  const key = resource.namespaced ? { namespace: 'shop', name } : { name };
  return must(await federation.host.api.get(resource, key));
}

/** What must not change: copies and records as a whole, of federated objects what KubeFed reads. */
async function everything() {
  const seen: unknown[] = [];
  for (const { federated, key, target, targetKey, record } of LEFT) {
    const resource = federated.namespaced ? PROPAGATED_VERSIONS : CLUSTER_PROPAGATED_VERSIONS;
    const { metadata, spec, status } = must(await federation.host.api.get(federated, key));
    // The statuses of targets are told from now on, so the time of the last update may be another.
    const conditions = listAt(status, 'conditions').map((one) => ({
      ...Object(one),
      lastUpdateTime: '',
    }));
    seen.push(spec, valueAt(metadata, 'finalizers'), conditions);
    seen.push(await recordOf(resource, record));
    seen.push(await versionsOf(target, targetKey));
  }
  return seen;
}

/** As `kubectl scale --replicas` does for the controller manager of KubeFed. */
async function push(configuration: string, told: string): Promise<void> {
  const { api } = federation.host;
  const spec = { featureGates: [{ name: 'PushReconciler', configuration }] };
  must(await api.patch(KUBEFED_CONFIGS, { namespace: KUBEFED, name: 'kubefed' }, { spec }));
  await until(`all types are ${told}`, 60, async () => {
    const { items } = must(await api.list(FEDERATED_TYPE_CONFIGS, { namespace: KUBEFED }));
    const seen = items.map((one) => stringAt(one, 'status', 'propagationController'));
    return { done: seen.every((one) => one === told), seen };
  });
}
