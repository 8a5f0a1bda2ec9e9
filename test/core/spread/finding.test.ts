import { describe, expect, it } from 'vitest';
import { findingOf } from '../../../lib/core/spread/finding.ts';
import type { Standing } from '../../../lib/core/spread/standing.ts';

const plan = { planned: true, replicas: new Map<string, number>(), waiting: [], unplaced: 0 };
const cluster = (name: string, standing: Standing) => ({
  name,
  standing,
  memory: { lost: false, losses: 0 },
});
const CLUSTERS = [cluster('east', 'open'), cluster('north', 'lost'), cluster('west', 'held')];

describe('findingOf', () => {
  it.each([
    [plan, true, 'Scheduled', '9 replicas have their place; lost: north; held: west.'],
    [{ ...plan, waiting: ['east'] }, true, 'HandingOver', 'stay in east'],
    [{ ...plan, unplaced: 2 }, false, 'Unplaced', '2 of 9 replicas have no place'],
    [{ ...plan, planned: false, unplaced: 9 }, false, 'NoClusters', 'lost: north'],
    [{ ...plan, planned: false }, true, 'NoClusters', 'held: west'],
  ])('puts %j in words', (scheduled, isScheduled, reason, message) => {
    const found = findingOf(scheduled, 9, CLUSTERS);
    expect(found).toMatchObject({ scheduled: isScheduled, reason });
    expect(found.message).toContain(message);
  });
});
