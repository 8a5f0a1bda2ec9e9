import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ClusterEntry,
  mergeEntries,
  remainingEntries,
  storedEntries,
} from '../../lib/core/entries.ts';
import type { ClusterResult } from '../../lib/model/messages.ts';
import { PROPAGATION_CODES } from '../../lib/model/propagation.ts';
import { planFacts } from './plan-facts.ts';

const OK_EAST: ClusterEntry = { name: 'east', code: 'OK' };
const FAILED_EAST: ClusterEntry = { name: 'east', code: 'CreationFailed', message: 'quota' };
const WAITING_WEST: ClusterEntry = { name: 'west', code: 'WaitingForRemoval' };

describe('storedEntries', () => {
  it('is empty without a status', () => {
    expect(storedEntries(undefined)).toEqual([]);
    expect(storedEntries({})).toEqual([]);
  });

  it('reads an entry without a status as in sync', () => {
    expect(storedEntries({ clusters: [{ name: 'east' }, { name: 'west', status: '' }] })).toEqual([
      OK_EAST,
      { name: 'west', code: 'OK' },
    ]);
  });

  it.each(PROPAGATION_CODES)('reads %s', (status) => {
    const clusters = [{ name: 'east', status, message: 'why' }];

    expect(storedEntries({ clusters })).toEqual([{ name: 'east', code: status, message: 'why' }]);
  });

  it('takes a code that it does not know for a failed update', () => {
    const status = { clusters: [{ name: 'east', status: 'Sulking' }, 'nonsense', {}] };

    expect(storedEntries(status)).toEqual([
      { name: 'east', code: 'UpdateFailed' },
      { name: '', code: 'OK' },
    ]);
  });
});

/** Merges for east, which is planned and selected unless said otherwise. */
function merge(
  input: {
    selected?: string[];
    results?: ClusterResult[];
    known?: ClusterResult[];
    stored?: ClusterEntry[];
    recorded?: string[];
  } = {},
) {
  const { selected = ['east'], known = [], results = [], stored = [], recorded = [] } = input;
  const plan = planFacts({ planned: ['east'], selected, known });
  return mergeEntries({ plan, results, stored, recorded: new Set(recorded) });
}

describe('mergeEntries', () => {
  it.each<[string, Parameters<typeof merge>[0], ReturnType<typeof merge>]>([
    ['unheard of', {}, { entries: [], pending: ['east'] }],
    ['recorded', { recorded: ['east'] }, { entries: [OK_EAST], pending: [] }],
    [
      'recorded after a failure',
      { recorded: ['east'], stored: [FAILED_EAST] },
      { entries: [OK_EAST], pending: [] },
    ],
    ['failed before', { stored: [FAILED_EAST] }, { entries: [FAILED_EAST], pending: [] }],
    ['in sync before', { stored: [OK_EAST] }, { entries: [], pending: ['east'] }],
  ])('of a selected cluster that is silent: %s', (_, input, expected) => {
    expect(merge(input)).toEqual(expected);
  });

  it.each<[string, Parameters<typeof merge>[0], ReturnType<typeof merge>]>([
    ['not in the status', {}, { entries: [], pending: [] }],
    ['still recorded', { recorded: ['east'] }, { entries: [], pending: [] }],
    ['in the status', { stored: [OK_EAST] }, { entries: [OK_EAST], pending: ['east'] }],
    ['failed before', { stored: [FAILED_EAST] }, { entries: [FAILED_EAST], pending: [] }],
  ])('of a cluster to be emptied that is silent: %s', (_, input, expected) => {
    expect(merge({ ...input, selected: [] })).toEqual(expected);
  });

  it('tells what was reported, whatever was there before', () => {
    const results: ClusterResult[] = [
      { cluster: 'east', code: 'UpdateFailed', message: 'no' },
      { cluster: 'away', code: 'OK', version: 'gen:1' },
    ];

    expect(merge({ results, stored: [FAILED_EAST], recorded: ['east'] })).toEqual({
      entries: [
        { name: 'away', code: 'OK' },
        { name: 'east', code: 'UpdateFailed', message: 'no' },
      ],
      pending: [],
    });
  });

  it('tells what plan knew without asking', () => {
    const known: ClusterResult[] = [{ cluster: 'away', code: 'ClusterNotReady' }];

    expect(merge({ known, recorded: ['east'] })).toEqual({
      entries: [{ name: 'away', code: 'ClusterNotReady' }, OK_EAST],
      pending: [],
    });
  });

  it('drops a cluster in which nothing is left', () => {
    const results: ClusterResult[] = [{ cluster: 'east', code: 'gone' }];

    expect(merge({ selected: [], results, stored: [OK_EAST] })).toEqual({
      entries: [],
      pending: [],
    });
  });

  it('sorts by name and lists every cluster once, whatever comes in', () => {
    const names = fc.constantFrom<string>('a', 'b', 'c', 'd');
    const code = fc.constantFrom<ClusterResult['code']>(...PROPAGATION_CODES, 'gone');
    const results = fc.array(fc.record({ cluster: names, code }));
    const input = fc.record({
      planned: fc.uniqueArray(names),
      selected: fc.uniqueArray(names),
      known: results,
      results,
      recorded: fc.uniqueArray(names),
      stored: fc.uniqueArray(
        fc.record({ name: names, code: fc.constantFrom(...PROPAGATION_CODES) }),
        {
          selector: ({ name }) => name,
        },
      ),
    });
    fc.assert(
      fc.property(input, ({ planned, selected, known, recorded, ...rest }) => {
        const plan = planFacts({ planned, selected, known });
        const merged = mergeEntries({ plan, recorded: new Set(recorded), ...rest });
        const listed = merged.entries.map(({ name }) => name);

        expect(listed).toEqual([...new Set(listed)].sort());
        expect(merged.pending).toEqual([...new Set(merged.pending)].sort());
        const heard = new Set([...known, ...rest.results].map(({ cluster }) => cluster));
        expect(merged.pending.filter((name) => heard.has(name))).toEqual([]);
      }),
    );
  });
});

