import { runningTypes } from '../../core/running-types.ts';
import { type JsonObject, stringAt } from '../../model/json.ts';
import type { KubeFedConfig } from '../../model/kubefed-config.ts';
import { NAMESPACES_TYPE } from '../../model/names.ts';
import { type FederatedType, readFederatedType } from '../../model/type-config.ts';
import { servedVersions } from './check-crds.ts';
import { type Finding, ok, problem } from './finding.ts';

export interface TypesExam {
  readonly namespace: string;
  readonly config: Pick<KubeFedConfig, 'scope' | 'gates'>;
  readonly typeConfigs: readonly JsonObject[];
  /** all CRDs of the host; absent when they could not be seen */
  readonly crds?: readonly JsonObject[];
}

/** Can every FederatedTypeConfig be read, is what it names there, and is it propagated? */
export function checkTypes(exam: TypesExam): Finding[] {
  const running = runningTypes(exam.typeConfigs, exam.config);
  if (exam.config.gates['PushReconciler'] === false) return [standstill(exam.namespace)];
  const findings = [
    ...exam.typeConfigs.flatMap((config) => checkType(exam, config, running)),
    ...checkNamespacesType(exam, running),
  ];
  const enabled = [...running.values()].filter((type) => type.enabled);
  if (enabled.length === 0 && findings.length === 0) {
    return [
      problem(
        'warning',
        'host',
        'no type is enabled: nothing is propagated',
        'kubefed-eks enable TYPE',
      ),
    ];
  }
  if (findings.length > 0) return findings;
  return [ok('host', `${enabled.length} types are enabled and running`)];
}

function checkType(
  { namespace, config: { scope }, crds }: TypesExam,
  config: JsonObject,
  running: ReadonlyMap<string, FederatedType>,
): Finding[] {
  const name = stringAt(config, 'metadata', 'name') ?? '';
  const subject = `type ${name}`;
  const type = readFederatedType(config);
  if (type === undefined) {
    const message =
      'spec.targetType or spec.federatedType lacks its kind or version: nothing of it is propagated';
    return [problem('error', subject, message, edit(namespace, name))];
  }
  if (type.going) {
    const message = 'it is being deleted: its objects are let go';
    return [problem('warning', subject, message, `kubectl get ${plural(type)} --all-namespaces`)];
  }
  if (!type.enabled) return [];
  if (crds !== undefined && !isServed(type, crds)) {
    const { kind, group, version } = type.federated;
    const message = `the host does not serve its federated API ${kind} (${group}/${version})`;
    return [problem('error', subject, message, `kubefed-eks enable ${name}`)];
  }
  if (scope === 'Namespaced' && !type.target.namespaced) {
    const message = 'it is cluster-scoped: a federation of one namespace never propagates it';
    return [problem('warning', subject, message, `kubefed-eks disable ${name}`)];
  }
  const isRunning = running.get(name)?.enabled === true;
  if (isRunning && stringAt(config, 'status', 'propagationController') !== 'Running') {
    const message = 'it is enabled, but the watch has not taken it up yet';
    return [
      problem('warning', subject, message, 'wait a minute; then see what is said of the watch'),
    ];
  }
  return [];
}

function checkNamespacesType(
  { config: { scope } }: TypesExam,
  running: ReadonlyMap<string, FederatedType>,
): Finding[] {
  const still = [...running.values()].some((type) => !type.enabled && type.target.namespaced);
  const isMissing = running.get(NAMESPACES_TYPE)?.enabled !== true;
  if (scope === 'Namespaced' || !isMissing || !still) return [];
  const message =
    'type namespaces is not enabled: all namespaced types stand still, for nobody can say where they may go';
  return [problem('error', 'host', message, 'kubefed-eks enable namespaces')];
}

function standstill(namespace: string): Finding {
  const message = 'the feature gate PushReconciler is disabled: nothing is propagated';
  return problem('error', 'host', message, `kubectl -n ${namespace} edit kubefedconfig kubefed`);
}

function isServed({ federated }: FederatedType, crds: readonly JsonObject[]): boolean {
  const name = `${federated.plural}.${federated.group}`;
  const crd = crds.find((one) => stringAt(one, 'metadata', 'name') === name);
  return crd !== undefined && servedVersions(crd).has(federated.version);
}

function plural({ federated }: FederatedType): string {
  return `${federated.plural}.${federated.group}`;
}

function edit(namespace: string, name: string): string {
  return `kubectl -n ${namespace} edit federatedtypeconfig ${name}`;
}
