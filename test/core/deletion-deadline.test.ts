import { describe, expect, it } from 'vitest';
import { judgeRemaining, removalOf } from '../../lib/core/deletion-deadline.ts';
import type { ClusterEntry } from '../../lib/core/entries.ts';
import { PROPAGATION_CODES, type PropagationCode } from '../../lib/model/propagation.ts';

const UNTIL = '2026-01-01T00:05:00Z';
const WAITING = `the deletion waits for cluster east until ${UNTIL}, then goes on without it and is made up for when it is back`;

function judge(entries: readonly ClusterEntry[], isDue: boolean, annotations = {}) {
  const federated = { metadata: { annotations } };
  return judgeRemaining({ federated, entries, isDue, untilIso: UNTIL });
}

const east = (code: PropagationCode, message?: string): ClusterEntry => ({
  name: 'east',
  code,
  ...(message === undefined ? {} : { message }),
});

describe('judgeRemaining', () => {
  it('lets go of members out of reach when the deadline is over, and of no others', () => {
    const released = PROPAGATION_CODES.filter((code) => judge([east(code)], true).overdue.length);

    expect(released).toEqual([
      ...[
        'ClusterNotReady',
        'ClusterPaused',
        'DeletionFailed',
        'LabelRemovalFailed',
        'RetrievalFailed',
      ],
      ...['ClientRetrievalFailed', 'DeletionTimedOut', 'LabelRemovalTimedOut'],
    ]);
  });

  it('waits before, and says for whom and until when', () => {
    expect(judge([east('ClusterNotReady')], false)).toEqual({
      held: [east('ClusterNotReady', WAITING)],
      overdue: [],
    });
  });

  it('keeps the cause, however often it is told', () => {
    const { held } = judge([east('DeletionFailed', 'forbidden')], false);

    expect(held).toEqual([east('DeletionFailed', `forbidden; ${WAITING}`)]);
    expect(judge(held, false).held).toEqual(held);
  });

  it('goes on waiting for a removal that is under way', () => {
    const entries = [east('WaitingForRemoval')];

    expect(judge(entries, true)).toEqual({ held: entries, overdue: [] });
  });

  it('goes on waiting while nobody knows what is wanted', () => {
    const annotations = { 'kubefed.io/deleteoption': 'soon' };

    expect(judge([east('ClusterNotReady')], true, annotations).overdue).toEqual([]);
  });
});

describe('removalOf', () => {
  it.each([
    ['nothing', {}, { action: 'remove' }],
    ['an orphan', { 'kubefed.io/orphan': 'true' }, { action: 'release' }],
    [
      'delete options',
      { 'kubefed.io/deleteoption': '{}' },
      { action: 'remove', deleteOptions: '{}' },
    ],
    ['options that are a list', { 'kubefed.io/deleteoption': '[]' }, undefined],
  ])('reads the annotations: %s', (_, annotations, removal) => {
    expect(removalOf({ metadata: { annotations } })).toEqual(removal);
  });
});
