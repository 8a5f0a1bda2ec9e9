import { describe, expect, it } from 'vitest';
import { joinCluster } from '../../lib/cli/join-cluster.ts';
import type { JoinTarget } from '../../lib/cli/member/joining.ts';
import type { UnjoinRequest } from '../../lib/cli/requests.ts';
import { SERVICE_ACCOUNTS } from '../../lib/cli/resources.ts';
import { unjoinCluster } from '../../lib/cli/unjoin-cluster.ts';
import {
  CLUSTER_ROLE_BINDINGS,
  CLUSTER_ROLES,
  CONFIG_MAPS,
  KUBEFED_CLUSTERS,
  NAMESPACES,
  ROLE_BINDINGS,
  SECRETS,
} from '../../lib/model/resources.ts';
import {
  ARN,
  awsError,
  EKS_TARGET,
  failureOf,
  fakeHost,
  fakeWorld,
  joinRequest,
  NAMESPACE,
  ONPREM,
  ROLES,
  unjoinRequest,
  type World,
} from './fixtures.ts';

const ONPREM_TARGET: JoinTarget = { kind: 'token', entry: ONPREM, from: 'onprem' };

async function joined(target: JoinTarget, name: string, world = fakeWorld()): Promise<World> {
  await joinCluster(world.ports, joinRequest({ name }), { target, open: world.openMember });
  return world;
}

function unjoin(world: World, name: string, request: Partial<UnjoinRequest> = {}) {
  return unjoinCluster(world.ports, unjoinRequest(name, request), () => world.openMember);
}

function traces(world: World): unknown[] {
  return [
    ...world.member.peekAll(CLUSTER_ROLES),
    ...world.member.peekAll(CLUSTER_ROLE_BINDINGS),
    ...world.member.peekAll(ROLE_BINDINGS),
    ...world.member.peekAll(SERVICE_ACCOUNTS, NAMESPACE),
    ...world.host.peekAll(KUBEFED_CLUSTERS),
    ...world.host.peekAll(SECRETS),
    ...world.eks.entries.keys(),
  ];
}

describe('unjoinCluster with an EKS cluster', () => {
  it('takes everything away that join made', async () => {
    const world = await joined(EKS_TARGET, 'cluster1');

    const { name, skipped } = await unjoin(world, 'cluster1');

    expect({ name, skipped }).toEqual({ name: 'cluster1', skipped: [] });
    expect(traces(world)).toEqual([]);
  });

  it('takes the roles of one namespace away too', async () => {
    const host = fakeHost({ scope: 'Namespaced' });
    const world = await joined(EKS_TARGET, 'cluster1', fakeWorld({ host }));

    await unjoin(world, 'cluster1');

    expect(traces(world)).toEqual([]);
  });

  it.each([
    ['its ARN', ARN, 'cluster1'],
    ['the context it was named after', 'nick-aws@cluster1.us-west-2.eksctl.io', 'cluster1'],
  ])('finds it by %s', async (_, given, name) => {
    const world = await joined(EKS_TARGET, name);

    expect(await unjoin(world, given)).toMatchObject({ name });
  });

  it('leaves access entries that have other groups or policies, without our groups', async () => {
    const world = await joined(EKS_TARGET, 'cluster1');
    world.eks.entries.set(ROLES.apply, ['kubefed:apply', 'kubefed:propagator']);
    world.eks.policies.add(ROLES.watch);

    await unjoin(world, 'cluster1');

    expect(Object.fromEntries(world.eks.entries)).toEqual({
      [ROLES.apply]: ['kubefed:apply'],
      [ROLES.watch]: [],
    });
  });

  it('leaves access that another KubeFedCluster of the same cluster needs', async () => {
    const world = await joined(EKS_TARGET, 'cluster1');
    await joined(EKS_TARGET, 'cluster2', world);

    await unjoin(world, 'cluster2');

    expect(world.eks.entries.size).toBe(3);
    expect(world.member.peekAll(CLUSTER_ROLES)).toHaveLength(2);
    expect(world.host.peekAll(KUBEFED_CLUSTERS)).toMatchObject([
      { metadata: { name: 'cluster1' } },
    ]);
  });

  it('changes nothing in a dry run and tells everything', async () => {
    const world = await joined(EKS_TARGET, 'cluster1');
    const before = traces(world);

    const { changes } = await unjoin(world, 'cluster1', { dryRun: true });

    expect(traces(world)).toEqual(before);
    expect(changes.map(({ action, place, what }) => `${action} ${place} ${what}`)).toEqual([
      `delete eks access entry ${ROLES.apply} → kubefed:propagator`,
      `delete eks access entry ${ROLES.health} → kubefed:observer`,
      `delete eks access entry ${ROLES.watch} → kubefed:observer`,
      'delete member ClusterRoleBinding kubefed-eks:propagator',
      'delete member ClusterRole kubefed-eks:propagator',
      'delete member ClusterRoleBinding kubefed-eks:observer',
      'delete member ClusterRole kubefed-eks:observer',
      `delete host KubeFedCluster ${NAMESPACE}/cluster1`,
    ]);
  });

  it('can be repeated after it was cut short', async () => {
    const world = await joined(EKS_TARGET, 'cluster1');
    world.member.fail = (call) =>
      call.verb === 'delete' ? { kind: 'Unreachable', message: 'gone' } : undefined;
    await failureOf(unjoin(world, 'cluster1'));
    world.member.fail = undefined;

    await unjoin(world, 'cluster1');

    expect(traces(world)).toEqual([]);
  });
});

