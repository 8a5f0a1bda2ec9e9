import type { JsonObject } from '../../lib/model/json.ts';
import { CASE_NAMESPACE, type CrdCase } from './crd-case.ts';

function typeConfig(name: string, spec: JsonObject, rest: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'core.kubefed.io/v1beta1',
    kind: 'FederatedTypeConfig',
    metadata: { name, namespace: CASE_NAMESPACE },
    spec,
    ...rest,
  };
}

const targetType: JsonObject = {
  group: 'apps',
  version: 'v1',
  kind: 'StatefulSet',
  pluralName: 'statefulsets',
  scope: 'Namespaced',
};
const federatedType: JsonObject = {
  group: 'types.kubefed.io',
  version: 'v1beta1',
  kind: 'FederatedStatefulSet',
  pluralName: 'federatedstatefulsets',
  scope: 'Namespaced',
};
const { group: _, ...withoutGroup } = targetType;
const spec: JsonObject = { targetType, propagation: 'Enabled', federatedType };
const NAME = 'statefulsets.apps';
const NAME_RULE = 'metadata.name must be <targetType.pluralName>[.<targetType.group>]';

function nameCase(name: string, target: JsonObject, valid: boolean): CrdCase {
  const group = target['group'];
  return {
    name: `FederatedTypeConfig "${name}" for statefulsets with the group ${JSON.stringify(group)}`,
    object: typeConfig(name, { ...spec, targetType: target }),
    valid,
    ...(valid ? {} : { message: NAME_RULE }),
  };
}

function typeCase(
  which: 'targetType' | 'federatedType' | 'statusType',
  change: JsonObject,
  message: string,
): CrdCase {
  const base = which === 'targetType' ? targetType : federatedType;
  return {
    name: `FederatedTypeConfig with ${which} ${JSON.stringify(change)}`,
    object: typeConfig(NAME, { ...spec, [which]: { ...base, ...change } }),
    valid: false,
    message,
  };
}

function statusCase(status: JsonObject, message?: string): CrdCase {
  const base = {
    name: `FederatedTypeConfig with the status ${JSON.stringify(status)}`,
    object: typeConfig(NAME, spec),
    change: { status },
    subresource: 'status' as const,
  };
  return message === undefined
    ? { ...base, valid: true, stored: { status } }
    : { ...base, valid: false, message };
}

export const typeConfigCases: readonly CrdCase[] = [
  {
    name: 'FederatedTypeConfig as kubefedctl 0.10 enables it, with the empty status of its Go type',
    object: typeConfig(NAME, spec, {
      status: { observedGeneration: 0, propagationController: '' },
    }),
    valid: true,
  },
  {
    name: 'FederatedTypeConfig of services with status collection, as KubeFed documents it',
    object: typeConfig('services', {
      targetType: { version: 'v1', kind: 'Service', pluralName: 'services', scope: 'Namespaced' },
      propagation: 'Disabled',
      federatedType: {
        ...federatedType,
        kind: 'FederatedService',
        pluralName: 'federatedservices',
      },
      statusType: {
        group: 'core.kubefed.io',
        version: 'v1alpha1',
        kind: 'FederatedServiceStatus',
        pluralName: 'federatedservicestatuses',
        scope: 'Namespaced',
      },
      statusCollection: 'Enabled',
    }),
    valid: true,
  },
  nameCase('statefulsets.apps', targetType, true),
  nameCase('statefulsets', { ...targetType, group: '' }, true),
  nameCase('statefulsets', withoutGroup, true),
  nameCase('statefulsets', targetType, false),
  nameCase('statefulsets.apps', withoutGroup, false),
  nameCase('deployments.apps', targetType, false),
  typeCase('targetType', { group: 'Apps' }, 'spec.targetType.group'),
  typeCase('targetType', { version: '1' }, 'spec.targetType.version'),
  typeCase('targetType', { kind: '' }, 'spec.targetType.kind'),
  typeCase('targetType', { pluralName: 'StatefulSets' }, 'spec.targetType.pluralName'),
  typeCase('targetType', { scope: 'Global' }, 'supported values: "Cluster", "Namespaced"'),
  typeCase('federatedType', { group: 'types' }, 'must be a domain with at least one dot'),
  typeCase('federatedType', { group: '' }, 'spec.federatedType.group'),
  typeCase('statusType', { group: 'core' }, 'must be a domain with at least one dot'),
  {
    name: 'FederatedTypeConfig without propagation',
    object: typeConfig(NAME, { targetType, federatedType }),
    valid: false,
    message: 'spec.propagation: Required value',
  },
  {
    name: 'FederatedTypeConfig with propagation half on',
    object: typeConfig(NAME, { ...spec, propagation: 'On' }),
    valid: false,
    message: 'supported values: "Enabled", "Disabled"',
  },
  {
    name: 'FederatedTypeConfig with an empty statusCollection',
    object: typeConfig(NAME, { ...spec, statusCollection: '' }),
    valid: false,
    message: 'supported values: "Enabled", "Disabled"',
  },
  {
    name: 'FederatedTypeConfig that kubefedctl disable turns off',
    object: typeConfig(NAME, spec),
    change: { spec: { propagation: 'Disabled' } },
    valid: true,
    stored: { spec: { propagation: 'Disabled', targetType, federatedType } },
  },
  statusCase({
    observedGeneration: 1,
    propagationController: 'Running',
    statusController: 'NotRunning',
  }),
  statusCase({ observedGeneration: 1, propagationController: 'NotRunning' }),
  statusCase({ observedGeneration: -1, propagationController: 'Running' }, 'greater than or equal'),
  statusCase({ observedGeneration: 1, propagationController: '' }, '"Running", "NotRunning"'),
  statusCase({ propagationController: 'Running' }, 'status.observedGeneration: Required value'),
];
