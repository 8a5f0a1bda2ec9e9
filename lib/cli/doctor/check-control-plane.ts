import { goJson } from '../../core/hash.ts';
import {
  HOST_STAGES,
  hostAccessRules,
  hostGroup,
  kubefedNamespaceRules,
} from '../../core/host-access.ts';
import type { PolicyRule } from '../../core/member-access.ts';
import { isJsonObject, type JsonObject, listAt, stringAt, valueAt } from '../../model/json.ts';
import { INSTALL_CONFIG_MAP, TYPES_GROUP, WATCH_LEASE } from '../../model/names.ts';
import { readFederatedType } from '../../model/type-config.ts';
import { type Deployment, readDeployment } from '../host/deployment.ts';
import { type Finding, ok, problem } from './finding.ts';

const DEPLOY = 'npm run deploy (cdk deploy), which writes it anew';
/** The Lease runs out 15 s after its last renewal, and the schedule starts a watch each minute. */
const HANDOVER_SECONDS = 15;
const GONE_SECONDS = 90;

/** Is the Lease of the watch fresh? @param nowMs by the host's clock */
export function checkWatch(
  lease: JsonObject | undefined,
  nowMs: number,
  stackName: string,
): Finding[] {
  const start = `aws lambda invoke --function-name ${stackName}-watch --invocation-type Event /dev/null`;
  const logs = `aws logs tail /${stackName}/watch --since 15m`;
  const renewedMs = Date.parse(stringAt(lease, 'spec', 'renewTime') ?? '');
  if (Number.isNaN(renewedMs)) {
    const message = `there is no Lease ${WATCH_LEASE}: the watch has never run`;
    return [problem('error', 'watch', message, start, logs)];
  }
  const seconds = Math.max(0, Math.round((nowMs - renewedMs) / 1000));
  if (seconds > GONE_SECONDS) {
    const message = `it has not renewed its Lease for ${seconds} s: changes are not seen`;
    return [problem('error', 'watch', message, logs, start)];
  }
  if (seconds > HANDOVER_SECONDS) {
    const message = `it renewed its Lease ${seconds} s ago; another starts within a minute`;
    return [problem('warning', 'watch', message, 'kubefed-eks doctor, in a minute')];
  }
  return [ok('watch', `it renewed its Lease ${seconds} s ago`)];
}

/** Has the deployment told the host of itself? */
export function checkDeployment(namespace: string, configMap: JsonObject | undefined): Finding[] {
  const where = `ConfigMap ${namespace}/${INSTALL_CONFIG_MAP}`;
  if (configMap === undefined) {
    return [problem('error', 'host', `${where} is not there: nobody can join`, DEPLOY)];
  }
  const roles = stageRoles(configMap);
  const missing = ['apply', 'watch', 'health'].filter((stage) => roles[stage] === undefined);
  if (missing.length > 0) {
    const message = `${where}: data.roles has no ARN for ${missing.join(', ')}: nobody can join`;
    return [problem('error', 'host', message, DEPLOY)];
  }
  const deployment: Deployment | undefined = readDeployment(configMap);
  if (deployment === undefined) {
    const message = `${where} does not tell of the queues: the deployment is older than this command`;
    return [problem('warning', 'host', message, DEPLOY)];
  }
  return [ok('host', `deployed as ${deployment.stackName} in ${deployment.region}`)];
}

/** @returns ARN of the role by stage; empty when the ConfigMap does not tell */
export function stageRoles(configMap: JsonObject | undefined): Readonly<Record<string, string>> {
  try {
    const roles: unknown = JSON.parse(stringAt(configMap, 'data', 'roles') ?? '');
    const entries = typeof roles === 'object' && roles !== null ? Object.entries(roles) : [];
    return Object.fromEntries(
      entries.filter((one): one is [string, string] => typeof one[1] === 'string'),
    );
  } catch {
    return {};
  }
}

export interface HostRolesExam {
  readonly typeConfigs: readonly JsonObject[];
  readonly clusterRoles: readonly JsonObject[];
  readonly clusterRoleBindings: readonly JsonObject[];
  /** of the kubefed namespace */
  readonly roles: readonly JsonObject[];
  readonly roleBindings: readonly JsonObject[];
}

/** May each stage do on the host what it needs, and is its group bound to that? */
export function checkHostRoles(exam: HostRolesExam): Finding[] {
  const groups = exam.typeConfigs.map(
    (config) => readFederatedType(config)?.federated.group ?? TYPES_GROUP,
  );
  const federatedGroups = [...new Set([TYPES_GROUP, ...groups])].sort();
  const findings = HOST_STAGES.flatMap((stage) => {
    const inCluster = {
      kind: 'ClusterRole',
      stage,
      rules: hostAccessRules(stage, federatedGroups),
    };
    const inNamespace = { kind: 'Role', stage, rules: kubefedNamespaceRules(stage) };
    return [
      ...checkRole(inCluster, exam.clusterRoles, exam.clusterRoleBindings),
      ...checkRole(inNamespace, exam.roles, exam.roleBindings),
    ];
  });
  if (findings.length > 0) return findings;
  return [ok('host', 'the roles of all stages are in order')];
}

function checkRole(
  wanted: { kind: string; stage: string; rules: readonly PolicyRule[] },
  roles: readonly JsonObject[],
  bindings: readonly JsonObject[],
): Finding[] {
  if (wanted.rules.length === 0) return [];
  const name = `kubefed-eks:${wanted.stage}`;
  const isNamed = (object: JsonObject) => stringAt(object, 'metadata', 'name') === name;
  const role = roles.find(isNamed);
  const what = `${wanted.kind} ${name}`;
  if (role === undefined) return [problem('error', 'host', `${what} is not there`, DEPLOY)];
  const findings: Finding[] = [];
  const rules: JsonObject[] = wanted.rules.map((rule) => ({ ...rule }));
  if (goJson(listAt(role, 'rules')) !== goJson(rules)) {
    const message = `${what} does not say what this version needs with these types`;
    findings.push(problem('error', 'host', message, DEPLOY));
  }
  const binding = bindings.find(isNamed);
  const group = hostGroup(wanted.stage);
  const subjects = listAt(binding, 'subjects').filter(isJsonObject);
  const isBound =
    valueAt(binding, 'roleRef', 'name') === name && subjects.some((one) => one['name'] === group);
  if (isBound) return findings;
  return [...findings, problem('error', 'host', `${what} is not bound to group ${group}`, DEPLOY)];
}