describe('unjoinCluster with any other cluster', () => {
  it('takes everything away, the namespace of the member too', async () => {
    const world = await joined(ONPREM_TARGET, 'onprem');

    await unjoin(world, 'onprem');

    expect(traces(world)).toEqual([]);
    expect(world.member.peek(NAMESPACES, { name: NAMESPACE })).toBeUndefined();
    expect(world.host.peek(NAMESPACES, { name: NAMESPACE })).toBeDefined();
  });

  it('finds the ServiceAccount by its token, whatever the host is called now', async () => {
    const world = await joined(ONPREM_TARGET, 'onprem');
    const ports = { ...world.ports, hostName: 'renamed' };

    await unjoinCluster(ports, unjoinRequest('onprem'), () => world.openMember);

    expect(traces(world)).toEqual([]);
  });

  it('leaves the namespace while it has the account of another host', async () => {
    const world = await joined(ONPREM_TARGET, 'onprem');
    world.member.seed(SERVICE_ACCOUNTS, {
      metadata: { namespace: NAMESPACE, name: 'onprem-other' },
    });

    await unjoin(world, 'onprem');

    expect(world.member.peek(NAMESPACES, { name: NAMESPACE })).toBeDefined();
    expect(world.terminal.lines).toContain(
      `member  namespace ${NAMESPACE} stays: onprem-other may still use it`,
    );
  });

  it('leaves the namespace when the host is its own member', async () => {
    const host = fakeHost({
      admit(_, object) {
        const isToken = object['type'] === 'kubernetes.io/service-account-token';
        return { ok: true, value: isToken ? { ...object, data: { token: 'eA==' } } : object };
      },
    });
    const world = await joined(ONPREM_TARGET, 'onprem', fakeWorld({ host, member: host }));

    await unjoin(world, 'onprem');

    expect(host.peek(NAMESPACES, { name: NAMESPACE })).toBeDefined();
    expect(host.peekAll(SERVICE_ACCOUNTS, NAMESPACE)).toEqual([]);
  });
});

describe('unjoinCluster that fails', () => {
  it('tells the clusters that there are when there is none of the name, force or not', async () => {
    const world = await joined(EKS_TARGET, 'cluster1');

    const error = await failureOf(unjoin(world, 'cluster9', { force: true }));

    expect(error.message).toBe(`Failed to get kubefed cluster "${NAMESPACE}/cluster9"`);
    expect(error.remedies).toEqual(['one of those that there are: cluster1']);
  });

  it('says so when there is none at all', async () => {
    const error = await failureOf(unjoin(fakeWorld(), 'cluster9'));

    expect(error.code).toBe('ClusterNotFound');
    expect(error.remedies).toEqual([expect.stringContaining('this one has no KubeFedCluster')]);
  });

  it.each([
    {
      name: 'EKS does not know the cluster any more',
      target: EKS_TARGET,
      break: (world: World) =>
        void world.eks.refusals.set(
          'DescribeCluster',
          awsError('ResourceNotFoundException', '-', 404),
        ),
      message:
        'cannot take the access entries out of EKS cluster basic: EKS knows no cluster "basic" in us-west-2 for these credentials',
    },
    {
      name: 'the control plane was destroyed first',
      target: EKS_TARGET,
      break: (world: World) =>
        world.host.delete(CONFIG_MAPS, { namespace: NAMESPACE, name: 'kubefed-eks' }),
      message: `cannot take the access entries out of EKS cluster basic: ConfigMap ${NAMESPACE}/kubefed-eks was not found in the host; the deployment writes there which IAM roles get access to a member`,
    },
    {
      name: 'the member is down',
      target: ONPREM_TARGET,
      break: (world: World) => {
        world.member.down = true;
      },
      message:
        'cannot take the ServiceAccount and its rights out of cluster cluster1: member (context member): cannot read ClusterRoleBinding kubefed-controller-manager:onprem-host: ECONNREFUSED: the cluster is down',
    },
  ])('stops when $name, but not with --force', async ({ target, break: fail, message }) => {
    const world = await joined(target, 'cluster1');
    await fail(world);

    const error = await failureOf(unjoin(world, 'cluster1'));
    const kept = world.host.peekAll(KUBEFED_CLUSTERS).length;
    const forced = await unjoin(world, 'cluster1', { force: true });

    expect(error.message).toBe(message);
    expect(error.remedies.at(-1)).toContain('--force');
    expect(kept).toBe(1);
    expect(forced.skipped[0]).toBe(message);
    expect(world.host.peekAll(KUBEFED_CLUSTERS)).toEqual([]);
  });

  it('stops on Ctrl-C, even with --force', async () => {
    const world = await joined(EKS_TARGET, 'cluster1');
    world.stop.abort('SIGINT');

    const error = await failureOf(unjoin(world, 'cluster1', { force: true }));

    expect(error.code).toBe('Interrupted');
    expect(world.host.peekAll(KUBEFED_CLUSTERS)).toHaveLength(1);
  });
});
