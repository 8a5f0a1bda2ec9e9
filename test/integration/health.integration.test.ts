import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateAccessEntryCommand,
  DeleteAccessEntryCommand,
  DescribeAccessEntryCommand,
} from '@aws-sdk/client-eks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type JsonObject, listAt, stringAt } from '../../lib/model/json.ts';
import { KUBEFED_CONFIGS } from '../../lib/model/kubefed-config.ts';
import { objectKey, type Resource } from '../../lib/model/resource.ts';
import { CONFIG_MAPS, KUBEFED_CLUSTERS, NODES, SECRETS } from '../../lib/model/resources.ts';
import type { Cluster } from '../../lib/ports.ts';
import { NAMESPACE, prepare } from '../bench/measure.ts';
import { apiCalls, callsBetween, describeCalls, writesAmong } from '../environment/api-calls.ts';
import {
  type FastCluster,
  type FastFederation,
  startFastFederation,
} from '../environment/fast-federation.ts';
import { startFirewall } from '../environment/firewall.ts';
import { FEDERATED_CONFIG_MAPS, must } from '../walkthrough/objects.ts';
import { until } from '../walkthrough/until.ts';
import { register, registerUnhealthy } from './unhealthy-members.ts';

const KUBEFED = 'kube-federation-system';
const PATIENCE_SECONDS = 60;
const QUIET_MS = 5_000;
const SERVICE_ACCOUNTS = core('ServiceAccount', 'serviceaccounts');

let federation: FastFederation;
let stopServers: (() => Promise<void>) | undefined;

beforeAll(async () => {
  federation = await startFastFederation({ members: 2, onProgress: () => undefined });
  await prepare(federation);
  const clusterHealthCheck = { period: '2s', timeout: '1s' };
  const key = { namespace: KUBEFED, name: 'kubefed' };
  must(await federation.host.api.patch(KUBEFED_CONFIGS, key, { spec: { clusterHealthCheck } }));
  await federation.runtime.invoke('health', {});
}, 180_000);

afterAll(async () => {
  await stopServers?.();
  await federation?.stop();
});

