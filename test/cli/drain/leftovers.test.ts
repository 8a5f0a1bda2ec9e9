import { describe, expect, it } from 'vitest';
import { type DrainFacts, leftoversOf } from '../../../lib/cli/drain/leftovers.ts';
import { leftoverText } from '../../../lib/cli/drain/wait-until-drained.ts';
import type { JsonObject } from '../../../lib/model/json.ts';

const metadata = { namespace: 'shop', name: 'web' };
const WEB = 'FederatedDeployment shop/web';

const preference = (entry?: JsonObject, reason = 'HandingOver'): JsonObject => ({
  metadata,
  spec: { targetKind: 'FederatedDeployment' },
  status: {
    conditions: [{ type: 'Scheduled', reason, message: 'Others are not ready.' }],
    clusters: [
      { name: 'other', state: 'Open', replicas: 7 },
      ...(entry === undefined ? [] : [entry]),
    ],
  },
});

const federated = (entry: JsonObject, observedGeneration = 2): JsonObject => ({
  metadata: { ...metadata, generation: 2 },
  status: { observedGeneration, clusters: [{ name: 'east', ...entry }] },
});

const record = (entry?: JsonObject): JsonObject => ({
  metadata,
  status: { dns: entry === undefined ? [] : [{ cluster: 'east', ...entry }] },
});

function left(facts: { preference?: JsonObject; federated?: JsonObject; record?: JsonObject }) {
  const all: DrainFacts = {
    preferences: facts.preference === undefined ? [] : [facts.preference],
    federated: new Map(facts.federated === undefined ? [] : [[WEB, facts.federated]]),
    records: new Map(
      facts.record === undefined ? [] : [['ServiceDNSRecord shop/web', facts.record]],
    ),
  };
  return leftoversOf('east', all).map(leftoverText);
}

const empty = preference({ name: 'east', state: 'Drained', replicas: 0 });
const ingress = [{ ip: '192.0.2.1' }];

describe('leftoversOf', () => {
  it.each<[string, JsonObject, string[]]>([
    ['has no part in the preference', preference(), []],
    ['has nothing to give away', empty, []],
    [
      'waits for others',
      preference({ name: 'east', state: 'Drained', replicas: 3 }),
      [`${WEB}, 3 replicas: Others are not ready`],
    ],
    [
      'was not looked at since',
      preference({ name: 'east', state: 'Open', replicas: 1 }),
      [`${WEB}, 1 replica: they are not shared out anew yet`],
    ],
    ['was not looked at since, and has none', preference({ name: 'east', state: 'Open' }), []],
    [
      'is part of a preference that is paused',
      preference({ name: 'east', state: 'Open', replicas: 2 }, 'Paused'),
      [`${WEB}, 2 replicas: Others are not ready`],
    ],
    [
      'is paused',
      preference({ name: 'east', state: 'Paused', replicas: 2 }),
      [`${WEB}, 2 replicas: the cluster has the annotation kubefed.io/paused`],
    ],
    [
      'is lost',
      preference({ name: 'east', state: 'Lost', replicas: 2 }),
      [`${WEB}, 2 replicas: the cluster is lost: its number stays until it is back`],
    ],
    [
      'is part of a preference that nobody has looked at',
      { metadata, spec: { targetKind: 'FederatedDeployment' } },
      [`${WEB}: its preference has no status yet: is the function spread running?`],
    ],
  ])('tells of replicas where the cluster %s', (_, object, expected) => {
    expect(left({ preference: object })).toEqual(expected);
  });

  it.each<[string, JsonObject, string[]]>([
    ['has heard of it', federated({ remoteStatus: { replicas: 0 } }), []],
    ['has heard of it, without a status of targets', federated({}), []],
    ['has not heard of it', federated({}, 1), [`${WEB}: the cluster is being told`]],
    [
      'still runs pods',
      federated({ remoteStatus: { replicas: 2 } }),
      [`${WEB}, 2 replicas: their pods are on their way out`],
    ],
    [
      'could not be told',
      federated({ status: 'UpdateFailed' }),
      [`${WEB}: its status there is UpdateFailed`],
    ],
  ])('looks at the federated object when nothing is planned: the cluster %s', (...args) => {
    const [, object, expected] = args;
    expect(left({ preference: empty, federated: object })).toEqual(expected);
  });

  it.each<[string, JsonObject, string[]]>([
    ['not there', record(), []],
    ['gone', record({ reason: 'Drained', message: 'Drained.', loadBalancer: {} }), []],
    [
      'to go',
      record({ loadBalancer: { ingress } }),
      ['ServiceDNSRecord shop/web, record set: it has not been looked at yet'],
    ],
    [
      'kept',
      record({ reason: 'Drained', message: 'It stays.', loadBalancer: { ingress } }),
      ['ServiceDNSRecord shop/web, record set: It stays'],
    ],
  ])('tells of a record set that is %s', (_, object, expected) => {
    expect(left({ record: object })).toEqual(expected);
  });
});