function remaining(
  input: {
    planned?: string[];
    known?: ClusterResult[];
    results?: ClusterResult[];
    stored?: ClusterEntry[];
    observedGeneration?: number | undefined;
  } = {},
) {
  const { planned = ['east', 'west'], known = [], results = [], stored = [] } = input;
  const plan = planFacts({ generation: 2, deleting: true, planned, known });
  const { observedGeneration } = input;
  return remainingEntries({ plan, results, stored, observedGeneration });
}

describe('remainingEntries', () => {
  it('waits for every planned cluster at first', () => {
    const results: ClusterResult[] = [{ cluster: 'east', code: 'gone' }];

    expect(remaining({ results, stored: [OK_EAST], observedGeneration: 1 })).toEqual([
      WAITING_WEST,
    ]);
  });

  it('waits for a cluster that the status never listed', () => {
    const results: ClusterResult[] = [{ cluster: 'east', code: 'gone' }];

    expect(remaining({ results, stored: [FAILED_EAST], observedGeneration: 1 })).toEqual([
      WAITING_WEST,
    ]);
  });

  it('remembers in the status what has gone before', () => {
    const results: ClusterResult[] = [{ cluster: 'west', code: 'gone' }];

    expect(remaining({ results, stored: [WAITING_WEST], observedGeneration: 2 })).toEqual([]);
  });

  it('does not wait again for a cluster that was clean before it became unready', () => {
    const known: ClusterResult[] = [{ cluster: 'east', code: 'ClusterNotReady' }];

    expect(remaining({ known, stored: [WAITING_WEST], observedGeneration: 2 })).toEqual([
      WAITING_WEST,
    ]);
  });

  it('forgets a cluster that has left the federation', () => {
    const input = { planned: [], stored: [WAITING_WEST], observedGeneration: 2 };

    expect(remaining(input)).toEqual([]);
  });

  it('keeps failures and clusters that are not ready', () => {
    const known: ClusterResult[] = [{ cluster: 'away', code: 'ClusterNotReady' }];
    const results: ClusterResult[] = [{ cluster: 'west', code: 'DeletionFailed', message: 'no' }];

    expect(remaining({ known, results })).toEqual([
      { name: 'away', code: 'ClusterNotReady' },
      { name: 'east', code: 'WaitingForRemoval' },
      { name: 'west', code: 'DeletionFailed', message: 'no' },
    ]);
  });

  it('is empty when there was nothing to do', () => {
    expect(remaining({ planned: [] })).toEqual([]);
  });

  it('is empty exactly when every planned cluster has said that nothing is left', () => {
    const clusters = ['a', 'b', 'c'];
    fc.assert(
      fc.property(fc.subarray(clusters), fc.subarray(clusters), (planned, gone) => {
        const results = gone.map((cluster): ClusterResult => ({ cluster, code: 'gone' }));
        const left = remaining({ planned, results });

        expect(left.map(({ name }) => name)).toEqual(planned.filter((c) => !gone.includes(c)));
      }),
    );
  });
});
