import { describe, expect, it } from 'vitest';
import type { ClusterEntry } from '../../lib/core/entries.ts';
import { newWarnings, warningEvent } from '../../lib/core/events.ts';
import { CLUSTER_ROLE, CONFIG_MAP } from '../stages/objects.ts';

const NOW = '2026-01-01T00:00:00Z';

function warnings(entries: ClusterEntry[], stored: ClusterEntry[] = []) {
  const object = { namespace: 'shop', name: 'a' };
  return newWarnings({ entries, stored, targetKind: 'ConfigMap', object });
}

describe('newWarnings', () => {
  it.each([
    ['CreationFailed', 'CreateInClusterFailed', 'create'],
    ['CreationTimedOut', 'CreateInClusterFailed', 'create'],
    ['AlreadyExists', 'CreateInClusterFailed', 'create'],
    ['ComputeResourceFailed', 'CreateInClusterFailed', 'create'],
    ['UpdateFailed', 'UpdateInClusterFailed', 'update'],
    ['ApplyOverridesFailed', 'UpdateInClusterFailed', 'update'],
    ['RetrievalFailed', 'UpdateInClusterFailed', 'update'],
    ['DeletionFailed', 'DeleteInClusterFailed', 'delete'],
    ['DeletionTimedOut', 'DeleteInClusterFailed', 'delete'],
    ['LabelRemovalFailed', 'RemoveManagedLabelFromInClusterFailed', 'remove managed label from'],
    ['LabelRemovalTimedOut', 'RemoveManagedLabelFromInClusterFailed', 'remove managed label from'],
  ] as const)('tells %s as %s', (code, reason, verb) => {
    expect(warnings([{ name: 'east', code, message: 'why' }])).toEqual([
      { reason, message: `Failed to ${verb} ConfigMap "shop/a" in cluster "east": why` },
    ]);
  });

  it('gives the code where there is no message', () => {
    expect(warnings([{ name: 'east', code: 'UpdateFailed' }])).toMatchObject([
      { message: 'Failed to update ConfigMap "shop/a" in cluster "east": UpdateFailed' },
    ]);
  });

  it('names a cluster that is not ready', () => {
    expect(warnings([{ name: 'east', code: 'ClusterNotReady' }])).toEqual([
      { reason: 'ClusterNotReady', message: 'Cluster not ready: east' },
    ]);
  });

  it.each(['OK', 'WaitingForRemoval'] as const)('says nothing of %s', (code) => {
    expect(warnings([{ name: 'east', code }])).toEqual([]);
  });

  it('says nothing that was told before, but a new code or message', () => {
    const entry: ClusterEntry = { name: 'east', code: 'UpdateFailed', message: 'why' };

    expect(warnings([entry], [entry])).toEqual([]);
    expect(warnings([entry], [{ ...entry, message: 'other' }])).toHaveLength(1);
    expect(warnings([entry], [{ ...entry, code: 'CreationFailed' }])).toHaveLength(1);
    expect(warnings([entry], [{ ...entry, name: 'west' }])).toHaveLength(1);
  });
});

const ABOUT = { resource: CONFIG_MAP.federated, key: { namespace: 'shop', name: 'a' }, uid: 'u' };
const WARNING = { reason: 'UpdateInClusterFailed', message: 'why' };
const nameOf = (about = ABOUT, warning = WARNING) =>
  Object(warningEvent(warning, about, NOW)['metadata']).name;

describe('warningEvent', () => {
  it('is an Event about the federated object', () => {
    expect(warningEvent(WARNING, ABOUT, NOW)).toEqual({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: expect.stringMatching(/^a\.[0-9a-f]{16}$/), namespace: 'shop' },
      type: 'Warning',
      reason: 'UpdateInClusterFailed',
      message: 'why',
      involvedObject: {
        apiVersion: 'types.kubefed.io/v1beta1',
        kind: 'FederatedConfigMap',
        namespace: 'shop',
        name: 'a',
        uid: 'u',
      },
      source: { component: 'federatedconfigmap-controller' },
      firstTimestamp: NOW,
      lastTimestamp: NOW,
      count: 1,
    });
  });

  it('lies in the namespace default for a cluster-scoped object', () => {
    const about = { resource: CLUSTER_ROLE.federated, key: { name: 'a' }, uid: 'u' };
    const event = warningEvent(WARNING, about, NOW);

    expect(event).toMatchObject({ metadata: { namespace: 'default' } });
    expect(event['involvedObject']).not.toHaveProperty('namespace');
  });

  it('has the same name each time it says the same, and another one for anything else', () => {
    const others = [
      nameOf({ ...ABOUT, uid: 'v' }),
      nameOf(ABOUT, { ...WARNING, reason: 'Other' }),
      nameOf(ABOUT, { ...WARNING, message: 'other' }),
    ];

    expect(nameOf()).toBe(nameOf());
    expect(new Set([nameOf(), ...others]).size).toBe(4);
  });

  it('keeps to the lengths that the API allows', () => {
    const key = { namespace: 'shop', name: 'n'.repeat(253) };
    const warning = { ...WARNING, message: 'x'.repeat(5000) };

    expect(nameOf({ ...ABOUT, key })).toHaveLength(247);
    expect(warningEvent(warning, ABOUT, NOW)['message']).toHaveLength(1024);
  });
});
