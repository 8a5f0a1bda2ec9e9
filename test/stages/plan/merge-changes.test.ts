import { describe, expect, it } from 'vitest';
import type { Change, Sweep } from '../../../lib/model/messages.ts';
import { mergeChanges } from '../../../lib/stages/plan/merge-changes.ts';

const EDIT: Change = {
  ...{ v: 1, kind: 'object', type: 'configmaps', namespace: 'shop', name: 'a' },
  ...{ cause: 'edit', seenAtMs: 1 },
};
const drift = (cluster: string): Change => ({ ...EDIT, cause: 'drift', cluster });

describe('mergeChanges', () => {
  it('is the newest when it stands alone', () => {
    const change = { ...EDIT, contextRevision: 5, bareResourceVersion: '7' };

    expect(mergeChanges(change, [change])).toStrictEqual({ ...change, driftClusters: [] });
  });

  it('gathers the members of all drifts', () => {
    const all = [drift('west'), drift('east'), drift('west'), EDIT];

    expect(mergeChanges(EDIT, all)).toStrictEqual({ ...EDIT, driftClusters: ['west', 'east'] });
  });

  it.each([
    [{ contextRevision: 5 }, {}, { contextRevision: 5 }],
    [{ contextRevision: 5 }, { contextRevision: 3 }, { contextRevision: 5 }],
    [{}, { namespaceRevision: 3 }, { namespaceRevision: 3 }],
    [{ namespaceRevision: 4 }, { namespaceRevision: 3 }, { namespaceRevision: 4 }],
  ])('takes the most recent revisions: %j then %j', (older, newer, expected) => {
    const newest = { ...EDIT, ...newer };

    expect(mergeChanges(newest, [{ ...EDIT, ...older }, newest])).toMatchObject(expected);
  });

  it('does not make revisions up', () => {
    expect(Object.keys(mergeChanges(EDIT, [EDIT, EDIT]))).not.toContain('contextRevision');
  });

  it('ignores sweeps', () => {
    const sweep: Sweep = {
      ...{ v: 1, kind: 'sweep', type: '*', cause: 'sweep', seenAtMs: 1 },
      contextRevision: 9,
    };

    expect(mergeChanges(EDIT, [sweep, EDIT])).not.toHaveProperty('contextRevision');
  });
});
