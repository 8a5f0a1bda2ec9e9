import type { JsonObject } from '../../lib/model/json.ts';
import { CASE_NAMESPACE, type CrdCase } from './crd-case.ts';

function config(rest: JsonObject): JsonObject {
  return {
    apiVersion: 'core.kubefed.io/v1beta1',
    kind: 'KubeFedConfig',
    metadata: { name: 'kubefed', namespace: CASE_NAMESPACE },
    ...rest,
  };
}
const configOf = (spec: JsonObject): JsonObject => config({ spec });

const DEFAULTS: JsonObject = {
  scope: 'Cluster',
  controllerDuration: {
    availableDelay: '20s',
    unavailableDelay: '1m0s',
    cacheSyncTimeout: '5m0s',
  },
  leaderElect: {
    leaseDuration: '15s',
    renewDeadline: '10s',
    retryPeriod: '5s',
    resourceLock: 'configmaps',
  },
  featureGates: [
    { name: 'PushReconciler', configuration: 'Enabled' },
    { name: 'RawResourceStatusCollection', configuration: 'Enabled' },
    { name: 'SchedulerPreferences', configuration: 'Enabled' },
  ],
  clusterHealthCheck: {
    period: '10s',
    failureThreshold: 3,
    successThreshold: 1,
    timeout: '3s',
  },
  syncController: { maxConcurrentReconciles: 1, adoptResources: 'Enabled' },
  statusController: { maxConcurrentReconciles: 1 },
};

/** As the webhook of rc6 left it: no cacheSyncTimeout, no workers, no statusController, gates since removed. */
const RC6: JsonObject = {
  scope: 'Namespaced',
  controllerDuration: { availableDelay: '20s', unavailableDelay: '1m0s' },
  leaderElect: {
    leaseDuration: '15s',
    renewDeadline: '10s',
    retryPeriod: '5s',
    resourceLock: 'endpoints',
  },
  featureGates: [
    { name: 'CrossClusterServiceDiscovery', configuration: 'Enabled' },
    { name: 'FederatedIngress', configuration: 'Enabled' },
    { name: 'PushReconciler', configuration: 'Enabled' },
    { name: 'SchedulerPreferences', configuration: 'Enabled' },
  ],
  clusterHealthCheck: {
    period: '10s',
    failureThreshold: 3,
    successThreshold: 1,
    timeout: '3s',
  },
  syncController: { adoptResources: 'Disabled' },
};

const DURATIONS = [
  ['controllerDuration', 'availableDelay'],
  ['controllerDuration', 'unavailableDelay'],
  ['controllerDuration', 'cacheSyncTimeout'],
  ['leaderElect', 'leaseDuration'],
  ['leaderElect', 'renewDeadline'],
  ['leaderElect', 'retryPeriod'],
  ['clusterHealthCheck', 'period'],
  ['clusterHealthCheck', 'timeout'],
] as const;

const COUNTS = [
  ['clusterHealthCheck', 'failureThreshold'],
  ['clusterHealthCheck', 'successThreshold'],
  ['syncController', 'maxConcurrentReconciles'],
  ['statusController', 'maxConcurrentReconciles'],
] as const;

const SWITCHES = [
  [['leaderElect', 'resourceLock'], 'leases', 'supported values: "configmaps", "endpoints"'],
  [['syncController', 'adoptResources'], 'Yes', 'supported values: "Enabled", "Disabled"'],
] as const;

const durationCases = DURATIONS.flatMap(([block, field]) =>
  ['0s', '-1s', 'soon', '20'].map((value): CrdCase => {
    return {
      name: `KubeFedConfig with ${block}.${field} "${value}"`,
      object: configOf({ [block]: { [field]: value } }),
      valid: false,
      message: 'must be a duration above zero, such as 20s or 1m30s',
    };
  }),
);

const countCases = COUNTS.map(([block, field]): CrdCase => {
  return {
    name: `KubeFedConfig with ${block}.${field} 0`,
    object: configOf({ [block]: { [field]: 0 } }),
    valid: false,
    message: `spec.${block}.${field} in body should be greater than or equal to 1`,
  };
});

