import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goJson } from '../../lib/core/hash.ts';
import { nextStatus, type StatusEntry, type StatusInput } from '../../lib/core/status.ts';
import type { JsonObject, JsonValue } from '../../lib/model/json.ts';
import { PROPAGATION_CODES, PROPAGATION_REASONS } from '../../lib/model/propagation.ts';

const BEFORE = '2021-06-28T10:00:00Z';
const EARLIER = '2021-06-28T09:00:00Z';
const NOW = '2021-06-28T11:00:00Z';

const next = (input: Partial<StatusInput>) =>
  nextStatus({
    current: undefined,
    generation: 2,
    entries: [],
    changed: false,
    nowIso: NOW,
    ...input,
  });
const propagation = (status: string, rest: JsonObject = {}): JsonObject => ({
  type: 'Propagation',
  status,
  lastUpdateTime: BEFORE,
  lastTransitionTime: EARLIER,
  ...rest,
});
const stored = (condition: JsonObject, clusters: JsonValue[] = []): JsonObject => ({
  observedGeneration: 2,
  conditions: [condition],
  clusters,
});
const OK: StatusEntry = { name: 'east', code: 'OK' };
const FAILED: StatusEntry = { name: 'east', code: 'CreationFailed', message: 'quota exceeded' };
const FAILED_STORED = { name: 'east', status: 'CreationFailed', message: 'quota exceeded' };

