import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../lib/model/json.ts';
import { FEDERATED_TYPE_CONFIGS } from '../../lib/model/type-config.ts';
import { type FastFederation, startFastFederation } from '../environment/fast-federation.ts';
import { FEDERATED_CONFIG_MAPS, FEDERATED_NAMESPACES, must } from '../walkthrough/objects.ts';
import {
  copiesOf,
  eventsAbout,
  labelCluster,
  makeConfigMap,
  makeNamespace,
  untilCopiesAre,
  untilReported,
  verdictOf,
} from './config-map-copies.ts';

const DATA = { color: 'teal' };
const WEST = 'member-1';
const EAST = 'member-2';

let federation: FastFederation;

beforeAll(async () => {
  federation = await startFastFederation({ members: 2, onProgress: () => undefined });
  await labelCluster(federation, WEST, { side: 'west', tier: 'prod' });
  await labelCluster(federation, EAST, { side: 'east' });
  await makeNamespace(federation, 'team', { clusterSelector: {} });
  await makeNamespace(federation, 'half', { clusters: [{ name: WEST }] });
  await makeNamespace(federation, 'bare');
  // What comes before its namespace is refused for a moment, and said so: not what is looked at here.
  const first = { template: { data: DATA }, placement: { clusterSelector: {} } };
  await makeConfigMap(federation, inTeam('first'), first);
  await untilCopiesAre(federation, inTeam('first'), copiesIn(WEST, EAST));
}, 180_000);

afterAll(() => federation?.stop());

const copiesIn = (...members: string[]) =>
  Object.fromEntries(members.map((member) => [member, DATA]));
const term = (key: string, operator: string, ...values: string[]) => ({ key, operator, values });
const inTeam = (name: string) => ({ namespace: 'team', name });

const PLACEMENTS: readonly (readonly [string, JsonObject | undefined, readonly string[]])[] = [
  ['no placement', undefined, []],
  ['an empty placement', {}, []],
  ['an empty list', { clusters: [] }, []],
  ['an empty list beside a selector of all', { clusters: [], clusterSelector: {} }, []],
  ['an empty selector', { clusterSelector: {} }, [WEST, EAST]],
  ['empty matchLabels', { clusterSelector: { matchLabels: {} } }, [WEST, EAST]],
  ['a list', { clusters: [{ name: EAST }] }, [EAST]],
  ['a list twice over', { clusters: [{ name: EAST }, { name: EAST }] }, [EAST]],
  ['a list beside a selector', { clusters: [{ name: EAST }], clusterSelector: {} }, [EAST]],
  ['a label', { clusterSelector: { matchLabels: { side: 'west' } } }, [WEST]],
  ['a label of nobody', { clusterSelector: { matchLabels: { side: 'north' } } }, []],
  ['In', { clusterSelector: { matchExpressions: [term('side', 'In', 'east', 'x')] } }, [EAST]],
  ['NotIn', { clusterSelector: { matchExpressions: [term('side', 'NotIn', 'east')] } }, [WEST]],
  ['NotIn of a label that one lacks', selectorOf(term('tier', 'NotIn', 'prod')), [EAST]],
  ['Exists', selectorOf(term('tier', 'Exists')), [WEST]],
  ['DoesNotExist', selectorOf(term('tier', 'DoesNotExist')), [EAST]],
  ['terms that all hold', selectorOf(term('side', 'Exists'), term('tier', 'Exists')), [WEST]],
  [
    'labels and terms that do not both hold',
    {
      clusterSelector: {
        matchLabels: { side: 'east' },
        matchExpressions: [term('tier', 'Exists')],
      },
    },
    [],
  ],
];

function selectorOf(...matchExpressions: JsonObject[]): JsonObject {
  return { clusterSelector: { matchExpressions } };
}

