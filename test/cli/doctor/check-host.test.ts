import { describe, expect, it } from 'vitest';
import {
  checkDeployment,
  checkHostRoles,
  checkWatch,
} from '../../../lib/cli/doctor/check-control-plane.ts';
import { checkCrds } from '../../../lib/cli/doctor/check-crds.ts';
import { checkTypes } from '../../../lib/cli/doctor/check-types.ts';
import type { Finding } from '../../../lib/cli/doctor/finding.ts';
import type { JsonObject } from '../../../lib/model/json.ts';
import { CONFIG_MAP_TYPE_CONFIG, NAMESPACE_TYPE_CONFIG } from '../../stages/objects.ts';
import { DEPLOYMENT } from '../status/sights.ts';

const NS = 'kube-federation-system';

/** Level and message, and that there is a remedy for all that is not in order. */
function told(findings: readonly Finding[]): string[] {
  for (const one of findings) expect(one.remedies.length > 0).toBe(one.level !== 'ok');
  return findings.map(({ level, subject, message }) => `${level} ${subject}: ${message}`);
}

const CRD: JsonObject = {
  kind: 'CustomResourceDefinition',
  metadata: { name: 'federatedconfigmaps.types.kubefed.io' },
  spec: { versions: [{ name: 'v1beta1', served: true, schema: { a: 1, b: 2 } }] },
};
const ESTABLISHED = { conditions: [{ type: 'Established', status: 'True' }] };
const LIVE = { ...CRD, status: ESTABLISHED };

describe('checkCrds', () => {
  it.each<[string, JsonObject[], string[]]>([
    ['there', [LIVE], ['ok host: 1 CRDs are there, as this version has them']],
    [
      'there, with fields in another order',
      [
        {
          ...LIVE,
          spec: { versions: [{ schema: { b: 2, a: 1 }, name: 'v1beta1', served: true }] },
        },
      ],
      ['ok host: 1 CRDs are there, as this version has them'],
    ],
    ['missing', [], ['error host: CRD federatedconfigmaps.types.kubefed.io is not there']],
    [
      'not served',
      [{ ...LIVE, spec: { versions: [{ name: 'v1beta1', served: false }] } }],
      ['error host: CRD federatedconfigmaps.types.kubefed.io does not serve v1beta1'],
    ],
    [
      'not established yet',
      [CRD],
      [
        'error host: CRD federatedconfigmaps.types.kubefed.io is not established: the API server has not said why',
      ],
    ],
    [
      'refused',
      [
        {
          ...CRD,
          status: { conditions: [{ type: 'NamesAccepted', status: 'False', message: 'taken' }] },
        },
      ],
      ['error host: CRD federatedconfigmaps.types.kubefed.io is not established: taken'],
    ],
    [
      'of another version of ours',
      [{ ...LIVE, spec: { versions: [{ name: 'v1beta1', served: true, schema: {} }] } }],
      ['warning host: CRD federatedconfigmaps.types.kubefed.io is not the one of this version'],
    ],
  ])('%s', (_, found, expected) => {
    expect(told(checkCrds([CRD], found))).toEqual(expected);
  });
});

const RUNNING = { status: { propagationController: 'Running' } };
const CONFIG_MAPS = { ...CONFIG_MAP_TYPE_CONFIG, ...RUNNING };
const NAMESPACES = { ...NAMESPACE_TYPE_CONFIG, ...RUNNING };
const CRDS = ['federatedconfigmaps', 'federatednamespaces'].map((plural) => ({
  ...LIVE,
  metadata: { name: `${plural}.types.kubefed.io` },
}));

function disabled(config: JsonObject): JsonObject {
  const spec = config['spec'];
  return {
    ...config,
    spec: { ...(typeof spec === 'object' ? spec : {}), propagation: 'Disabled' },
  };
}

const CONFIG = { scope: 'Cluster', gates: {} } as const;

