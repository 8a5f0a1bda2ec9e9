import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../lib/model/json.ts';
import { emptyMemory } from '../../../lib/stages/watch/memory.ts';
import { reminders } from '../../../lib/stages/watch/reminders.ts';
import { CONFIG_MAP, kubeFedCluster } from '../objects.ts';

const STARTED_MS = Date.parse('2026-01-01T00:00:00Z');
const DEADLINE_SECONDS = 300;
const EVERY_SECONDS = 5;

/** @returns at which seconds after the start a sweep was due, asked every five seconds for so long */
function duePoints(
  seconds: number,
  {
    deletedAt,
    hasFinalizer = true,
    cluster = { ready: true },
  }: {
    deletedAt?: string;
    hasFinalizer?: boolean;
    cluster?: { ready: boolean };
  } = {},
): number[] {
  const memory = emptyMemory(STARTED_MS);
  memory.deletionDeadlineSeconds = DEADLINE_SECONDS;
  const clusters: [string, JsonObject][] = [['east', kubeFedCluster('east', cluster)]];
  memory.clusters = new Map(clusters);
  if (deletedAt !== undefined) {
    memory.objects.set('a', { signature: '', hasFinalizer, deleting: true, deletedAt });
  }
  const due = reminders(memory);
  const points: number[] = [];
  for (let at = 0; at <= seconds; at += EVERY_SECONDS) {
    if (due(STARTED_MS + at * 1000).some((sweep) => sweep.overdue)) points.push(at);
  }
  return points;
}

describe('reminders', () => {
  it('says nothing while nothing is being deleted and every member is ready', () => {
    expect(duePoints(1000)).toEqual([]);
  });

  it('says once that the deadline of a deletion is over', () => {
    expect(duePoints(1000, { deletedAt: '2026-01-01T00:01:00Z' })).toEqual([365]);
  });

  it('says it too of one whose deadline was over at the start', () => {
    const deletedAt = '2025-12-31T23:55:01Z';

    expect(duePoints(1000, { deletedAt })).toEqual([5]);
  });

  it('says nothing of one that this program does not hold', () => {
    const deletedAt = '2026-01-01T00:01:00Z';

    expect(duePoints(1000, { deletedAt, hasFinalizer: false })).toEqual([]);
  });

  it('asks each minute after deletions from before the start while a member is not ready', () => {
    const points = duePoints(1000, { cluster: { ready: false } });

    expect(points).toEqual([10, 70, 130, 190, 250, 310]);
  });

  it('sweeps a type that is about to go until it is gone', () => {
    const memory = emptyMemory(STARTED_MS);
    memory.types = new Map([
      ['configmaps', { ...CONFIG_MAP, going: true }],
      ['others', { ...CONFIG_MAP, name: 'others' }],
    ]);

    expect(reminders(memory)(STARTED_MS)).toMatchObject([{ type: 'configmaps', cause: 'type' }]);
  });
});
