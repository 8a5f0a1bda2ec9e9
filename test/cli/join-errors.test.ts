import { describe, expect, it } from 'vitest';
import type { CommandErrorCode } from '../../lib/cli/command-error.ts';
import { joinCluster } from '../../lib/cli/join-cluster.ts';
import type { JoinTarget } from '../../lib/cli/member/joining.ts';
import type { JoinRequest } from '../../lib/cli/requests.ts';
import { KUBEFED_CONFIGS } from '../../lib/model/kubefed-config.ts';
import type { Resource } from '../../lib/model/resource.ts';
import {
  CLUSTER_ROLES,
  CONFIG_MAPS,
  KUBEFED_CLUSTERS,
  SECRETS,
} from '../../lib/model/resources.ts';
import type { ApiError } from '../../lib/ports.ts';
import {
  awsError,
  EKS_TARGET,
  failureOf,
  fakeClock,
  fakeEks,
  fakeMember,
  fakeWorld,
  joinRequest,
  NAMESPACE,
  ONPREM,
  ROLES,
  setConditions,
  type World,
} from './fixtures.ts';

interface Case {
  readonly name: string;
  readonly world?: () => World;
  /** makes the world fail */
  readonly break?: (world: World) => unknown;
  readonly request?: Partial<JoinRequest>;
  readonly target?: JoinTarget;
  readonly code: CommandErrorCode;
  readonly message: string;
  /** a part of each remedy */
  readonly remedies: readonly string[];
}

const ONPREM_TARGET: JoinTarget = { kind: 'token', entry: ONPREM, from: 'onprem' };
const STRICT = { errorOnExisting: true };
const MODE_MESSAGE =
  'EKS cluster basic in us-west-2 does not take access entries: its authentication mode is CONFIG_MAP';
const MODE_REMEDY =
  'aws eks update-cluster-config --name basic --region us-west-2 --access-config authenticationMode=API_AND_CONFIG_MAP';

function refuseWrites(kind: ApiError['kind'], message: string, resource: Resource) {
  return (world: World) => {
    world.member.fail = (call) =>
      call.verb === 'create' && call.resource === resource ? { kind, message } : undefined;
  };
}

function refuseEks(command: string, error: Error) {
  return (world: World) => void world.eks.refusals.set(command, error);
}

function withCondition(condition: Record<string, string>): () => World {
  return () => {
    const world: World = fakeWorld({
      clock: fakeClock(() =>
        setConditions(world.host, [{ type: 'Ready', status: 'False' }, condition]),
      ),
    });
    return world;
  };
}

