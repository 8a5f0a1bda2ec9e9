import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClusterEntry } from '../../lib/core/entries.ts';
import {
  nextRemoteStatuses,
  storedRemoteStatuses,
  withRemoteStatuses,
} from '../../lib/core/remote-status.ts';
import { type JsonObject, objectAt } from '../../lib/model/json.ts';

const NOW = '2026-02-03T04:05:06Z';
const UP: JsonObject = { replicas: 3 };
const DOWN: JsonObject = { replicas: 0 };
const CONDITION = { type: 'Propagation', status: 'True', lastUpdateTime: 'then' };

describe('withRemoteStatuses', () => {
  it.each<
    [
      string,
      ClusterEntry['code'],
      JsonObject | undefined,
      'unread' | 'none' | 'read',
      JsonObject | undefined,
    ]
  >([
    ['what is stored', 'OK', UP, 'unread', UP],
    ['what was read', 'OK', UP, 'read', DOWN],
    ['nothing once the target has none', 'OK', UP, 'none', undefined],
    ['nothing where nothing is known', 'OK', undefined, 'unread', undefined],
    ['the last known one when an update fails', 'UpdateFailed', UP, 'unread', UP],
    ['the last known one while it goes', 'WaitingForRemoval', UP, 'unread', UP],
    ['nothing of a cluster that is not ready', 'ClusterNotReady', UP, 'unread', undefined],
  ])('gives %s', (_, code, ...row) => {
    const [before, reading, expected] = row;
    const stored = new Map(before === undefined ? [] : [['east', before]]);
    const value = reading === 'read' ? DOWN : undefined;
    const read = new Map(reading === 'unread' ? [] : [['east', value]]);

    const [entry] = withRemoteStatuses([{ name: 'east', code }], stored, read);

    expect(entry?.remoteStatus).toEqual(expected);
  });

  it('leaves out what is larger than its share: the object has to fit into etcd', () => {
    const entries = ['east', 'west'].map((name) => ({ name, code: 'OK' }) as const);
    const read = new Map<string, JsonObject>([
      ['east', { text: 'x'.repeat(262_144) }],
      ['west', { text: 'x'.repeat(262_000) }],
    ]);

    const given = withRemoteStatuses(entries, new Map(), read);

    expect(given.map((entry) => entry.remoteStatus !== undefined)).toEqual([false, true]);
  });
});

describe('nextRemoteStatuses', () => {
  const current = (clusters: JsonObject[]): JsonObject => ({
    observedGeneration: 7,
    conditions: [{ type: 'Other' }, CONDITION],
    clusters,
  });

  it('changes the status of the clusters that were read, and the time of the update', () => {
    const status = current([
      { name: 'east', remoteStatus: UP },
      { name: 'north', status: 'UpdateFailed', message: 'no' },
      { name: 'west', remoteStatus: UP },
    ]);

    const next = nextRemoteStatuses({
      current: status,
      read: new Map([
        ['east', DOWN],
        ['north', UP],
      ]),
      nowIso: NOW,
    });

    expect(next).toEqual({
      changed: true,
      status: {
        conditions: [{ type: 'Other' }, { ...CONDITION, lastUpdateTime: NOW }],
        clusters: [
          { name: 'east', remoteStatus: DOWN },
          { name: 'north', status: 'UpdateFailed', message: 'no', remoteStatus: UP },
          { name: 'west', remoteStatus: UP },
        ],
      },
    });
  });

  it.each<[string, ReadonlyMap<string, JsonObject | undefined>]>([
    ['the same status', new Map([['east', { replicas: 3 }]])],
    ['a cluster that is not listed', new Map([['south', UP]])],
    ['nothing', new Map()],
  ])('has nothing to write for %s', (_, read) => {
    const status = current([{ name: 'east', remoteStatus: UP }]);

    expect(nextRemoteStatuses({ current: status, read, nowIso: NOW })).toEqual({ changed: false });
  });

  it('writes once: the same reading finds nothing to do afterwards', () => {
    const name = fc.constantFrom('a', 'b', 'c');
    const remote = fc.option(fc.dictionary(fc.constantFrom('x', 'y'), fc.integer()), {
      nil: undefined,
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(name),
        fc.array(fc.tuple(name, remote)),
        fc.array(fc.tuple(name, remote)),
        (listed, before, now) => {
          const stored = new Map(before);
          const clusters = listed.map((each): JsonObject => {
            const remoteStatus = stored.get(each);
            return { name: each, ...(remoteStatus === undefined ? {} : { remoteStatus }) };
          });
          const read = new Map<string, JsonObject | undefined>(now);
          const first = nextRemoteStatuses({ current: current(clusters), read, nowIso: NOW });
          const written = first.changed ? { ...current([]), ...first.status } : current(clusters);
          const again = nextRemoteStatuses({ current: written, read, nowIso: NOW });

          expect(again).toEqual({ changed: false });
          const told = storedRemoteStatuses(objectAt({ written }, 'written'));
          for (const each of listed.filter((one) => read.has(one))) {
            const expected = read.get(each) ?? {};
            expect(told.get(each) ?? {}).toEqual(expected);
          }
        },
      ),
    );
  });
});
