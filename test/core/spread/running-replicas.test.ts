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

describe('runningReplicas', () => {
  it('counts a running pod only when its Ready condition is True', () => {
    const pods = [running('True'), running('False'), running('True')];
    expect(runningReplicas(target(3), pods, secondsSince)).toEqual({ declared: 3, ready: 2 });
  });

  it('takes pods that find no node for more than 60 s off the capacity', () => {
    const pods = [running('True'), unschedulable('61'), unschedulable('90')];
    const found = runningReplicas(target(3), pods, secondsSince);
    expect(found).toEqual({ declared: 3, ready: 1, capacity: 1 });
  });

  it('looks again while a pod may still find a node', () => {
    const found = runningReplicas(target(2), [unschedulable('60')], secondsSince);
    expect(found).toEqual({ declared: 2, ready: 0, recheckSeconds: 10 });
  });
});