describe('the health of a member', () => {
  it('says why it is not reachable', async () => {
    const { host } = federation;
    const [real] = members();
    stopServers = await registerUnhealthy(host.api, real, await powerlessToken(real.api));

    await Promise.all([
      tells(
        'wrong-ca',
        'Offline',
        /not reachable: TLS: .* not signed by the CA .*UNABLE_TO_VERIFY/,
      ),
      tells('unknown-token', 'Offline', /not reachable: 401 Unauthorized: the credentials/),
      tells('forbidden', 'Offline', /not reachable: 403 Forbidden: .*\/healthz/),
      tells('no-secret', 'ConfigMalformed', /may be malformed: .*Secret .*no-secret/),
      tells('failing', 'Offline', /not reachable: HTTP 500: \[-\]etcd failed: reason withheld$/),
      tells('expired', 'Offline', /not reachable: TLS: .* has expired/),
      tells('silent', 'Offline', /not reachable: TLS: .*handshake not finished within 1000 ms/),
      tells('no-name', 'Offline', /not reachable: DNS: .*no-such-host\.invalid/),
      tells('no-server', 'Offline', /not reachable: TCP: connection refused/),
    ]);
    for (const member of members()) expect(readinessOf(await read(member.name))).toBe('True');
  }, 120_000);

  it('is lost with its token, and tells version, Region and zones as long as it has it', async () => {
    const [real] = members();
    const labels = {
      'topology.kubernetes.io/region': 'eu-west-1',
      'topology.kubernetes.io/zone': 'eu-west-1c',
    };
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1', labels } };
    must(await real.api.create(NODES, node));
    const token = await tokenOf(real.api, 'federation');
    await bind(real.api, 'federation', 'cluster-admin');
    const { url: apiEndpoint, caData: caBundle } = real.plane;
    await register(federation.host.api, 'by-token', { apiEndpoint, caBundle, token });

    await becomes('by-token', 'True');
    expect((await read('by-token'))['status']).toMatchObject({
      kubernetesVersion: expect.stringMatching(/^v1\./),
      region: 'eu-west-1',
      zones: ['eu-west-1c'],
    });
    const account = { namespace: 'default', name: 'federation' };
    must(await real.api.delete(SERVICE_ACCOUNTS, account));
    await tells('by-token', 'Offline', /401 Unauthorized/);
  }, 120_000);

  it('is lost with its access entry, and back with it', async () => {
    const [other, real] = members();
    const entry = { clusterName: real.name, principalArn: healthRole() };
    const { accessEntry } = await federation.eks.send(new DescribeAccessEntryCommand(entry));
    await federation.eks.send(new DeleteAccessEntryCommand(entry));
    await tells(real.name, 'Offline', /not reachable: 401 Unauthorized: the credentials/);
    expect(readinessOf(await read(other.name))).toBe('True');

    const kubernetesGroups = accessEntry?.kubernetesGroups ?? [];
    await federation.eks.send(new CreateAccessEntryCommand({ ...entry, kubernetesGroups }));
    await becomes(real.name, 'True');
  }, 120_000);

  it('is lost behind a firewall that refuses, though it lives, and back when that opens', async () => {
    const { host } = federation;
    const firewall = await startFirewall(host.plane.url);
    const { caData: caBundle, adminToken: token } = host.plane;
    await register(host.api, 'behind', { apiEndpoint: firewall.url, caBundle, token });
    await becomes('behind', 'True');
    await firewall.refuse();
    await tells('behind', 'Offline', /not reachable: TCP: connection refused/);
    await firewall.open();
    await becomes('behind', 'True');
    must(await host.api.delete(KUBEFED_CLUSTERS, { namespace: KUBEFED, name: 'behind' }));
    await firewall.stop();
  }, 120_000);

  it('that hangs costs the others nothing; what waited for it is done when it is back', async () => {
    const [other, hanging] = members();
    hanging.plane.pause();
    await tells(hanging.name, 'Offline', /not reachable: (timeout|TLS): .* within 1000 ms/);
    expect(readinessOf(await read(other.name))).toBe('True');
    await create('while-one-hangs');
    await isIn(other, 'while-one-hangs');

    hanging.plane.resume();
    await becomes(hanging.name, 'True');
    await isIn(hanging, 'while-one-hangs');
  }, 180_000);

  it('that was killed is told as refused, and as ready when it is back', async () => {
    const [, killed] = members();
    await killed.plane.stopServer();
    await tells(killed.name, 'Offline', /not reachable: TCP: connection refused/);
    await create('while-one-is-dead');
    await killed.plane.startServer();

    await becomes(killed.name, 'True');
    await isIn(killed, 'while-one-is-dead');
  }, 180_000);

  it('keeps what it has, without a write, when all functions are stopped', async () => {
    const [member] = members();
    await federation.runtime.idle();
    await federation.runtime.stop();
    const key = objectKey(NAMESPACE, 'while-one-is-dead');
    const before = must(await member.api.get(CONFIG_MAPS, key));
    const calls = await apiCalls(member.plane);
    const spec = { template: { data: { name: 'edited meanwhile' } } };
    must(await federation.host.api.patch(FEDERATED_CONFIG_MAPS, key, { spec }));
    await sleep(QUIET_MS);

    expect(must(await member.api.get(CONFIG_MAPS, key))).toEqual(before);
    const writes = writesAmong(callsBetween(calls, await apiCalls(member.plane)));
    expect(describeCalls(writes)).toEqual([]);
  }, 120_000);
});

function members(): [FastCluster, FastCluster] {
  const [first, second] = federation.members;
  if (first === undefined || second === undefined) throw new Error('two members are needed');
  return [first, second];
}

function healthRole(): string {
  return String(federation.runtime.outputs['HealthRoleArn']);
}

