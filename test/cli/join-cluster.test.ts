import { describe, expect, it } from 'vitest';
import { joinCluster } from '../../lib/cli/join-cluster.ts';
import type { JoinTarget } from '../../lib/cli/member/joining.ts';
import type { JoinRequest } from '../../lib/cli/requests.ts';
import { SERVICE_ACCOUNTS } from '../../lib/cli/resources.ts';
import {
  CLUSTER_ROLE_BINDINGS,
  CLUSTER_ROLES,
  KUBEFED_CLUSTERS,
  NAMESPACES,
  ROLE_BINDINGS,
  ROLES as ROLE_RESOURCE,
  SECRETS,
} from '../../lib/model/resources.ts';
import { FEDERATED_TYPE_CONFIGS } from '../../lib/model/type-config.ts';
import type { ApiError } from '../../lib/ports.ts';
import {
  ACCOUNT,
  EKS_TARGET,
  ENDPOINT,
  failureOf,
  fakeClock,
  fakeEks,
  fakeHost,
  fakeMember,
  fakeWorld,
  joinRequest,
  MEMBER_CA,
  NAMESPACE,
  namesOf,
  ONPREM,
  ROLES,
  TOKEN,
  type World,
} from './fixtures.ts';

const TOKEN_TARGET: JoinTarget = { kind: 'token', entry: ONPREM, from: 'onprem' };
const FORBIDDEN: ApiError = { kind: 'Forbidden', message: 'not allowed' };
const NOT_FOUND: ApiError = { kind: 'NotFound', message: 'no such resource' };
const NODES = { apiGroups: [''], resources: ['nodes'], verbs: ['list'] };
const OBSERVED = {
  apiGroups: [''],
  resources: ['configmaps', 'namespaces'],
  verbs: ['get', 'list', 'watch'],
};

function join(world: World, request: Partial<JoinRequest> = {}, target: JoinTarget = EKS_TARGET) {
  return joinCluster(world.ports, joinRequest(request), { target, open: world.openMember });
}

function writesOf(world: World): number {
  return [world.host, world.member]
    .map(({ calls }) => calls.create + calls.patch + calls.replace + calls.delete)
    .reduce((sum, one) => sum + one, 0);
}

