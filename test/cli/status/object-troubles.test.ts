import { describe, expect, it } from 'vitest';
import { deletionsOf, troublesOf } from '../../../lib/cli/status/object-troubles.ts';
import type { JsonObject } from '../../../lib/model/json.ts';
import { CONFIG_MAP, federated } from '../../stages/objects.ts';

const SINCE = '2026-01-02T03:04:05Z';
const SUBJECT = { type: 'configmaps', kind: 'FederatedConfigMap', namespace: 'shop', name: 'app' };

function object(status?: JsonObject, metadata: JsonObject = {}): JsonObject {
  const made = federated(CONFIG_MAP, {
    namespace: 'shop',
    name: 'app',
    metadata: { namespace: 'shop', name: 'app', generation: 3, ...metadata },
  });
  return status === undefined ? made : { ...made, status };
}

function reported(condition: JsonObject, clusters: JsonObject[] = [], observedGeneration = 3) {
  const conditions = [{ type: 'Propagation', lastTransitionTime: SINCE, ...condition }];
  return object({ observedGeneration, conditions, clusters });
}

describe('troublesOf', () => {
  it.each<[string, JsonObject, object[]]>([
    ['in sync', reported({ status: 'True' }, [{ name: 'east' }]), []],
    [
      'failing in one cluster, the reason CheckClusters not repeated',
      reported({ status: 'False', reason: 'CheckClusters' }, [
        { name: 'west' },
        { name: 'east', status: 'CreationFailed', message: 'quota' },
      ]),
      [{ cluster: 'east', code: 'CreationFailed', since: SINCE, message: 'quota' }],
    ],
    [
      'failing in two clusters, sorted',
      reported({ status: 'False', reason: 'CheckClusters' }, [
        { name: 'west', status: 'ClusterNotReady' },
        { name: 'east', status: 'AlreadyExists' },
      ]),
      [
        { cluster: 'east', code: 'AlreadyExists', since: SINCE, message: '' },
        { cluster: 'west', code: 'ClusterNotReady', since: SINCE, message: '' },
      ],
    ],
    [
      'wrong as a whole',
      reported({ status: 'False', reason: 'NamespaceNotFederated', message: 'no placement' }),
      [{ code: 'NamespaceNotFederated', since: SINCE, message: 'no placement' }],
    ],
    [
      'never reported',
      object(undefined, { creationTimestamp: SINCE }),
      [{ code: 'NotReported', since: SINCE, message: 'nothing has been reported yet' }],
    ],
    [
      'reported of an older generation',
      reported({ status: 'True' }, [], 2),
      [{ code: 'NotReported', message: 'generation 2 has been reported, 3 not yet' }],
    ],
    ['being deleted', object(undefined, { deletionTimestamp: SINCE }), []],
  ])('%s', (_, given, expected) => {
    expect(troublesOf(CONFIG_MAP, given)).toEqual(expected.map((one) => ({ ...SUBJECT, ...one })));
  });
});

const DELETED = { deletionTimestamp: SINCE, finalizers: ['kubefed.io/sync-controller'] };

describe('deletionsOf', () => {
  it.each<[string, JsonObject, object[]]>([
    ['not being deleted', object(), []],
    [
      'held by others alone',
      object(undefined, { deletionTimestamp: SINCE, finalizers: ['x'] }),
      [],
    ],
    [
      'nothing reported',
      object(undefined, DELETED),
      [
        {
          code: 'WaitingForRemoval',
          since: SINCE,
          message: 'nothing is left in members, or nothing has been reported yet',
        },
      ],
    ],
    [
      'a member out of reach has a deadline, one that answers has none',
      object(
        {
          observedGeneration: 3,
          clusters: [
            { name: 'west', status: 'WaitingForRemoval' },
            { name: 'east', status: 'ClusterNotReady', message: 'waits' },
          ],
        },
        DELETED,
      ),
      [
        {
          cluster: 'east',
          code: 'ClusterNotReady',
          since: SINCE,
          deadline: '2026-01-02T03:09:05Z',
          message: 'waits',
        },
        { cluster: 'west', code: 'WaitingForRemoval', since: SINCE, message: '' },
      ],
    ],
    [
      'a status from before the deletion says only where the object is',
      object(
        { observedGeneration: 2, clusters: [{ name: 'east', status: 'ClusterNotReady' }] },
        DELETED,
      ),
      [{ cluster: 'east', code: 'WaitingForRemoval', since: SINCE, message: '' }],
    ],
  ])('%s', (_, given, expected) => {
    expect(deletionsOf(CONFIG_MAP, given, 300)).toEqual(
      expected.map((one) => ({ ...SUBJECT, ...one })),
    );
  });
});