async function read(name: string): Promise<JsonObject> {
  return must(await federation.host.api.get(KUBEFED_CLUSTERS, { namespace: KUBEFED, name }));
}

function conditionOf(cluster: JsonObject, type: string) {
  return listAt(cluster, 'status', 'conditions').find((each) => stringAt(each, 'type') === type);
}

function readinessOf(cluster: JsonObject): string | undefined {
  return stringAt(conditionOf(cluster, 'Ready'), 'status');
}

/** Ready is False for the same reason. */
async function tells(name: string, type: string, message: RegExp): Promise<void> {
  await until(`${name} tells ${message}`, PATIENCE_SECONDS, async () => {
    const cluster = await read(name);
    const condition = conditionOf(cluster, type);
    const isTold = stringAt(condition, 'status') === 'True' && readinessOf(cluster) === 'False';
    const done = isTold && message.test(stringAt(condition, 'message') ?? '');
    return { done, seen: cluster['status'] };
  });
}

async function becomes(name: string, readiness: string): Promise<void> {
  await until(`${name} is ready: ${readiness}`, PATIENCE_SECONDS, async () => {
    const cluster = await read(name);
    return { done: readinessOf(cluster) === readiness, seen: cluster['status'] };
  });
}

async function create(name: string): Promise<void> {
  must(
    await federation.host.api.create(FEDERATED_CONFIG_MAPS, {
      apiVersion: 'types.kubefed.io/v1beta1',
      kind: 'FederatedConfigMap',
      metadata: { name, namespace: NAMESPACE },
      spec: {
        template: { data: { name } },
        placement: { clusters: members().map((member) => ({ name: member.name })) },
      },
    }),
  );
}

async function isIn(member: FastCluster, name: string): Promise<void> {
  await until(`${name} is in ${member.name}`, PATIENCE_SECONDS, async () => {
    const found = await member.api.get(CONFIG_MAPS, objectKey(NAMESPACE, name));
    return { done: found.ok, seen: found };
  });
}

/** A token of a ServiceAccount, which the cluster's own controller fills in. */
async function tokenOf(cluster: Cluster, name: string): Promise<string> {
  const metadata = { namespace: 'default', name };
  must(await cluster.create(SERVICE_ACCOUNTS, { ...kind('ServiceAccount'), metadata }));
  must(
    await cluster.create(SECRETS, {
      ...kind('Secret'),
      type: 'kubernetes.io/service-account-token',
      metadata: { ...metadata, annotations: { 'kubernetes.io/service-account.name': name } },
    }),
  );
  let token = '';
  await until(`a token for ${name}`, PATIENCE_SECONDS, async () => {
    const secret = must(await cluster.get(SECRETS, metadata));
    token = Buffer.from(stringAt(secret, 'data', 'token') ?? '', 'base64').toString('utf8');
    return { done: token !== '', seen: secret['metadata'] };
  });
  return token;
}

/** By default Kubernetes tells everybody its health: that is taken back. */
async function powerlessToken(cluster: Cluster): Promise<string> {
  const token = await tokenOf(cluster, 'powerless');
  for (const name of ['system:public-info-viewer', 'system:discovery', 'system:monitoring']) {
    await cluster.delete(bindings(), { name });
  }
  return token;
}

async function bind(cluster: Cluster, account: string, role: string): Promise<void> {
  must(
    await cluster.create(bindings(), {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: account },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
      subjects: [{ kind: 'ServiceAccount', namespace: 'default', name: account }],
    }),
  );
}

function bindings(): Resource {
  return {
    group: 'rbac.authorization.k8s.io',
    version: 'v1',
    kind: 'ClusterRoleBinding',
    plural: 'clusterrolebindings',
    namespaced: false,
  };
}

function core(kindName: string, plural: string): Resource {
  return { group: '', version: 'v1', kind: kindName, plural, namespaced: true };
}

function kind(name: string) {
  return { apiVersion: 'v1', kind: name };
}
