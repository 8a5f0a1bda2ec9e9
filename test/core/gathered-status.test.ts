import { describe, expect, it } from 'vitest';
import { nextGatheredStatus } from '../../lib/core/gathered-status.ts';
import type { JsonObject } from '../../lib/model/json.ts';

const IP: JsonObject = { loadBalancer: { ingress: [{ ip: '10.0.0.1' }] } };
const OTHER: JsonObject = { loadBalancer: { ingress: [{ ip: '10.0.0.2' }] } };
const entry = (clusterName: string, status: JsonObject = {}): JsonObject => ({
  ...{ clusterName, status },
});

describe('nextGatheredStatus', () => {
  it('lists every ready cluster by name, with an empty status where the target is missing', () => {
    const read = new Map([
      ['west', IP],
      ['north', undefined],
    ]);

    expect(
      nextGatheredStatus({ current: undefined, ready: ['west', 'north', 'east'], read }),
    ).toEqual({ changed: true, clusterStatus: [entry('east'), entry('north'), entry('west', IP)] });
  });

  it('keeps what was not asked for, and drops clusters that are not ready', () => {
    const current = { clusterStatus: [entry('east', IP), entry('north', IP), entry('west', IP)] };

    expect(
      nextGatheredStatus({ current, ready: ['east', 'west'], read: new Map([['west', OTHER]]) }),
    ).toEqual({ changed: true, clusterStatus: [entry('east', IP), entry('west', OTHER)] });
  });

  it('has nothing to write when nothing has changed', () => {
    const current = { clusterStatus: [entry('east', IP)] };
    const read = new Map([['east', IP]]);

    expect(nextGatheredStatus({ current, ready: ['east'], read }).changed).toBe(false);
  });

  it('makes the object even when no cluster is ready', () => {
    const none = { ready: [], read: new Map() };

    expect(nextGatheredStatus({ current: undefined, ...none }).changed).toBe(true);
    expect(nextGatheredStatus({ current: { clusterStatus: [] }, ...none }).changed).toBe(false);
  });
});
