import { describe, expect, it } from 'vitest';
import {
  type Finding,
  nextPreferenceStatus,
  readMemories,
} from '../../../lib/core/spread/preference-status.ts';

const NOW = '2026-01-01T00:00:00.000Z';
const LATER = '2026-01-01T00:05:00.000Z';
const found = (parts: Partial<Finding> = {}): Finding => ({
  scheduled: true,
  reason: 'Scheduled',
  message: 'all is well',
  clusters: [{ name: 'east', standing: 'open', memory: { lost: false, losses: 0 }, replicas: 3 }],
  ...parts,
});

describe('nextPreferenceStatus', () => {
  it('says what was planned, and leaves out what there is nothing to say of', () => {
    expect(nextPreferenceStatus({ metadata: { generation: 2 } }, found(), NOW)).toEqual({
      observedGeneration: 2,
      conditions: [
        {
          type: 'Scheduled',
          status: 'True',
          reason: 'Scheduled',
          message: 'all is well',
          lastTransitionTime: NOW,
        },
      ],
      clusters: [{ name: 'east', state: 'Open', replicas: 3 }],
    });
  });

  it('keeps the time of the transition while the status stays', () => {
    const status = nextPreferenceStatus({}, found(), NOW);
    const same = nextPreferenceStatus({ status }, found({ reason: 'HandingOver' }), LATER);
    expect(same['conditions']).toMatchObject([{ lastTransitionTime: NOW }]);
    const other = nextPreferenceStatus({ status }, found({ scheduled: false }), LATER);
    expect(other['conditions']).toMatchObject([{ lastTransitionTime: LATER }]);
  });

  it('keeps what it knew of clusters when they were not looked at', () => {
    const status = nextPreferenceStatus({}, found(), NOW);
    const { clusters: _, ...rest } = found({ scheduled: false, reason: 'Paused' });
    expect(nextPreferenceStatus({ status }, rest, NOW)['clusters']).toEqual(status['clusters']);
  });

  it('is read back as the memory of the next pass', () => {
    const memory = { lost: true, lostAt: NOW, losses: 2 };
    const clusters = [{ name: 'east', standing: 'lost', memory } as const];
    const status = nextPreferenceStatus({}, found({ clusters }), NOW);
    expect(readMemories({ status }).get('east')).toEqual(memory);
    expect(readMemories({}).size).toBe(0);
  });
});
