import { PREFERENCES } from '../model/scheduling.ts';
import type { PolicyRule } from './member-access.ts';

/** Stages that talk to the host; each has a Kubernetes group, a ClusterRole and a binding of its own there. */
export const HOST_STAGES = [
  'watch',
  'plan',
  'apply',
  'status',
  'sweep',
  'health',
  'dns',
  'zone',
  'spread',
] as const;
export type HostStage = (typeof HOST_STAGES)[number];

/** @returns the Kubernetes group that the access entry of a stage's role names */
export function hostGroup(stage: string): string {
  return `kubefed:${stage}`;
}

const RECORD_PLURALS = ['servicednsrecords', 'ingressdnsrecords'];
const RECORD_STATUSES = RECORD_PLURALS.map((plural) => `${plural}/status`);
const READ = ['get', 'list', 'watch'];

/**
 * @param federatedGroups API groups of the federated types, e.g. `types.kubefed.io`
 * @returns what a stage may do on the host, and nothing else
 */
export function hostAccessRules(
  stage: HostStage,
  federatedGroups: readonly string[],
): readonly PolicyRule[] {
  const core = (resources: string[], verbs: string[]) => rule('core.kubefed.io', resources, verbs);
  const dns = (resources: string[], verbs: string[]) =>
    rule('multiclusterdns.kubefed.io', resources, verbs);
  const scheduling = (resources: string[], verbs: string[]) =>
    rule(PREFERENCES.group, resources, verbs);
  const federated = (verbs: string[], resources = ['*']): PolicyRule => ({
    apiGroups: [...federatedGroups],
    resources,
    verbs,
  });
  // What all stages read: types, clusters, config; and the tokens of members that have no IAM.
  const context = core(['federatedtypeconfigs', 'kubefedclusters', 'kubefedconfigs'], READ);
  const tokens = rule('', ['secrets'], ['get']);
  const records = ['propagatedversions', 'clusterpropagatedversions'];
  const recordStatus = records.map((resource) => `${resource}/status`);
  const rules: Record<HostStage, PolicyRule[]> = {
    watch: [
      tokens,
      core(['federatedtypeconfigs', 'federatedtypeconfigs/status'], ['patch']),
      core(records, READ),
      federated(READ),
      rule('', ['namespaces'], READ),
      dns(['domains', 'dnsendpoints', ...RECORD_PLURALS], READ),
      scheduling([PREFERENCES.plural], READ),
      rule('coordination.k8s.io', ['leases'], ['get', 'create', 'update']),
    ],
    plan: [
      core(records, ['get']),
      core(['federatedtypeconfigs'], ['patch']),
      federated(['get', 'list', 'patch', 'delete']),
      rule('', ['namespaces'], ['get']),
    ],
    apply: [tokens, federated(['get']), rule('', ['namespaces'], ['get'])],
    status: [
      tokens,
      core(['federatedservicestatuses'], ['get', 'create', 'patch']),
      core(records, ['get', 'create', 'patch']),
      core(recordStatus, ['patch']),
      federated(['get', 'patch']),
      rule('', ['events'], ['create']),
    ],
    sweep: [],
    dns: [
      tokens,
      dns(['domains'], ['get']),
      dns(RECORD_PLURALS, ['get', 'list']),
      dns(RECORD_STATUSES, ['patch']),
      dns(['dnsendpoints'], ['get', 'list', 'create', 'patch', 'delete']),
    ],
    zone: [dns(['dnsendpoints'], ['list']), dns(['dnsendpoints/status'], ['patch'])],
    spread: [
      tokens,
      scheduling([PREFERENCES.plural], ['get', 'list']),
      scheduling([`${PREFERENCES.plural}/status`], ['patch']),
      federated(['get'], ['federatednamespaces']),
      federated(['get', 'patch'], ['federateddeployments', 'federatedreplicasets']),
      rule('', ['events'], ['create']),
    ],
    health: [tokens, core(['kubefedclusters/status'], ['patch'])],
  };
  return [context, ...rules[stage]];
}

/** @returns what a stage may do in the kubefed namespace beyond that; maybe nothing */
export function kubefedNamespaceRules(stage: HostStage): readonly PolicyRule[] {
  const rules: Partial<Record<HostStage, PolicyRule[]>> = {
    plan: [rule('', ['configmaps'], ['get', 'list', 'create', 'patch'])],
    status: [rule('', ['configmaps'], ['create', 'patch'])],
    zone: [rule('', ['configmaps'], ['list', 'create', 'patch'])],
  };
  return rules[stage] ?? [];
}

function rule(apiGroup: string, resources: string[], verbs: string[]): PolicyRule {
  return { apiGroups: [apiGroup], resources, verbs };
}
