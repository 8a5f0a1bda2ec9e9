import { runningTypes } from '../../core/running-types.ts';
import { type JsonObject, stringAt } from '../../model/json.ts';
import { readKubeFedConfig } from '../../model/kubefed-config.ts';
import type { Resource } from '../../model/resource.ts';
import {
  CLUSTER_ROLE_BINDINGS,
  CLUSTER_ROLES,
  CUSTOM_RESOURCE_DEFINITIONS,
  ROLE_BINDINGS,
  ROLES,
} from '../../model/resources.ts';
import type { Clock } from '../../ports.ts';
import type { OpenAccess } from '../connect/open-access.ts';
import type { OpenMembers } from '../connect/open-members.ts';
import type { OpenQueues } from '../connect/open-queues.ts';
import { apiFailure, type Side } from '../connect/side.ts';
import { readDeployment } from '../host/deployment.ts';
import { type HostFacts, readHost } from '../status/read-host.ts';
import { checkAccess } from './check-access.ts';
import { type ClockExam, checkClocks } from './check-clocks.ts';
import { checkDeployment, checkHostRoles, checkWatch } from './check-control-plane.ts';
import { checkCrds } from './check-crds.ts';
import { checkMember } from './check-member.ts';
import { checkQueues, type Depths } from './check-queues.ts';
import { checkTypes } from './check-types.ts';
import { examineAccess } from './examine-access.ts';
import { examineMember } from './examine-member.ts';
import { type Finding, problem, type Seen, worstFirst } from './finding.ts';

export interface DoctorPorts {
  readonly host: Side;
  readonly members: OpenMembers;
  readonly queues: OpenQueues;
  readonly access: OpenAccess;
  readonly clock: Clock;
  /** how far the host's clock is ahead; undefined where nothing tells */
  skewSeconds(): number | undefined;
  /** CRDs as this version installs them */
  crds(): Promise<readonly JsonObject[]>;
}

/**
 * Examines host, members, access entries, queues and clocks, all at once. On the host it takes eleven calls.
 *
 * @returns findings, the worst first
 * @throws CommandError when there is no control plane on the host, or the host cannot be read
 */
export async function examine(ports: DoctorPorts, kubefedNamespace: string): Promise<Finding[]> {
  const { host, clock } = ports;
  const [facts, expected, lists] = await Promise.all([
    readHost(host, kubefedNamespace),
    ports.crds(),
    readLists(host, kubefedNamespace),
  ]);
  const skew = ports.skewSeconds();
  const config = readKubeFedConfig(facts.config);
  const [members, entries, depths] = await Promise.all([
    examineMembers(ports, facts, kubefedNamespace),
    examineAccess(ports.access, facts.installed, facts.clusters),
    examineQueues(ports.queues, facts),
  ]);
  const stackName = readDeployment(facts.installed)?.stackName ?? 'kubefed-eks';
  const hostNowMs = clock.nowMs() + (skew ?? 0) * 1000;
  const clocks: ClockExam[] = [
    ...(skew === undefined ? [] : [{ subject: 'host', skewSeconds: skew }]),
    ...members.flatMap(({ clock: one }) => (one === undefined ? [] : [one])),
  ];
  return worstFirst([
    ...checkSeen(facts, lists.notSeen),
    ...(lists.crds === undefined ? [] : checkCrds(expected, lists.crds)),
    ...checkTypes({
      ...{ namespace: kubefedNamespace, config, typeConfigs: facts.typeConfigs },
      ...(lists.crds === undefined ? {} : { crds: lists.crds }),
    }),
    ...(isHidden(facts, 'the Lease') ? [] : checkWatch(facts.lease, hostNowMs, stackName)),
    ...(isHidden(facts, 'the ConfigMap of')
      ? []
      : checkDeployment(kubefedNamespace, facts.installed)),
    ...(lists.roles === undefined
      ? []
      : checkHostRoles({ typeConfigs: facts.typeConfigs, ...lists.roles })),
    ...members.flatMap(({ findings }) => findings),
    ...checkAccess(entries),
    ...checkQueues(depths),
    ...checkClocks(clocks),
  ]);
}

function isHidden({ notSeen }: HostFacts, what: string): boolean {
  return notSeen.some((line) => line.startsWith(what));
}

function checkSeen(facts: HostFacts, notSeen: readonly string[]): Finding[] {
  const remedy = 'an identity that may read it, with --host-cluster-context';
  const none =
    facts.clusters.length > 0
      ? []
      : [problem('warning', 'host', 'no cluster has joined', 'kubefed-eks join NAME')];
  return [
    ...none,
    ...[...facts.notSeen, ...notSeen].map((line) => problem('notSeen', 'host', line, remedy)),
  ];
}

async function examineMembers(
  { members }: DoctorPorts,
  { clusters, typeConfigs, config }: HostFacts,
  kubefedNamespace: string,
): Promise<{ readonly findings: Finding[]; readonly clock?: ClockExam }[]> {
  const read = readKubeFedConfig(config);
  const { scope } = read;
  const types = [...runningTypes(typeConfigs, read).values()].filter(
    (type) => type.enabled && !type.going,
  );
  const within = scope === 'Namespaced' ? { namespace: kubefedNamespace } : {};
  const byName = clusters.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  return Promise.all(
    byName.map(async (cluster) => {
      const { exam, skewSeconds } = await examineMember(members, cluster, { types, ...within });
      const subject = `cluster ${nameOf(cluster)}`;
      return {
        findings: checkMember(exam),
        ...(skewSeconds === undefined ? {} : { clock: { subject, skewSeconds } }),
      };
    }),
  );
}

async function examineQueues(queues: OpenQueues, { installed }: HostFacts): Promise<Seen<Depths>> {
  const deployment = readDeployment(installed);
  if (deployment === undefined) {
    return { seen: false, why: 'the deployment has not told the host of them' };
  }
  try {
    return { seen: true, value: await queues.depths(deployment) };
  } catch (error) {
    return { seen: false, why: error instanceof Error ? error.message : String(error) };
  }
}

/** CRDs and roles: whole lists cost less than asking for each. */
async function readLists(host: Side, namespace: string) {
  const notSeen: string[] = [];
  const list = async (resource: Resource, within = {}) => {
    const found = await host.cluster.list(resource, within);
    if (found.ok) return found.value.items;
    const { kind, message } = found.error;
    if (kind !== 'Forbidden') throw apiFailure(host, `list ${resource.plural}`, found.error);
    notSeen.push(`${resource.plural}: ${message}`);
    return undefined;
  };
  const [crds, clusterRoles, clusterRoleBindings, roles, roleBindings] = await Promise.all([
    list(CUSTOM_RESOURCE_DEFINITIONS),
    list(CLUSTER_ROLES),
    list(CLUSTER_ROLE_BINDINGS),
    list(ROLES, { namespace }),
    list(ROLE_BINDINGS, { namespace }),
  ]);
  const isWhole = clusterRoles && clusterRoleBindings && roles && roleBindings;
  return {
    notSeen,
    crds,
    roles: isWhole ? { clusterRoles, clusterRoleBindings, roles, roleBindings } : undefined,
  };
}

function nameOf(object: JsonObject): string {
  return stringAt(object, 'metadata', 'name') ?? '';
}