describe('nextStatus', () => {
  it('1.9 reports success as in the generic example', () => {
    const entries: StatusEntry[] = [
      { name: 'west', code: 'OK' },
      { name: 'east', code: 'OK' },
    ];

    expect(next({ entries, changed: true })).toEqual({
      changed: true,
      status: {
        observedGeneration: 2,
        conditions: [
          { type: 'Propagation', status: 'True', lastUpdateTime: NOW, lastTransitionTime: NOW },
        ],
        clusters: [{ name: 'east' }, { name: 'west' }],
      },
    });
  });

  it.each(PROPAGATION_CODES.filter((code) => code !== 'OK'))(
    'C tells %s with its message, and CheckClusters',
    (code) => {
      expect(next({ entries: [{ name: 'east', code, message: 'why' }] })).toMatchObject({
        status: {
          conditions: [{ type: 'Propagation', status: 'False', reason: 'CheckClusters' }],
          clusters: [{ name: 'east', status: code, message: 'why' }],
        },
      });
    },
  );

  it.each(PROPAGATION_REASONS)('C, 3.11 the reason %s comes before CheckClusters', (reason) => {
    expect(next({ reason, message: 'why', entries: [FAILED] })).toMatchObject({
      status: {
        conditions: [{ status: 'False', reason, message: 'why' }],
        clusters: [FAILED_STORED],
      },
    });
  });

  it('leaves messages out where all is well, and where there is none', () => {
    const entries: StatusEntry[] = [
      { name: 'a', code: 'OK', message: 'stale' },
      { name: 'b', code: 'UpdateFailed' },
    ];

    const result = next({ entries });

    expect(result).toHaveProperty('status.clusters', [
      { name: 'a' },
      { name: 'b', status: 'UpdateFailed' },
    ]);
    expect(JSON.stringify(result)).not.toContain('message');
    expect(JSON.stringify(next({ message: 'stale' }))).not.toContain('message');
  });

  it('shortens a message that would make the status unreadable', () => {
    const entries = [{ ...FAILED, message: 'x'.repeat(5000) }];

    expect(next({ entries })).toHaveProperty('status.clusters.0.message', `${'x'.repeat(1023)}…`);
  });

  it('3.11 carries the remote status', () => {
    const entries = [{ ...OK, remoteStatus: { replicas: 3 } }];

    expect(next({ entries })).toHaveProperty('status.clusters', [
      { name: 'east', remoteStatus: { replicas: 3 } },
    ]);
  });

  it('3.11 keeps conditions of other types, and the place of its own', () => {
    const conditions = [{ type: 'A', x: 1 }, propagation('True'), { type: 'B' }];

    expect(next({ current: { conditions }, entries: [FAILED] })).toMatchObject({
      status: { conditions: [{ type: 'A', x: 1 }, { reason: 'CheckClusters' }, { type: 'B' }] },
    });
    expect(next({ current: { conditions: [{ type: 'A' }] } })).toMatchObject({
      status: { conditions: [{ type: 'A' }, { type: 'Propagation' }] },
    });
  });

  it('3.11 drops unknown fields of the stored status', () => {
    const result = next({ current: { ...stored(propagation('False')), foreign: 1 } });

    expect(result).not.toHaveProperty('status.foreign');
  });

  it('3.11 writes times in seconds', () => {
    expect(next({ nowIso: '2021-06-28T11:00:00.123Z' })).toHaveProperty(
      'status.conditions.0.lastUpdateTime',
      NOW,
    );
  });

  const TRUE = stored(propagation('True'), [{ name: 'east' }]);
  const FALSE = stored(propagation('False', { reason: 'CheckClusters' }), [FAILED_STORED]);

  it.each<[string, Partial<StatusInput>, string, string]>([
    ['status of the condition', { current: TRUE, entries: [FAILED] }, NOW, NOW],
    ['back to True', { current: FALSE, entries: [OK] }, NOW, NOW],
    [
      'reason alone',
      { current: FALSE, entries: [FAILED], reason: 'NamespaceNotFederated' },
      NOW,
      NOW,
    ],
    [
      'a cluster more',
      { current: TRUE, entries: [OK, { name: 'west', code: 'OK' }] },
      NOW,
      EARLIER,
    ],
    ['a cluster less', { current: TRUE, entries: [] }, NOW, EARLIER],
    [
      'another code',
      { current: FALSE, entries: [{ ...FAILED, code: 'UpdateFailed' }] },
      NOW,
      EARLIER,
    ],
    ['another message', { current: FALSE, entries: [{ ...FAILED, message: 'x' }] }, NOW, EARLIER],
    ['message of the condition', { current: FALSE, entries: [FAILED], message: 'x' }, NOW, EARLIER],
    [
      'remote status',
      { current: TRUE, entries: [{ ...OK, remoteStatus: { replicas: 3 } }] },
      NOW,
      EARLIER,
    ],
    ['a member was written', { current: TRUE, entries: [OK], changed: true }, NOW, EARLIER],
    ['the generation alone', { current: TRUE, entries: [OK], generation: 3 }, BEFORE, EARLIER],
  ])('3.11 times when new is: %s', (_, input, lastUpdateTime, lastTransitionTime) => {
    expect(next(input)).toMatchObject({
      changed: true,
      status: { conditions: [{ lastUpdateTime, lastTransitionTime }] },
    });
  });

  it('3.11 fills in times that a stored condition lacks', () => {
    const current = stored({ type: 'Propagation', status: 'True' });

    expect(next({ current, generation: 3 })).toMatchObject({
      status: { conditions: [{ lastUpdateTime: NOW, lastTransitionTime: NOW }] },
    });
  });

  it.each<[string, Partial<StatusInput>]>([
    ['success', { current: TRUE, entries: [OK] }],
    ['the same failure', { current: FALSE, entries: [FAILED] }],
    [
      'a stored list in another order',
      {
        current: stored(propagation('True'), [{ name: 'west' }, { name: 'east' }]),
        entries: [OK, { name: 'west', code: 'OK' }],
      },
    ],
    [
      'a stored status without clusters',
      { current: { observedGeneration: 2, conditions: [propagation('True')] } },
    ],
    [
      'remote status with its keys in another order',
      {
        current: stored(propagation('True'), [{ name: 'east', remoteStatus: { a: 1, b: 2 } }]),
        entries: [{ ...OK, remoteStatus: { b: 2, a: 1 } }],
      },
    ],
  ])('3.11 writes nothing for %s', (_, input) => {
    expect(next(input)).toEqual({ changed: false });
  });

  it('3.11 writes the observed generation when it is missing', () => {
    const { observedGeneration: _, ...current } = TRUE;

    expect(next({ current, entries: [OK] })).toMatchObject({ status: { observedGeneration: 2 } });
  });

  it('changes nothing more once its own result is stored', () => {
    const entry = fc.record(
      {
        name: fc.constantFrom('a', 'b', 'c', 'd'),
        code: fc.constantFrom(...PROPAGATION_CODES),
        message: fc.constantFrom('', 'why', 'x'.repeat(2000), '\ud800'.repeat(1100)),
        remoteStatus: fc.constantFrom<JsonValue>({ replicas: 1 }, {}, null),
      },
      { requiredKeys: ['name', 'code'] },
    );
    const input = fc.record(
      {
        current: fc.constantFrom(TRUE, FALSE, stored(propagation('True', { message: 'x' }))),
        generation: fc.constantFrom(1, 2),
        entries: fc.uniqueArray(entry, { selector: ({ name }) => name }),
        reason: fc.constantFrom(...PROPAGATION_REASONS),
        message: fc.constantFrom('', 'why'),
        changed: fc.boolean(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(input, (given) => {
        const first = next(given);

        if (first.changed) {
          // as an API server stores it
          const current = JSON.parse(goJson(first.status));
          const again = next({ ...given, current, changed: false, nowIso: '2022-01-01T00:00:00Z' });
          expect(again).toEqual({ changed: false });
        } else {
          expect(given.current).toBeDefined();
        }
      }),
    );
  });
});