const CASES: readonly Case[] = [
  {
    name: 'no control plane in the host',
    break: ({ host }) => host.delete(KUBEFED_CONFIGS, { namespace: NAMESPACE, name: 'kubefed' }),
    code: 'ControlPlaneNotFound',
    message: `A KubeFedConfig named "kubefed" was not found in namespace "${NAMESPACE}". Is a KubeFed control plane running in this namespace?`,
    remedies: ['npm run deploy', '--host-cluster-context'],
  },
  {
    name: 'the host refuses the caller',
    break: ({ host }) => {
      host.fail = () => ({ kind: 'Unauthorized', message: 'Unauthorized', status: 401 });
    },
    code: 'Unauthorized',
    message: `host (context host): cannot read KubeFedConfig ${NAMESPACE}/kubefed: Unauthorized`,
    remedies: ['kubectl --context host auth whoami', '--host-cluster-context'],
  },
  {
    name: 'the host is down',
    break: ({ host }) => {
      host.down = true;
    },
    code: 'Unreachable',
    message: `host (context host): cannot read KubeFedConfig ${NAMESPACE}/kubefed: ECONNREFUSED: the cluster is down`,
    remedies: ['kubectl --context host get --raw /version', '--host-cluster-context'],
  },
  {
    name: 'the deployment has not written its roles',
    break: ({ host }) => host.delete(CONFIG_MAPS, { namespace: NAMESPACE, name: 'kubefed-eks' }),
    code: 'RolesNotFound',
    message: `ConfigMap ${NAMESPACE}/kubefed-eks was not found in the host; the deployment writes there which IAM roles get access to a member`,
    remedies: ['cdk deploy'],
  },
  {
    name: 'the roles are no JSON',
    break: ({ host }) =>
      host.patch(
        CONFIG_MAPS,
        { namespace: NAMESPACE, name: 'kubefed-eks' },
        { data: { roles: '{' } },
      ),
    code: 'RolesNotFound',
    message: `ConfigMap ${NAMESPACE}/kubefed-eks: data.roles is not a JSON object; the deployment writes there which IAM roles get access to a member`,
    remedies: ['cdk deploy'],
  },
  {
    name: 'a role is missing',
    break: ({ host }) =>
      host.patch(
        CONFIG_MAPS,
        { namespace: NAMESPACE, name: 'kubefed-eks' },
        { data: { roles: JSON.stringify({ apply: ROLES.apply }) } },
      ),
    code: 'RolesNotFound',
    message: `ConfigMap ${NAMESPACE}/kubefed-eks: data.roles has no ARN for watch, health; the deployment writes there which IAM roles get access to a member`,
    remedies: ['cdk deploy'],
  },
  {
    name: 'EKS does not know the cluster',
    break: refuseEks(
      'DescribeCluster',
      awsError('ResourceNotFoundException', 'No cluster found', 404),
    ),
    code: 'ClusterNotFound',
    message: 'EKS knows no cluster "basic" in us-west-2 for these credentials',
    remedies: ['aws eks list-clusters --region us-west-2', '--profile'],
  },
  {
    name: "another account's cluster has the name",
    world: () =>
      fakeWorld({ eks: fakeEks({ arn: 'arn:aws:eks:us-west-2:444455556666:cluster/basic' }) }),
    code: 'ClusterNotFound',
    message:
      'EKS cluster basic of account 111122223333 is not visible: these credentials are for account 444455556666, which has a cluster of that name too',
    remedies: ['--profile'],
  },
  {
    name: 'the caller may not describe it',
    break: refuseEks(
      'DescribeCluster',
      awsError('AccessDeniedException', 'no identity-based policy', 403),
    ),
    code: 'AccessDenied',
    message:
      'eks:DescribeCluster for cluster basic in us-west-2 was denied: no identity-based policy',
    remedies: ['allow eks:DescribeCluster'],
  },
  {
    name: 'no AWS credentials',
    break: refuseEks(
      'DescribeCluster',
      Object.assign(new Error('Could not load credentials from any providers'), {
        name: 'CredentialsProviderError',
      }),
    ),
    code: 'CredentialsFailed',
    message:
      'eks:DescribeCluster for cluster basic in us-west-2: AWS credentials are missing or expired: Could not load credentials from any providers',
    remedies: ['aws sso login', 'aws sts get-caller-identity'],
  },
  {
    name: 'no answer from AWS',
    break: refuseEks(
      'DescribeCluster',
      new Error('getaddrinfo ENOTFOUND eks.us-west-2.amazonaws.com'),
    ),
    code: 'Unreachable',
    message:
      'eks:DescribeCluster for cluster basic in us-west-2: no answer from AWS: getaddrinfo ENOTFOUND eks.us-west-2.amazonaws.com',
    remedies: ['AWS_ENDPOINT_URL'],
  },
  {
    name: 'AWS fails',
    break: refuseEks('DescribeCluster', awsError('ServerException', 'try later', 500)),
    code: 'RequestFailed',
    message: 'eks:DescribeCluster for cluster basic in us-west-2 failed: try later',
    remedies: [],
  },
  {
    name: 'the cluster is still being made',
    world: () => fakeWorld({ eks: fakeEks({ status: 'CREATING' }) }),
    code: 'ClusterNotActive',
    message: 'EKS cluster basic in us-west-2 cannot join yet: its status is CREATING',
    remedies: ['aws eks wait cluster-active --name basic --region us-west-2'],
  },
  {
    name: 'the cluster takes its users from aws-auth alone',
    world: () =>
      fakeWorld({ eks: fakeEks({ accessConfig: { authenticationMode: 'CONFIG_MAP' } }) }),
    code: 'AuthenticationModeConfigMap',
    message: MODE_MESSAGE,
    remedies: [MODE_REMEDY],
  },
  {
    name: 'EKS says so only when asked for an access entry',
    break: refuseEks(
      'DescribeAccessEntry',
      awsError('InvalidRequestException', "The cluster's authentication mode must be set to API"),
    ),
    code: 'AuthenticationModeConfigMap',
    message: `${MODE_MESSAGE} (The cluster's authentication mode must be set to API)`,
    remedies: [MODE_REMEDY],
  },
  {
    name: 'EKS does not know the role',
    break: refuseEks(
      'CreateAccessEntry',
      awsError('InvalidParameterException', 'invalid principal'),
    ),
    code: 'RolesNotFound',
    message: `EKS does not accept ${ROLES.apply} as the principal of an access entry: invalid principal`,
    remedies: ['aws iam get-role --role-name kubefed-apply', 'npm run deploy'],
  },
  {
    name: 'the caller may not create access entries',
    break: refuseEks('CreateAccessEntry', awsError('AccessDeniedException', 'no', 403)),
    code: 'AccessDenied',
    message: 'eks:CreateAccessEntry for cluster basic in us-west-2 was denied: no',
    remedies: ['allow eks:CreateAccessEntry'],
  },
  {
    name: 'the cluster is in another account, without a role to assume',
    world: () =>
      fakeWorld({ eks: fakeEks({ arn: 'arn:aws:eks:us-west-2:444455556666:cluster/basic' }) }),
    target: { ...EKS_TARGET, eks: { clusterName: 'basic', region: 'us-west-2' } },
    code: 'RoleNeeded',
    message:
      'EKS cluster basic is in account 444455556666, the control plane in account 111122223333: its functions need a role to assume',
    remedies: ['--role-arn arn:aws:iam::444455556666:role/ROLE'],
  },
  {
    name: 'the name stands for another cluster',
    break: ({ host }) =>
      host.seed(KUBEFED_CLUSTERS, {
        metadata: { namespace: NAMESPACE, name: 'cluster1' },
        spec: { apiEndpoint: 'https://other', eks: { clusterName: 'shop', region: 'eu-west-1' } },
      }),
    request: { name: 'cluster1' },
    code: 'ClusterNameTaken',
    message:
      'KubeFedCluster cluster1 stands for another cluster already: EKS cluster shop in eu-west-1',
    remedies: ['another NAME', 'kubefed-eks unjoin cluster1'],
  },
  {
    name: 'the member forbids to make roles',
    break: refuseWrites(
      'Forbidden',
      'attempting to grant RBAC permissions not currently held',
      CLUSTER_ROLES,
    ),
    code: 'Forbidden',
    message:
      'member (context member): cannot create ClusterRole kubefed-eks:propagator: attempting to grant RBAC permissions not currently held',
    remedies: ['cluster-admin'],
  },
  {
    name: 'it is joined already, with --error-on-existing',
    break: async (world) => {
      const ports = { ...world.ports };
      await joinCluster(ports, joinRequest({ name: 'c' }), {
        target: EKS_TARGET,
        open: world.openMember,
      });
    },
    request: { name: 'c', ...STRICT },
    code: 'AlreadyExists',
    message: 'federated cluster c already exists in host cluster',
    remedies: ['--error-on-existing=false'],
  },
  {
    name: 'the ServiceAccount exists, with --error-on-existing',
    break: leftover(),
    target: ONPREM_TARGET,
    request: STRICT,
    code: 'AlreadyExists',
    message: 'service account: onprem-host already exists in joining cluster: onprem',
    remedies: ['--error-on-existing=false'],
  },
  {
    name: 'the role exists, with --error-on-existing',
    break: ({ member }) =>
      member.seed(CLUSTER_ROLES, { metadata: { name: 'kubefed-controller-manager:onprem-host' } }),
    target: ONPREM_TARGET,
    request: STRICT,
    code: 'AlreadyExists',
    message:
      'cluster role for service account onprem-host in joining cluster onprem already exists',
    remedies: ['--error-on-existing=false'],
  },
  {
    name: 'the Secret of --secret-name exists, with --error-on-existing',
    break: ({ host }) => host.seed(SECRETS, { metadata: { namespace: NAMESPACE, name: 'mine' } }),
    target: ONPREM_TARGET,
    request: { secretName: 'mine', ...STRICT },
    code: 'AlreadyExists',
    message: 'host cluster secret mine already exists',
    remedies: ['--error-on-existing=false'],
  },
  {
    name: 'nobody makes tokens in the member',
    world: () => fakeWorld({ member: fakeMember({ admit: (_, value) => ({ ok: true, value }) }) }),
    target: ONPREM_TARGET,
    code: 'TokenMissing',
    message: `member (context member): Secret ${NAMESPACE}/onprem-host got no token within 30 s`,
    remedies: ['token controller'],
  },
  {
    name: 'an object of ours is still being deleted',
    break: ({ member }) =>
      member.seed(CLUSTER_ROLES, {
        metadata: {
          name: 'kubefed-eks:observer',
          deletionTimestamp: '2026-01-01T00:00:00Z',
          finalizers: ['x'],
        },
      }),
    code: 'RequestFailed',
    message: 'member (context member): ClusterRole kubefed-eks:observer is still being deleted',
    remedies: ['the same command again'],
  },
  {
    name: 'health never looks at it',
    world: () => fakeWorld({ clock: fakeClock() }),
    request: { name: 'c', wait: 5 },
    code: 'NotReady',
    message: `KubeFedCluster ${NAMESPACE}/c was not Ready after 5 s: the health function has not looked at it yet`,
    remedies: ['log of the health function', '--wait 0'],
  },
  {
    name: 'the functions cannot reach it',
    world: withCondition({
      type: 'Offline',
      status: 'True',
      message: 'cluster is not reachable: connect ETIMEDOUT 10.0.0.1:443',
    }),
    request: { name: 'c', wait: 5 },
    code: 'NotReady',
    message: `KubeFedCluster ${NAMESPACE}/c was not Ready after 5 s: cluster is not reachable: connect ETIMEDOUT 10.0.0.1:443`,
    remedies: ['it may be private', '--wait 0'],
  },
  {
    name: 'the member does not let the functions in',
    world: withCondition({
      type: 'Offline',
      status: 'True',
      message: 'cluster is not reachable: Unauthorized',
    }),
    request: { name: 'c', wait: 5 },
    code: 'NotReady',
    message: `KubeFedCluster ${NAMESPACE}/c was not Ready after 5 s: cluster is not reachable: Unauthorized`,
    remedies: ['roles that are not in use', '--wait 0'],
  },
  {
    name: 'somebody deletes it meanwhile',
    world: () => {
      const world: World = fakeWorld({
        clock: fakeClock(
          () => void world.host.delete(KUBEFED_CLUSTERS, { namespace: NAMESPACE, name: 'c' }),
        ),
      });
      return world;
    },
    request: { name: 'c' },
    code: 'NotReady',
    message: `KubeFedCluster ${NAMESPACE}/c was deleted while join waited for it`,
    remedies: ['join again'],
  },
];

function leftover() {
  return ({ member }: World) =>
    member.create(
      {
        group: '',
        version: 'v1',
        kind: 'ServiceAccount',
        plural: 'serviceaccounts',
        namespaced: true,
      },
      { metadata: { namespace: NAMESPACE, name: 'onprem-host' } },
    );
}

describe('joinCluster', () => {
  it.each(CASES)('tells that $name', async (test) => {
    const world = test.world?.() ?? fakeWorld();
    await test.break?.(world);
    const target = test.target ?? EKS_TARGET;

    const error = await failureOf(
      joinCluster(world.ports, joinRequest(test.request), { target, open: world.openMember }),
    );

    expect(error.message).toBe(test.message);
    expect(error.code).toBe(test.code);
    expect(error.remedies).toEqual(test.remedies.map((part) => expect.stringContaining(part)));
  });
});
