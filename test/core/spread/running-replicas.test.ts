import { describe, expect, it } from 'vitest';
import { needsPods, runningReplicas } from '../../../lib/core/spread/running-replicas.ts';
import type { JsonObject } from '../../../lib/model/json.ts';

const target = (replicas: number, readyReplicas?: number): JsonObject => ({
  spec: { replicas },
  status: readyReplicas === undefined ? {} : { readyReplicas },
});
const running = (status: string): JsonObject => ({
  status: { phase: 'Running', conditions: [{ type: 'Ready', status }] },
});
const unschedulable = (lastTransitionTime: string): JsonObject => ({
  status: {
    phase: 'Pending',
    conditions: [
      { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', lastTransitionTime },
    ],
  },
});
/** the times of these tests are seconds ago */
const secondsSince = (time: string | undefined) => Number(time);

describe('needsPods', () => {
  it.each([
    [target(3, 3), false],
    [target(0), false],
    [target(3), true],
    [target(3, 2), true],
  ])('reads pods only where the status leaves it open: %j', (object, needed) => {
    expect(needsPods(object)).toBe(needed);
  });
});

const starting = (creationTimestamp: string): JsonObject => ({
  metadata: { creationTimestamp },
  status: { phase: 'Pending' },
});

describe('runningReplicas', () => {
  it('counts a running pod only when its Ready condition is True', () => {
    const unready = { ...running('False'), metadata: { creationTimestamp: '301' } };
    const pods = [running('True'), unready, running('True')];
    const found = runningReplicas(target(3), pods, secondsSince);
    expect(found).toEqual({ declared: 3, ready: 2, current: 2 });
  });

  it('takes pods that find no node for more than 60 s off the capacity', () => {
    const pods = [running('True'), unschedulable('61'), unschedulable('90')];
    const found = runningReplicas(target(3), pods, secondsSince);
    expect(found).toEqual({ declared: 3, ready: 1, current: 1, capacity: 1 });
  });

  it('looks again when a pod has had the time to find a node', () => {
    const found = runningReplicas(target(2), [unschedulable('20'), starting('0')], secondsSince);
    expect(found).toEqual({ declared: 2, ready: 0, current: 2, recheckSeconds: 41 });
  });

  it('leaves a pod five minutes to become Ready', () => {
    const pods = [starting('300'), starting('301')];
    const found = runningReplicas(target(2), pods, secondsSince);
    expect(found).toEqual({ declared: 2, ready: 0, current: 1, recheckSeconds: 1 });
  });

  it('hopes for pods that are not made yet, and not for those that are over or going', () => {
    const going = { ...running('True'), metadata: { deletionTimestamp: '1' } };
    const over = { status: { phase: 'Failed' } };
    const found = runningReplicas(target(2), [going, over, running('True')], secondsSince);
    expect(found).toEqual({ declared: 2, ready: 1, current: 2 });
  });

  it('goes by the status of the target when its pods cannot be read', () => {
    const found = runningReplicas(target(3, 1), undefined, secondsSince);
    expect(found).toEqual({ declared: 3, ready: 1, current: 3 });
  });
});
