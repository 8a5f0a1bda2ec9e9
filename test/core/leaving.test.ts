import { describe, expect, it } from 'vitest';
import { clustersLeavingWith } from '../../lib/core/leaving.ts';
import type { JsonObject } from '../../lib/model/json.ts';

const AT = '2026-01-01T00:00:00Z';
const clusters = [
  { name: 'east', labels: {} },
  { name: 'west', labels: {} },
];

function federated(metadata: JsonObject = {}, status: JsonObject = {}): JsonObject {
  return {
    metadata: { name: 'shop', namespace: 'shop', deletionTimestamp: AT, ...metadata },
    spec: { placement: { clusters: [{ name: 'east' }, { name: 'west' }] } },
    status,
  };
}

const going: JsonObject = { metadata: { name: 'shop', deletionTimestamp: AT } };
const staying: JsonObject = { metadata: { name: 'shop' } };
const orphaned = federated({ annotations: { 'kubefed.io/orphan': 'true' } });
const foreign = federated({}, { clusters: [{ name: 'west', status: 'AlreadyExists' }] });

describe('clustersLeavingWith', () => {
  it.each<[string, JsonObject | undefined, JsonObject | undefined, string[]]>([
    ['both are being deleted', going, federated(), ['east', 'west']],
    ['the namespace stays', staying, federated(), []],
    [
      'the FederatedNamespace is not marked yet',
      going,
      { ...federated(), metadata: {} },
      ['east', 'west'],
    ],
    ['there is no FederatedNamespace', going, undefined, []],
    ['the namespace is gone already', undefined, federated(), []],
    ['the Namespaces of members are to stay', going, orphaned, []],
    ['a Namespace is not ours', going, foreign, ['east']],
    ['the placement is malformed', going, { ...federated(), spec: { placement: 7 } }, []],
  ])('%s', (_, hostNamespace, federatedNamespace, expected) => {
    const scope = 'Cluster';

    const leaving = clustersLeavingWith({ hostNamespace, federatedNamespace, scope, clusters });

    expect([...leaving]).toEqual(expected);
  });
});
