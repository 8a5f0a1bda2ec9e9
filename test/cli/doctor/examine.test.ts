import { describe, expect, it } from 'vitest';
import type { OpenAccess } from '../../../lib/cli/connect/open-access.ts';
import { type DoctorPorts, examine } from '../../../lib/cli/doctor/examine.ts';
import type { Finding } from '../../../lib/cli/doctor/finding.ts';
import { diagnose, readCrds } from '../../../lib/cli/run-doctor.ts';
import { type JsonObject, stringAt, valueAt } from '../../../lib/model/json.ts';
import { KUBEFED_CONFIGS } from '../../../lib/model/kubefed-config.ts';
import {
  CLUSTER_ROLES,
  CUSTOM_RESOURCE_DEFINITIONS,
  KUBEFED_CLUSTERS,
  LEASES,
} from '../../../lib/model/resources.ts';
import { FEDERATED_TYPE_CONFIGS } from '../../../lib/model/type-config.ts';
import { install } from '../../../lib/stages/install.ts';
import { testFederation } from '../../stages/federation.ts';
import { KUBEFED_NAMESPACE, kubeFedCluster, TYPE_CONFIGS } from '../../stages/objects.ts';
import { failureOf, fakeTerminal } from '../fixtures.ts';
import { DEPLOYMENT, fakeMembers, fakeQueues, portsOf } from '../status/sights.ts';

const ARN = (stage: string) => `arn:aws:iam::111122223333:role/${stage}`;
const STAGES = ['watch', 'plan', 'apply', 'status', 'sweep', 'health', 'install'];
const ROLES = Object.fromEntries(STAGES.map((stage) => [stage, ARN(stage)]));
const CRDS = readCrds();
const RUNNING_TYPES = TYPE_CONFIGS.length;
const DISCOVERY: Readonly<Record<string, JsonObject>> = {
  '/version': { gitVersion: 'v1.34.4' },
  '/api/v1': { resources: [{ name: 'configmaps' }, { name: 'namespaces' }] },
  '/apis/apps/v1': { resources: [{ name: 'deployments' }] },
  '/apis/rbac.authorization.k8s.io/v1': { resources: [{ name: 'clusterroles' }] },
};

/** A host that is deployed to, whose watch runs, and two members that let the functions in. */
async function wholeFederation() {
  const asked: JsonObject[] = [];
  const allowed = { yes: true };
  const federation = testFederation({
    host: {
      admit(resource, object) {
        const isCrd = resource.kind === CUSTOM_RESOURCE_DEFINITIONS.kind;
        const status = { conditions: [{ type: 'Established', status: 'True' }] };
        return { ok: true, value: isCrd ? { ...object, status } : object };
      },
    },
  });
  const { host, clock, log } = federation;
  const manifests = await CRDS;
  await install({
    ...{ host, clock, log, manifests, kubefedNamespace: KUBEFED_NAMESPACE },
    ...{ roleArns: ROLES, deployment: DEPLOYMENT },
  });
  for (const config of TYPE_CONFIGS) {
    host.seed(FEDERATED_TYPE_CONFIGS, { ...config, status: { propagationController: 'Running' } });
  }
  host.seed(LEASES, {
    metadata: { namespace: KUBEFED_NAMESPACE, name: 'kubefed-eks-watch' },
    spec: { renewTime: new Date(clock.nowMs()).toISOString() },
  });
  const east = kubeFedCluster('east', { ready: true });
  const eks = { clusterName: 'east', region: 'us-east-1' };
  host.seed(KUBEFED_CLUSTERS, { ...east, spec: { eks } });
  for (const member of federation.memberClusters.values()) {
    member.create = async (_, object) => {
      asked.push(object);
      return { ok: true, value: { ...object, status: { allowed: allowed.yes } } };
    };
    member.raw = async (path) => {
      member.calls.raw += 1;
      const found = DISCOVERY[path];
      if (member.down) return { ok: false, error: { kind: 'Unreachable', message: 'down' } };
      return found === undefined
        ? { ok: false, error: { kind: 'NotFound', message: 'no such path' } }
        : { ok: true, value: JSON.stringify(found) };
    };
  }
  return { ...federation, asked, allowed, ports: doctorPorts(federation) };
}