describe('joinCluster with an EKS cluster', () => {
  it('registers it with its endpoint as EKS writes it, Region, account, version and the given labels', async () => {
    const world = fakeWorld({ eks: fakeEks({ version: '1.34' }) });

    const result = await join(world, { name: 'cluster1', label: { tier: 'gold' } });

    expect(result).toMatchObject({ name: 'cluster1', kind: 'eks', ready: true });
    expect(
      world.host.peek(KUBEFED_CLUSTERS, { namespace: NAMESPACE, name: 'cluster1' }),
    ).toMatchObject({
      metadata: {
        labels: {
          'topology.kubernetes.io/region': 'us-west-2',
          'kubefed.io/account': ACCOUNT,
          'kubefed.io/eks-version': '1.34',
          tier: 'gold',
        },
      },
      spec: {
        apiEndpoint: ENDPOINT,
        caBundle: 'Y2E=',
        eks: { clusterName: 'basic', region: 'us-west-2' },
      },
    });
  });

  it('lets the role of apply write and those of watch and health look', async () => {
    const world = fakeWorld();

    await join(world);

    expect(Object.fromEntries(world.eks.entries)).toEqual({
      [ROLES.apply]: ['kubefed:propagator'],
      [ROLES.health]: ['kubefed:observer'],
      [ROLES.watch]: ['kubefed:observer'],
    });
  });

  it('binds the groups to roles made from the enabled types alone', async () => {
    const world = fakeWorld();

    await join(world);

    const observer = { name: 'kubefed-eks:observer' };
    expect(world.member.peek(CLUSTER_ROLES, observer)).toMatchObject({
      rules: [
        OBSERVED,
        NODES,
        { nonResourceURLs: ['/healthz', '/readyz', '/version'], verbs: ['get'] },
      ],
    });
    expect(world.member.peek(CLUSTER_ROLE_BINDINGS, observer)).toMatchObject({
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: observer.name },
      subjects: [
        { apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'kubefed:observer' },
      ],
    });
    expect(namesOf(world.member.peekAll(CLUSTER_ROLES))).toEqual([
      'kubefed-eks:observer',
      'kubefed-eks:propagator',
    ]);
    expect(world.member.peek(CLUSTER_ROLES, observer)).not.toHaveProperty([
      'metadata',
      'labels',
      'kubefed.io/managed',
    ]);
  });

  it('lets the writer do everything with --admin, and the observer no more than before', async () => {
    const world = fakeWorld();

    await join(world, { admin: true });

    expect(world.member.peek(CLUSTER_ROLES, { name: 'kubefed-eks:propagator' })).toMatchObject({
      rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }, {}],
    });
    expect(world.member.peek(CLUSTER_ROLES, { name: 'kubefed-eks:observer' })).toMatchObject({
      rules: [OBSERVED, NODES, {}],
    });
  });

  it('stays inside the namespace in a federation of one namespace, but for the health paths and nodes', async () => {
    const world = fakeWorld({ host: fakeHost({ scope: 'Namespaced' }) });

    await join(world);

    expect(world.member.peek(NAMESPACES, { name: NAMESPACE })).toBeDefined();
    const key = { namespace: NAMESPACE, name: 'kubefed-eks:observer' };
    expect(world.member.peek(ROLE_RESOURCE, key)).toMatchObject({
      rules: [{ ...OBSERVED, resources: ['configmaps'] }],
    });
    expect(world.member.peek(ROLE_BINDINGS, key)).toMatchObject({ roleRef: { kind: 'Role' } });
    expect(world.member.peekAll(CLUSTER_ROLES)).toMatchObject([
      { metadata: { name: 'kubefed-eks:observer' }, rules: [NODES, { verbs: ['get'] }] },
    ]);
  });

  it('lets a role of the other account in instead of our own', async () => {
    const roleArn = 'arn:aws:iam::444455556666:role/kubefed';
    const arn = 'arn:aws:eks:us-west-2:444455556666:cluster/basic';
    const world = fakeWorld({ eks: fakeEks({ arn }) });
    const eks = { clusterName: 'basic', region: 'us-west-2' };

    const { name } = await join(world, { roleArn }, { kind: 'eks', eks, from: arn });

    expect(Object.fromEntries(world.eks.entries)).toEqual({
      [roleArn]: ['kubefed:observer', 'kubefed:propagator'],
    });
    expect(world.host.peek(KUBEFED_CLUSTERS, { namespace: NAMESPACE, name })).toMatchObject({
      metadata: { labels: { 'kubefed.io/account': '444455556666' } },
      spec: { eks: { roleArn } },
    });
  });

  it('adds its groups to an access entry that has others', async () => {
    const world = fakeWorld();
    world.eks.entries.set(ROLES.apply, ['kubefed:apply']);

    await join(world);

    expect(world.eks.entries.get(ROLES.apply)).toEqual(['kubefed:apply', 'kubefed:propagator']);
  });

  it('changes nothing the second time, under whatever name the first one found', async () => {
    const world = fakeWorld();
    const first = await join(world);
    const before = { writes: writesOf(world), sent: world.eks.sent.length };

    const second = await join(world);

    expect(second.name).toBe(first.name);
    expect(second.changes.map(({ action }) => action)).toEqual(
      second.changes.map(() => 'unchanged'),
    );
    expect(writesOf(world)).toBe(before.writes);
    expect(
      world.eks.sent.slice(before.sent).filter((name) => !name.startsWith('Describe')),
    ).toEqual([]);
  });

  it('brings the roles up to date when more types are enabled', async () => {
    const world = fakeWorld();
    await join(world);
    const key = { namespace: NAMESPACE, name: 'secrets' };
    await world.host.patch(FEDERATED_TYPE_CONFIGS, key, { spec: { propagation: 'Enabled' } });

    const { changes } = await join(world);

    expect(changes.filter(({ action }) => action !== 'unchanged')).toMatchObject([
      { action: 'update', place: 'member', what: 'ClusterRole kubefed-eks:propagator' },
      { action: 'update', place: 'member', what: 'ClusterRole kubefed-eks:observer' },
    ]);
  });

  it('changes nothing in a dry run and tells everything', async () => {
    const world = fakeWorld();

    const result = await join(world, { name: 'cluster1', dryRun: true });

    expect(writesOf(world)).toBe(0);
    expect(world.eks.entries.size).toBe(0);
    expect(result.ready).toBeUndefined();
    expect(result.changes.map(({ place, what }) => `${place} ${what}`)).toEqual([
      `eks access entry ${ROLES.apply} → kubefed:propagator`,
      `eks access entry ${ROLES.health} → kubefed:observer`,
      `eks access entry ${ROLES.watch} → kubefed:observer`,
      'member ClusterRole kubefed-eks:propagator',
      'member ClusterRoleBinding kubefed-eks:propagator',
      'member ClusterRole kubefed-eks:observer',
      'member ClusterRoleBinding kubefed-eks:observer',
      `host KubeFedCluster ${NAMESPACE}/cluster1`,
    ]);
  });

  it('does not wait with --wait 0', async () => {
    const world = fakeWorld({ clock: fakeClock(() => expect.unreachable()) });

    expect(await join(world, { wait: 0 })).toMatchObject({ ready: undefined });
  });

  it('shows the name that it made of an illegal one', async () => {
    const world = fakeWorld();

    const { name } = await join(world, { name: 'nick-aws@basic.us-west-2.eksctl.io' });

    expect(name).toMatch(/^[a-z0-9.-]+$/);
    expect(world.terminal.lines).toContain(
      `cluster name: ${name} (made legal from nick-aws@basic.us-west-2.eksctl.io)`,
    );
  });

  it('warns of a private endpoint and of a type list that is empty', async () => {
    const world = fakeWorld({
      eks: fakeEks({ resourcesVpcConfig: { endpointPublicAccess: false } }),
      host: fakeHost({
        fail: (call) => (call.resource === FEDERATED_TYPE_CONFIGS ? NOT_FOUND : undefined),
      }),
    });

    await join(world);

    expect(world.terminal.lines.filter((line) => line.startsWith('warning'))).toEqual([
      'warning: no type is enabled: nothing can be propagated',
      'warning: the endpoint of basic is private: the functions must run in a VPC that is routed to it',
    ]);
  });
});

