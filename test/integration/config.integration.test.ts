import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type JsonObject, stringAt } from '../../lib/model/json.ts';
import { KUBEFED_CONFIGS } from '../../lib/model/kubefed-config.ts';
import { CONFIG_MAPS } from '../../lib/model/resources.ts';
import { FEDERATED_TYPE_CONFIGS } from '../../lib/model/type-config.ts';
import { type FastFederation, startFastFederation } from '../environment/fast-federation.ts';
import { FEDERATED_CONFIG_MAPS, must } from '../walkthrough/objects.ts';
import { until } from '../walkthrough/until.ts';
import {
  copiesOf,
  makeConfigMap,
  makeNamespace,
  untilCopiesAre,
  untilReported,
  verdictOf,
} from './config-map-copies.ts';

const KUBEFED = 'kube-federation-system';
const MEMBER = 'member-1';

/** What rc6 stored: blocks and fields that came later are missing, two gates have been removed since. */
const OF_RC6 = {
  scope: 'Cluster',
  controllerDuration: { availableDelay: '20s', unavailableDelay: '1m0s' },
  leaderElect: {
    leaseDuration: '15s',
    renewDeadline: '10s',
    retryPeriod: '5s',
    resourceLock: 'configmaps',
  },
  featureGates: [
    { name: 'CrossClusterServiceDiscovery', configuration: 'Enabled' },
    { name: 'FederatedIngress', configuration: 'Enabled' },
    { name: 'PushReconciler', configuration: 'Enabled' },
  ],
  clusterHealthCheck: { period: '10s', failureThreshold: 3, successThreshold: 1, timeout: '3s' },
  syncController: { adoptResources: 'Enabled' },
};

let federation: FastFederation;

beforeAll(async () => {
  federation = await startFastFederation({ members: 1, onProgress: () => undefined });
  await makeNamespace(federation, 'team', { clusterSelector: {} });
}, 180_000);

afterAll(() => federation?.stop());

const inTeam = (name: string) => ({ namespace: 'team', name });
const spec = (color: string) => ({
  template: { data: { color } },
  placement: { clusterSelector: {} },
});

describe('a KubeFedConfig', () => {
  it('3.9 adoption: what lies in a member already is left alone where it is Disabled, until it is Enabled', async () => {
    const key = inTeam('legacy');
    await makeConfigMap(federation, inTeam('first'), spec('teal'));
    await untilCopiesAre(federation, inTeam('first'), { [MEMBER]: { color: 'teal' } });
    await configure({ syncController: { adoptResources: 'Disabled' } });
    const [member = federation.host] = federation.members;
    must(await member.api.create(CONFIG_MAPS, { metadata: key, data: { color: 'foreign' } }));

    await makeConfigMap(federation, key, spec('teal'));
    expect(verdictOf(await untilReported(federation, key))).toEqual({
      propagated: 'False',
      reason: 'CheckClusters',
      failed: ['AlreadyExists'],
    });
    expect(await copiesOf(federation, key)).toEqual({ [MEMBER]: { color: 'foreign' } });

    await configure({ syncController: { adoptResources: 'Enabled' } });
    await untilCopiesAre(federation, key, { [MEMBER]: { color: 'teal' } });
  }, 120_000);

  it('3.9 adoption Disabled does not give up what is managed already', async () => {
    await configure({ syncController: { adoptResources: 'Disabled' } });
    await edit(inTeam('first'), 'navy');

    await untilCopiesAre(federation, inTeam('first'), { [MEMBER]: { color: 'navy' } });
  }, 120_000);

  it('9.2 without PushReconciler lets everything stand still, and go on when it is back', async () => {
    await configure({ featureGates: [{ name: 'PushReconciler', configuration: 'Disabled' }] });
    await isTold('NotRunning');
    await edit(inTeam('first'), 'red');
    await federation.runtime.idle();
    expect(await copiesOf(federation, inTeam('first'))).toEqual({ [MEMBER]: { color: 'navy' } });

    await configure({ featureGates: [{ name: 'PushReconciler', configuration: 'Enabled' }] });
    await untilCopiesAre(federation, inTeam('first'), { [MEMBER]: { color: 'red' } });
  }, 120_000);

  it.each<[string, JsonObject]>([
    ['of rc6', OF_RC6],
    ['with a scope alone', { scope: 'Cluster' }],
    [
      'with what nobody knows',
      {
        scope: 'Cluster',
        featureGates: [{ name: 'Nonsense', configuration: 'Enabled' }],
        syncController: { skipAdoptingResources: 'Enabled' },
      },
    ],
  ])(
    '9.1, 12.5 %s is accepted and gone by at once',
    async (what, stored) => {
      const { api } = federation.host;
      const key = { namespace: KUBEFED, name: 'kubefed' };
      const { spec: _, ...rest } = must(await api.get(KUBEFED_CONFIGS, key));
      must(await api.replace(KUBEFED_CONFIGS, { ...rest, spec: stored }));
      const color = what.replaceAll(' ', '-');
      await edit(inTeam('first'), color);

      await untilCopiesAre(federation, inTeam('first'), { [MEMBER]: { color } });
    },
    120_000,
  );

  it('9.3 cannot change its scope in place', async () => {
    const key = { namespace: KUBEFED, name: 'kubefed' };
    const change = { spec: { scope: 'Namespaced' } };
    const refused = await federation.host.api.patch(KUBEFED_CONFIGS, key, change);

    expect(refused).toMatchObject({ ok: false, error: { kind: 'Invalid' } });
  });
});

async function configure(change: JsonObject): Promise<void> {
  const key = { namespace: KUBEFED, name: 'kubefed' };
  must(await federation.host.api.patch(KUBEFED_CONFIGS, key, { spec: change }));
}

async function edit(key: { namespace: string; name: string }, color: string): Promise<void> {
  const change = { spec: { template: { data: { color } } } };
  must(await federation.host.api.patch(FEDERATED_CONFIG_MAPS, key, change));
}

async function isTold(wanted: string): Promise<void> {
  await until(`the type is ${wanted}`, 60, async () => {
    const key = { namespace: KUBEFED, name: 'configmaps' };
    const found = must(await federation.host.api.get(FEDERATED_TYPE_CONFIGS, key));
    const seen = stringAt(found, 'status', 'propagationController');
    return { done: seen === wanted, seen };
  });
}