const GROUPS: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(STAGES.map((stage) => [ARN(stage), [`kubefed:${stage}`]])),
  [ARN('apply')]: ['kubefed:apply', 'kubefed:propagator'],
  [ARN('watch')]: ['kubefed:watch', 'kubefed:observer'],
  [ARN('health')]: ['kubefed:health', 'kubefed:observer'],
};

function doctorPorts(federation: ReturnType<typeof testFederation>): DoctorPorts {
  const access: OpenAccess = { groupsOf: async (_, arn) => GROUPS[arn] };
  return {
    ...portsOf(federation),
    members: fakeMembers(federation.memberClusters),
    queues: fakeQueues({ jobs: 3, 'jobs-dead': 0 }),
    access,
    skewSeconds: () => 0,
    crds: () => CRDS,
  };
}

function told(findings: readonly Finding[]): string[] {
  return findings.map(({ level, subject, message }) => `${level} ${subject}: ${message}`);
}

describe('examine', () => {
  it('finds a whole federation in order', async () => {
    const { ports } = await wholeFederation();

    expect(told(await examine(ports, KUBEFED_NAMESPACE))).toEqual([
      'ok host: 21 CRDs are there, as this version has them',
      `ok host: ${RUNNING_TYPES} types are enabled and running`,
      'ok watch: it renewed its Lease 0 s ago',
      'ok host: deployed as kubefed-eks in us-west-2',
      'ok host: the roles of all stages are in order',
      'ok cluster east: Ready, answers as v1.34.4, and lets the functions in',
      'ok cluster west: Ready, answers as v1.34.4, and lets the functions in',
      'ok host: access entries of 7 roles are in order',
      'ok cluster east: access entries of 3 roles are in order',
      'ok queues: 2 queues are there, without dead letters',
      'ok clocks: 3 clusters agree with the clock here',
    ]);
  });

  it('makes eleven calls on the host, and on a member one for each API version and review', async () => {
    const { ports, host, asked, member } = await wholeFederation();
    const before = { ...host.calls };
    await examine(ports, KUBEFED_NAMESPACE);

    expect(host.calls.get - before.get).toBe(3);
    expect(host.calls.list - before.list).toBe(8);
    expect(member('east').calls.raw).toBe(4);
    expect(asked).toHaveLength(2 * (4 * RUNNING_TYPES + 1));
  });

  it('asks an EKS member about the groups, another one about the token', async () => {
    const { ports, asked } = await wholeFederation();
    await examine(ports, KUBEFED_NAMESPACE);
    const creating = asked.filter(
      (one) => stringAt(one, 'spec', 'resourceAttributes', 'verb') === 'create',
    );

    expect(creating.map((one) => valueAt(one, 'spec', 'groups'))).toContainEqual([
      ...['kubefed:propagator', 'system:authenticated'],
    ]);
    expect(new Set(asked.map(({ kind }) => kind))).toEqual(
      new Set(['SubjectAccessReview', 'SelfSubjectAccessReview']),
    );
  });

  it('finds what is wrong, the worst first', async () => {
    const { ports, host, allowed, member } = await wholeFederation();
    allowed.yes = false;
    member('west').down = true;
    await host.delete(CLUSTER_ROLES, { name: 'kubefed-eks:plan' });
    const lines = told(
      await examine(
        {
          ...ports,
          queues: fakeQueues(new Error('AccessDenied')),
          access: { groupsOf: async () => Promise.reject(new Error('no credentials')) },
        },
        KUBEFED_NAMESPACE,
      ),
    );

    expect(lines.slice(0, 6)).toEqual([
      'error host: ClusterRole kubefed-eks:plan is not there',
      expect.stringContaining('error cluster east: the functions may not create'),
      'notSeen cluster west: it does not answer from here, though the functions reach it: down',
      'notSeen host: access entries cannot be seen: no credentials',
      'notSeen cluster east: access entries cannot be seen: no credentials',
      'notSeen queues: they cannot be seen: AccessDenied',
    ]);
  });

  it('finds the type whose API a member lacks, and names the versions that it has', async () => {
    const { ports, member } = await wholeFederation();
    const east = member('east');
    const answer = east.raw;
    east.raw = (path, seconds) => {
      if (path === '/apis/apps') {
        const versions = [{ groupVersion: 'apps/v1beta1' }];
        return Promise.resolve({ ok: true, value: JSON.stringify({ versions }) });
      }
      return answer(path === '/apis/apps/v1' ? '/nothing' : path, seconds);
    };

    expect(told(await examine(ports, KUBEFED_NAMESPACE))[0]).toBe(
      'error cluster east: type deployments.apps: it does not serve apps/v1 deployments, it has apps/v1beta1',
    );
  });

  it('says what the caller may not read on the host, and examines the rest', async () => {
    const { ports, host } = await wholeFederation();
    host.fail = ({ resource }) =>
      resource !== undefined &&
      ['CustomResourceDefinition', 'Role', 'Lease'].includes(resource.kind)
        ? { kind: 'Forbidden', message: `${resource.kind} is forbidden` }
        : undefined;
    const lines = told(await examine(ports, KUBEFED_NAMESPACE));

    expect(lines.filter((line) => !line.startsWith('ok'))).toEqual([
      'notSeen host: the Lease of the watch: Lease is forbidden',
      'notSeen host: customresourcedefinitions: CustomResourceDefinition is forbidden',
      'notSeen host: roles: Role is forbidden',
    ]);
  });

  it('says that nobody has joined', async () => {
    const { ports, host } = await wholeFederation();
    for (const name of ['east', 'west']) {
      await host.delete(KUBEFED_CLUSTERS, { namespace: KUBEFED_NAMESPACE, name });
    }

    expect(told(await examine(ports, KUBEFED_NAMESPACE))[0]).toBe(
      'warning host: no cluster has joined',
    );
  });

  it('says that there is no control plane', async () => {
    const { ports, host } = await wholeFederation();
    await host.delete(KUBEFED_CONFIGS, { namespace: KUBEFED_NAMESPACE, name: 'kubefed' });

    expect(await failureOf(examine(ports, KUBEFED_NAMESPACE))).toMatchObject({
      code: 'ControlPlaneNotFound',
    });
  });
});

describe('diagnose', () => {
  it.each<[boolean, number]>([
    [true, 0],
    [false, 1],
  ])('prints JSON and leaves the exit code: rights %s, code %d', async (yes, code) => {
    const { ports, allowed } = await wholeFederation();
    allowed.yes = yes;
    const terminal = fakeTerminal();
    const invocation: { terminal: typeof terminal; exitCode?: number } = { terminal };
    const request = { kubefedNamespace: KUBEFED_NAMESPACE, output: 'json' } as const;
    await diagnose(invocation, request, ports);
    const document = JSON.parse(terminal.results.join(''));

    expect(invocation.exitCode).toBe(code);
    expect(document.counts.error).toBe(yes ? 0 : 2);
    expect(document.findings[0]).toMatchObject({ level: yes ? 'ok' : 'error' });
  });

  it('prints text', async () => {
    const { ports } = await wholeFederation();
    const terminal = fakeTerminal();
    await diagnose({ terminal }, { kubefedNamespace: KUBEFED_NAMESPACE }, ports);

    expect(terminal.results[0]).toMatch(/\n0 errors, 0 warnings, 0 not seen, 11 in order$/);
  });
});