describe('joinCluster with any other cluster', () => {
  const account = { namespace: NAMESPACE, name: 'onprem-host' };

  it("makes a ServiceAccount and a token as KubeFed does, and the host's Secret of it", async () => {
    const world = fakeWorld();

    const result = await join(world, { name: 'onprem', secretName: 'onprem-secret' }, TOKEN_TARGET);

    expect(result.kind).toBe('token');
    expect(world.member.peek(SERVICE_ACCOUNTS, account)).toMatchObject({
      automountServiceAccountToken: false,
    });
    expect(world.member.peek(SECRETS, account)).toMatchObject({
      type: 'kubernetes.io/service-account-token',
      metadata: { annotations: { 'kubernetes.io/service-account.name': 'onprem-host' } },
    });
    expect(world.member.peekAll(CLUSTER_ROLE_BINDINGS)).toMatchObject([
      {
        metadata: { name: 'kubefed-controller-manager:onprem-host' },
        subjects: [{ kind: 'ServiceAccount', ...account }],
      },
    ]);
    expect(
      world.host.peek(SECRETS, { namespace: NAMESPACE, name: 'onprem-secret' })?.['data'],
    ).toEqual({
      token: TOKEN,
    });
    expect(
      world.host.peek(KUBEFED_CLUSTERS, { namespace: NAMESPACE, name: 'onprem' }),
    ).toMatchObject({
      spec: {
        apiEndpoint: ONPREM.server,
        caBundle: ONPREM.caData,
        secretRef: { name: 'onprem-secret' },
      },
    });
    expect(world.eks.sent).toEqual([]);
  });

  it('names the Secret after the cluster and keeps to it', async () => {
    const world = fakeWorld();
    await join(world, {}, TOKEN_TARGET);

    await join(world, {}, TOKEN_TARGET);

    expect(namesOf(world.host.peekAll(SECRETS, NAMESPACE))).toEqual([
      expect.stringMatching(/^onprem-[0-9a-f]{5}$/),
    ]);
  });

  it("takes the CA from the token's Secret when the kubeconfig has none", async () => {
    const world = fakeWorld();
    const { caData: _, ...entry } = ONPREM;

    const { spec } = await join(world, {}, { kind: 'token', entry, from: 'onprem' });

    expect(spec).toMatchObject({ caBundle: MEMBER_CA });
  });

  it('takes the proxy of the kubeconfig into the KubeFedCluster', async () => {
    const world = fakeWorld();
    const entry = { ...ONPREM, proxyUrl: 'http://proxy.example.com:3128' };

    const { spec } = await join(world, {}, { kind: 'token', entry, from: 'onprem' });

    expect(spec).toMatchObject({ proxyURL: 'http://proxy.example.com:3128' });
  });

  it('keeps to insecure-skip-tls-verify', async () => {
    const world = fakeWorld();
    const entry = { ...ONPREM, insecure: true };

    const { spec } = await join(world, {}, { kind: 'token', entry, from: 'onprem' });

    expect(spec).toEqual(expect.objectContaining({ disabledTLSValidations: ['*'] }));
    expect(spec).not.toHaveProperty('caBundle');
  });

  it('changes nothing the second time', async () => {
    const world = fakeWorld();
    await join(world, {}, TOKEN_TARGET);
    const before = writesOf(world);

    await join(world, {}, TOKEN_TARGET);

    expect(writesOf(world)).toBe(before);
  });

  it('uses --host-cluster-name, made legal', async () => {
    const world = fakeWorld();
    const ports = { ...world.ports, hostName: 'Nick@host' };

    await joinCluster(ports, joinRequest({ name: 'onprem' }), {
      target: TOKEN_TARGET,
      open: world.openMember,
    });

    expect(namesOf(world.member.peekAll(SERVICE_ACCOUNTS, NAMESPACE))).toContainEqual(
      expect.stringMatching(/^onprem-[a-z0-9.-]*nick[a-z0-9.-]*$/),
    );
  });

  it('waits until the namespace of the member is gone that unjoin deleted', async () => {
    const terminating = {
      metadata: { name: NAMESPACE, deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['x'] },
    };
    const member = fakeMember();
    member.seed(NAMESPACES, terminating);
    const world: World = fakeWorld({
      member,
      clock: fakeClock((nowMs) => {
        const patch = { metadata: { finalizers: null } };
        if (nowMs === 3_000) void member.patch(NAMESPACES, { name: NAMESPACE }, patch);
      }),
    });

    await join(world, { wait: 0 }, TOKEN_TARGET);

    expect(member.peek(NAMESPACES, { name: NAMESPACE })).not.toHaveProperty([
      'metadata',
      'deletionTimestamp',
    ]);
  });

  it('warns of an endpoint that only this machine can reach', async () => {
    const world = fakeWorld();
    const entry = { ...ONPREM, server: 'https://127.0.0.1:37129' };

    await join(world, {}, { kind: 'token', entry, from: 'kind-kind' });

    expect(world.terminal.lines).toContainEqual(
      expect.stringContaining('https://127.0.0.1:37129 is an address of this machine'),
    );
  });

  it('shows no Secret data and makes nothing in a dry run', async () => {
    const world = fakeWorld();

    const { changes } = await join(world, { dryRun: true }, TOKEN_TARGET);

    expect(writesOf(world)).toBe(0);
    expect(changes.map(({ what }) => what)).toContain(`Namespace ${NAMESPACE}`);
  });
});

