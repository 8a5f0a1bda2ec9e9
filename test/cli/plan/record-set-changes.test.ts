import { describe, expect, it } from 'vitest';
import { recordSetChanges } from '../../../lib/cli/plan/record-set-changes.ts';
import type { JsonObject } from '../../../lib/model/json.ts';

const SET: JsonObject = { dnsName: 'a.b', recordType: 'A', targets: ['1.1.1.1'], recordTTL: 60 };
const weight = (value: string): JsonObject => ({
  providerSpecific: [{ name: 'aws/weight', value }],
});
const endpoint = (...endpoints: JsonObject[]): JsonObject => ({ spec: { endpoints } });

describe('recordSetChanges', () => {
  it.each<[string, JsonObject, JsonObject, string[]]>([
    ['nothing', SET, { ...SET }, []],
    [
      'targets',
      SET,
      { ...SET, targets: ['1.1.1.1', '2.2.2.2'] },
      ['update A targets: "1.1.1.1" to "1.1.1.1, 2.2.2.2"'],
    ],
    ['the TTL', SET, { ...SET, recordTTL: 30 }, ['update A recordTTL: 60 to 30']],
    ['a type', SET, { ...SET, recordType: 'CNAME' }, ['delete A ', 'create CNAME ']],
    ['a set identifier', SET, { ...SET, setIdentifier: 'east' }, ['delete A ', 'create A ']],
    [
      'a property',
      { ...SET, ...weight('1') },
      { ...SET, ...weight('2') },
      ['update A aws/weight: "1" to "2"'],
    ],
    [
      'a property that comes, and a label',
      SET,
      { ...SET, ...weight('1'), labels: { serviceName: 'x' } },
      ['update A aws/weight: undefined to "1", labels.serviceName: undefined to "x"'],
    ],
    [
      'a TTL that goes',
      SET,
      { dnsName: 'a.b', recordType: 'A', targets: ['1.1.1.1'] },
      ['update A recordTTL: 60 to undefined'],
    ],
  ])('sees a change of %s', (_, before, after, expected) => {
    const shown = recordSetChanges(endpoint(before), endpoint(after)).map(
      ({ action, recordType, changes }) =>
        `${action} ${recordType} ${changes
          .map(
            (one) => `${one.path}: ${JSON.stringify(one.before)} to ${JSON.stringify(one.after)}`,
          )
          .join(', ')}`,
    );

    expect(shown).toEqual(expected);
  });

  it('takes a DNSEndpoint that comes or goes for all of its sets', () => {
    const actions = (changes: ReturnType<typeof recordSetChanges>) =>
      changes.map(({ action }) => action);
    const both = endpoint(SET, { ...SET, dnsName: 'c.d' });

    expect(actions(recordSetChanges(undefined, both))).toEqual(['create', 'create']);
    expect(actions(recordSetChanges(both, undefined))).toEqual(['delete', 'delete']);
    expect(recordSetChanges(undefined, undefined)).toEqual([]);
  });
});