const switchCases = SWITCHES.map(([[block, field], value, message]): CrdCase => {
  return {
    name: `KubeFedConfig with ${block}.${field} "${value}"`,
    object: configOf({ [block]: { [field]: value } }),
    valid: false,
    message,
  };
});

const leaderElectCases = (
  [
    [{ leaseDuration: '10s' }, 'leaseDuration must be greater than renewDeadline'],
    [{ renewDeadline: '15s' }, 'leaseDuration must be greater than renewDeadline'],
    [{ renewDeadline: '6s' }, 'renewDeadline must be greater than 1.2 times retryPeriod'],
    [{ renewDeadline: '6001ms' }, undefined],
    [{ leaseDuration: '2m', renewDeadline: '1m0.5s', retryPeriod: '100ms' }, undefined],
  ] as const
).map(([leaderElect, message]): CrdCase => {
  const name = `KubeFedConfig with leaderElect ${JSON.stringify(leaderElect)}`;
  const object = configOf({ leaderElect });
  return message === undefined
    ? { name, object, valid: true }
    : { name, object, valid: false, message };
});

export const configCases: readonly CrdCase[] = [
  {
    name: 'KubeFedConfig without spec gets all defaults',
    object: config({}),
    valid: true,
    stored: { spec: DEFAULTS },
  },
  {
    name: 'KubeFedConfig with only a scope gets all other defaults',
    object: configOf({ scope: 'Namespaced' }),
    valid: true,
    stored: { spec: { ...DEFAULTS, scope: 'Namespaced' } },
  },
  {
    name: 'KubeFedConfig with half a block gets the other half',
    object: configOf({ scope: 'Cluster', leaderElect: { leaseDuration: '1.5m' } }),
    valid: true,
    stored: { spec: { leaderElect: { leaseDuration: '1.5m', renewDeadline: '10s' } } },
  },
  {
    name: 'KubeFedConfig of rc6 keeps what it says and gets what came later',
    object: configOf(RC6),
    valid: true,
    stored: {
      spec: {
        ...RC6,
        controllerDuration: { availableDelay: '20s', cacheSyncTimeout: '5m0s' },
        syncController: { adoptResources: 'Disabled', maxConcurrentReconciles: 1 },
        statusController: { maxConcurrentReconciles: 1 },
      },
    },
  },
  {
    name: 'KubeFedConfig with a null block gets its defaults',
    object: configOf({ scope: 'Cluster', clusterHealthCheck: null }),
    valid: true,
    stored: { spec: DEFAULTS },
  },
  {
    name: 'KubeFedConfig with an unknown feature gate',
    object: configOf({ featureGates: [{ name: 'Nonsense', configuration: 'Enabled' }] }),
    valid: true,
    stored: { spec: { featureGates: [{ name: 'Nonsense', configuration: 'Enabled' }] } },
  },
  {
    name: 'KubeFedConfig with a feature gate named twice',
    object: configOf({
      featureGates: [
        { name: 'PushReconciler', configuration: 'Enabled' },
        { name: 'PushReconciler', configuration: 'Disabled' },
      ],
    }),
    valid: false,
    message: 'Duplicate value',
  },
  {
    name: 'KubeFedConfig with a feature gate half on',
    object: configOf({ featureGates: [{ name: 'PushReconciler', configuration: 'true' }] }),
    valid: false,
    message: 'supported values: "Enabled", "Disabled"',
  },
  {
    name: 'KubeFedConfig with an unknown scope',
    object: configOf({ scope: 'Global' }),
    valid: false,
    message: 'supported values: "Cluster", "Namespaced"',
  },
  {
    name: 'KubeFedConfig whose scope is changed',
    object: configOf({ scope: 'Cluster' }),
    change: { spec: { scope: 'Namespaced' } },
    valid: false,
    message: 'field is immutable',
  },
  {
    name: 'KubeFedConfig whose scope stays when all else changes',
    object: configOf(RC6),
    change: { spec: { scope: 'Namespaced', clusterHealthCheck: { period: '30s' } } },
    valid: true,
    stored: { spec: { clusterHealthCheck: { period: '30s' } } },
  },
  ...durationCases,
  ...countCases,
  ...switchCases,
  ...leaderElectCases,
];