describe('joinCluster that fails', () => {
  it('takes back all it made when the cluster does not become Ready', async () => {
    const world = fakeWorld({ clock: fakeClock() });

    const error = await failureOf(join(world, { name: 'cluster1', wait: 3 }));

    expect(error.code).toBe('NotReady');
    expect(world.terminal.lines.filter((line) => line.includes('undone: '))).toEqual(
      world.terminal.lines
        .filter((line) => line.includes('created '))
        .map((line) => line.replace('created', 'undone: create'))
        .reverse(),
    );
    expect(world.eks.entries.size).toBe(0);
    expect(world.member.peekAll(CLUSTER_ROLES)).toEqual([]);
    expect(world.member.peekAll(CLUSTER_ROLE_BINDINGS)).toEqual([]);
    expect(world.host.peekAll(KUBEFED_CLUSTERS)).toEqual([]);
  });

  it('takes back the token way too', async () => {
    const world = fakeWorld({ clock: fakeClock() });

    await failureOf(join(world, { wait: 3 }, TOKEN_TARGET));

    expect(world.member.peekAll(SERVICE_ACCOUNTS, NAMESPACE)).toEqual([]);
    expect(world.member.peek(NAMESPACES, { name: NAMESPACE })).toBeUndefined();
    expect(world.host.peekAll(SECRETS)).toEqual([]);
  });

  it('takes back only what this run made, and restores what it changed', async () => {
    const world = fakeWorld();
    await join(world, { name: 'cluster1' });
    world.eks.entries.set(ROLES.apply, ['kubefed:apply']);
    const before = world.host.peekAll(KUBEFED_CLUSTERS);
    world.host.fail = (call) => (call.verb === 'patch' ? FORBIDDEN : undefined);

    await failureOf(join(world, { name: 'cluster1', label: { tier: 'gold' } }));

    expect(world.eks.entries.get(ROLES.apply)).toEqual(['kubefed:apply']);
    expect(namesOf(world.member.peekAll(CLUSTER_ROLES))).toHaveLength(2);
    expect(world.host.peekAll(KUBEFED_CLUSTERS)).toEqual(before);
  });

  it('takes back on Ctrl-C', async () => {
    const world = fakeWorld({ clock: fakeClock(() => world.stop.abort('SIGINT')) });

    const error = await failureOf(join(world));

    expect(error.code).toBe('Interrupted');
    expect(world.eks.entries.size).toBe(0);
    expect(world.host.peekAll(KUBEFED_CLUSTERS)).toEqual([]);
  });

  it('takes back a write whose answer was lost', async () => {
    const world = fakeWorld();
    world.host.fail = (call) =>
      call.verb === 'create'
        ? { kind: 'TimedOut', message: 'no answer', applied: true }
        : undefined;

    await failureOf(join(world));

    expect(world.host.peekAll(KUBEFED_CLUSTERS)).toEqual([]);
  });

  it('tells what it could not take back, and goes on', async () => {
    const member = fakeMember({
      fail: (call) => (call.verb === 'delete' ? FORBIDDEN : undefined),
    });
    const world = fakeWorld({ member, clock: fakeClock() });

    await failureOf(join(world, { wait: 1 }));

    expect(world.terminal.lines).toContain(
      'warning: member: could not take back "create ClusterRole kubefed-eks:observer", do it by hand: member (context member): cannot delete ClusterRole kubefed-eks:observer: not allowed',
    );
    expect(world.eks.entries.size).toBe(0);
  });
});