describe('checkTypes', () => {
  const check = (typeConfigs: JsonObject[], more: object = {}) =>
    told(checkTypes({ namespace: NS, config: CONFIG, typeConfigs, crds: CRDS, ...more }));

  it.each<[string, JsonObject[], object, string[]]>([
    ['in order', [CONFIG_MAPS, NAMESPACES], {}, ['ok host: 2 types are enabled and running']],
    ['none', [], {}, ['warning host: no type is enabled: nothing is propagated']],
    [
      'unreadable',
      [NAMESPACES, { metadata: { name: 'x' }, spec: {} }],
      {},
      [
        'error type x: spec.targetType or spec.federatedType lacks its kind or version: nothing of it is propagated',
      ],
    ],
    [
      'going',
      [NAMESPACES, { ...CONFIG_MAPS, metadata: { name: 'configmaps', deletionTimestamp: 'now' } }],
      {},
      ['warning type configmaps: it is being deleted: its objects are let go'],
    ],
    [
      'without its federated API',
      [NAMESPACES, CONFIG_MAPS],
      { crds: CRDS.slice(1) },
      [
        'error type configmaps: the host does not serve its federated API FederatedConfigMap (types.kubefed.io/v1beta1)',
      ],
    ],
    [
      'not taken up',
      [NAMESPACES, CONFIG_MAP_TYPE_CONFIG],
      {},
      ['warning type configmaps: it is enabled, but the watch has not taken it up yet'],
    ],
    [
      'standing still by a feature gate',
      [NAMESPACES, CONFIG_MAPS],
      { config: { ...CONFIG, gates: { PushReconciler: false } } },
      ['error host: the feature gate PushReconciler is disabled: nothing is propagated'],
    ],
    [
      'standing still for want of namespaces',
      [disabled(NAMESPACES), CONFIG_MAPS],
      {},
      [
        'error host: type namespaces is not enabled: all namespaced types stand still, for nobody can say where they may go',
      ],
    ],
    [
      'cluster-scoped in a federation of one namespace',
      [NAMESPACES, CONFIG_MAPS],
      { config: { ...CONFIG, scope: 'Namespaced' } },
      [
        'warning type namespaces: it is cluster-scoped: a federation of one namespace never propagates it',
      ],
    ],
  ])('%s', (_, configs, more, expected) => {
    expect(check(configs, more)).toEqual(expected);
  });
});

const NOW = Date.parse('2026-01-01T00:02:00Z');

describe('checkWatch', () => {
  it.each<[string | undefined, string]>([
    [undefined, 'error watch: there is no Lease kubefed-eks-watch: the watch has never run'],
    ['2026-01-01T00:01:57.000000Z', 'ok watch: it renewed its Lease 3 s ago'],
    [
      '2026-01-01T00:01:30Z',
      'warning watch: it renewed its Lease 30 s ago; another starts within a minute',
    ],
    [
      '2026-01-01T00:00:00Z',
      'error watch: it has not renewed its Lease for 120 s: changes are not seen',
    ],
  ])('%s', (renewTime, expected) => {
    const lease = renewTime === undefined ? undefined : { spec: { renewTime } };

    expect(told(checkWatch(lease, NOW, 'kubefed-eks'))).toEqual([expected]);
  });
});

describe('checkDeployment', () => {
  const roles = JSON.stringify({ apply: 'a', watch: 'w', health: 'h' });
  const deployment = JSON.stringify(DEPLOYMENT);
  const WHERE = `ConfigMap ${NS}/kubefed-eks`;

  it.each<[JsonObject | undefined, string]>([
    [undefined, `error host: ${WHERE} is not there: nobody can join`],
    [
      { data: { roles: 'no JSON', deployment } },
      `error host: ${WHERE}: data.roles has no ARN for apply, watch, health: nobody can join`,
    ],
    [
      { data: { roles } },
      `warning host: ${WHERE} does not tell of the queues: the deployment is older than this command`,
    ],
    [{ data: { roles, deployment } }, 'ok host: deployed as kubefed-eks in us-west-2'],
  ])('%j', (configMap, expected) => {
    expect(told(checkDeployment(NS, configMap))).toEqual([expected]);
  });
});

describe('checkHostRoles', () => {
  it('names each stage whose role is missing', () => {
    const nothing = { clusterRoles: [], clusterRoleBindings: [], roles: [], roleBindings: [] };
    const lines = told(checkHostRoles({ typeConfigs: [], ...nothing }));

    expect(lines).toContain('error host: ClusterRole kubefed-eks:watch is not there');
    expect(lines).toContain('error host: Role kubefed-eks:plan is not there');
    expect(lines).toHaveLength(12);
  });

  it('tells of other rules, and of a missing binding', () => {
    const role = (name: string) => ({ metadata: { name: `kubefed-eks:${name}` }, rules: [] });
    const stages = ['watch', 'plan', 'apply', 'status', 'sweep', 'health', 'dns'];
    const exam = {
      ...{ typeConfigs: [], clusterRoles: stages.map(role), clusterRoleBindings: [] },
      ...{ roles: [role('plan'), role('status')], roleBindings: [] },
    };

    expect(told(checkHostRoles(exam)).slice(0, 2)).toEqual([
      'error host: ClusterRole kubefed-eks:watch does not say what this version needs with these types',
      'error host: ClusterRole kubefed-eks:watch is not bound to group kubefed:watch',
    ]);
  });
});