describe('placement', () => {
  it('3.4 takes each object to the clusters that it asks for, and to no other', async () => {
    for (const [i, [, placement]] of PLACEMENTS.entries()) {
      const spec = { template: { data: DATA }, ...(placement === undefined ? {} : { placement }) };
      await makeConfigMap(federation, inTeam(`placed-${i}`), spec);
    }
    for (const [i, [what, , members]] of PLACEMENTS.entries()) {
      const verdict = verdictOf(await untilReported(federation, inTeam(`placed-${i}`)));
      const copies = await copiesOf(federation, inTeam(`placed-${i}`));
      const expected = { propagated: 'True', reason: undefined, failed: [] };
      expect({ what, ...verdict, copies }).toEqual({
        what,
        ...expected,
        copies: copiesIn(...members),
      });
    }
  }, 120_000);

  it('11.29 drops a name that nobody registered, with an event, and serves the others', async () => {
    const placement = { clusters: [{ name: 'nowhere' }, { name: EAST }] };
    await makeConfigMap(federation, inTeam('unknown'), { template: { data: DATA }, placement });

    const status = await untilReported(federation, inTeam('unknown'));
    expect(status).toMatchObject({ clusters: [{ name: EAST }] });
    await untilCopiesAre(federation, inTeam('unknown'), copiesIn(EAST));
    const events = await eventsAbout(federation, inTeam('unknown'));
    expect(events.join('\n')).toMatch(/^UnknownCluster: .*nowhere/);
  }, 120_000);

  it('3.4 says ComputePlacementFailed of a selector that cannot be read, and touches nothing', async () => {
    const key = inTeam('unreadable');
    await makeConfigMap(federation, key, {
      template: { data: DATA },
      placement: { clusterSelector: {} },
    });
    await untilCopiesAre(federation, key, copiesIn(WEST, EAST));
    const clusterSelector = { matchExpressions: [{ key: 'side', operator: 'Near' }] };
    must(
      await federation.host.api.patch(FEDERATED_CONFIG_MAPS, key, {
        spec: { placement: { clusterSelector } },
      }),
    );

    const verdict = verdictOf(await untilReported(federation, key));
    expect(verdict).toMatchObject({ propagated: 'False', reason: 'ComputePlacementFailed' });
    expect(await copiesOf(federation, key)).toEqual(copiesIn(WEST, EAST));
    const events = await eventsAbout(federation, key);
    expect(events.join('\n')).toContain('"Near" is not a valid');
  }, 120_000);

  it('11.32 serves an object whose name is too long for its PropagatedVersion', async () => {
    const key = inTeam('a'.repeat(253));
    const placement = { clusters: [{ name: EAST }] };
    await makeConfigMap(federation, key, { template: { data: DATA }, placement });

    const verdict = verdictOf(await untilReported(federation, key));
    expect(verdict).toEqual({ propagated: 'True', reason: undefined, failed: [] });
    expect(await copiesOf(federation, key)).toEqual(copiesIn(EAST));
    must(await federation.host.api.delete(FEDERATED_CONFIG_MAPS, key));
    await untilCopiesAre(federation, key, {});
  }, 120_000);

  it('3.2 follows the labels of clusters at once', async () => {
    const key = inTeam('followed');
    const placement = { clusterSelector: { matchLabels: { ring: 'one' } } };
    await makeConfigMap(federation, key, { template: { data: DATA }, placement });
    await untilReported(federation, key);
    expect(await copiesOf(federation, key)).toEqual({});

    await labelCluster(federation, EAST, { ring: 'one' });
    await untilCopiesAre(federation, key, copiesIn(EAST));
    await labelCluster(federation, WEST, { ring: 'one' });
    await untilCopiesAre(federation, key, copiesIn(WEST, EAST));
    await labelCluster(federation, EAST, { ring: null });
    await untilCopiesAre(federation, key, copiesIn(WEST));
  }, 120_000);
});

describe('the FederatedNamespace', () => {
  const everywhere = { template: { data: DATA }, placement: { clusterSelector: {} } };

  it('3.4 limits what lies in it', async () => {
    const key = { namespace: 'half', name: 'a' };
    await makeConfigMap(federation, key, everywhere);

    await untilCopiesAre(federation, key, copiesIn(WEST));
    expect(await untilReported(federation, key)).toMatchObject({ clusters: [{ name: WEST }] });
  }, 120_000);

  it('3.4 lets its contents follow when it goes to another cluster', async () => {
    const key = { namespace: 'half', name: 'a' };
    const clusters = [{ name: EAST }];
    const federatedNamespace = { namespace: 'half', name: 'half' };
    must(
      await federation.host.api.patch(FEDERATED_NAMESPACES, federatedNamespace, {
        spec: { placement: { clusters } },
      }),
    );

    await untilCopiesAre(federation, key, copiesIn(EAST));
  }, 120_000);

  it('3.4 where there is none, nothing is selected: NamespaceNotFederated', async () => {
    const key = { namespace: 'bare', name: 'a' };
    await makeConfigMap(federation, key, everywhere);

    const verdict = verdictOf(await untilReported(federation, key));
    expect(verdict).toEqual({ propagated: 'False', reason: 'NamespaceNotFederated', failed: [] });
    expect(await copiesOf(federation, key)).toEqual({});
  }, 120_000);

  it('3.3 of `default` is never propagated, but places what lies in it', async () => {
    const { host } = federation;
    const namespace = { namespace: 'default', name: 'default' };
    must(
      await host.api.create(FEDERATED_NAMESPACES, {
        apiVersion: 'types.kubefed.io/v1beta1',
        kind: 'FederatedNamespace',
        metadata: namespace,
        spec: { placement: { clusters: [{ name: WEST }] } },
      }),
    );
    const key = { namespace: 'default', name: 'a' };
    await makeConfigMap(federation, key, everywhere);

    await untilCopiesAre(federation, key, copiesIn(WEST));
    const found = must(await host.api.get(FEDERATED_NAMESPACES, namespace));
    expect(found).not.toHaveProperty('metadata.finalizers');
    expect(found).not.toHaveProperty('status');
  }, 120_000);
});

describe('the type namespaces', () => {
  it('2.2 stops the other types while it is disabled, and leaves the copies where they are', async () => {
    const key = { namespace: 'team', name: 'placed-4' };
    await turn('Disabled', 'NotRunning');
    must(
      await federation.host.api.patch(FEDERATED_CONFIG_MAPS, key, {
        spec: { template: { data: { color: 'red' } } },
      }),
    );
    await federation.runtime.idle();
    expect(await copiesOf(federation, key)).toEqual(copiesIn(WEST, EAST));

    await turn('Enabled', 'Running');
    const red = { color: 'red' };
    await untilCopiesAre(federation, key, { [WEST]: red, [EAST]: red });
  }, 120_000);
});

async function turn(propagation: string, told: string): Promise<void> {
  const { api } = federation.host;
  const of = (name: string) => ({ namespace: 'kube-federation-system', name });
  must(await api.patch(FEDERATED_TYPE_CONFIGS, of('namespaces'), { spec: { propagation } }));
  await expect
    .poll(async () => must(await api.get(FEDERATED_TYPE_CONFIGS, of('configmaps'))), {
      timeout: 60_000,
    })
    .toMatchObject({ status: { propagationController: told } });
}
