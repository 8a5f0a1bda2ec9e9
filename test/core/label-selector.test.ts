import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Labels, readLabelSelector } from '../../lib/core/label-selector.ts';
import type { JsonObject } from '../../lib/model/json.ts';

const matches = (selector: JsonObject, labels: Labels) => {
  const read = readLabelSelector(selector);
  return read.ok ? read.matches(labels) : read.message;
};
const expression = (operator: string, ...values: string[]): JsonObject => ({
  matchExpressions: [{ key: 'region', operator, ...(values.length > 0 ? { values } : {}) }],
});

describe('readLabelSelector', () => {
  it.each<[string, JsonObject, Labels, boolean]>([
    ['3.4 {} matches all', {}, { a: 'b' }, true],
    ['3.4 {} matches no labels', {}, {}, true],
    ['3.4 matchLabels: {} matches all', { matchLabels: {} }, {}, true],
    ['matchLabels equal', { matchLabels: { region: 'eu' } }, { region: 'eu', a: 'b' }, true],
    ['matchLabels other value', { matchLabels: { region: 'eu' } }, { region: 'us' }, false],
    ['matchLabels absent', { matchLabels: { region: 'eu' } }, {}, false],
    ['matchLabels AND', { matchLabels: { region: 'eu', a: 'b' } }, { region: 'eu' }, false],
    ['3.4 In, listed', expression('In', 'eu', 'us'), { region: 'us' }, true],
    ['3.4 In, not listed', expression('In', 'eu'), { region: 'us' }, false],
    ['3.4 In, absent', expression('In', 'eu'), {}, false],
    ['3.4 NotIn, listed', expression('NotIn', 'eu'), { region: 'eu' }, false],
    ['3.4 NotIn, not listed', expression('NotIn', 'eu'), { region: 'us' }, true],
    ['3.4 NotIn, absent', expression('NotIn', 'eu'), {}, true],
    ['3.4 Exists, present', expression('Exists'), { region: '' }, true],
    ['3.4 Exists, absent', expression('Exists'), {}, false],
    ['3.4 DoesNotExist, present', expression('DoesNotExist'), { region: 'eu' }, false],
    ['3.4 DoesNotExist, absent', expression('DoesNotExist'), {}, true],
    [
      '3.4 labels AND expressions',
      { matchLabels: { a: 'b' }, ...expression('In', 'eu') },
      { a: 'b', region: 'us' },
      false,
    ],
    ['a key that objects inherit', { matchLabels: { constructor: 'x' } }, {}, false],
  ])('matches or not: %s', (_, selector, labels, expected) => {
    expect(matches(selector, labels)).toBe(expected);
  });

  it.each<[string, JsonObject, string]>([
    ['3.4 unknown operator', expression('Gt', '1'), '"Gt" is not a valid pod selector operator'],
    [
      '3.4 no operator',
      { matchExpressions: [{ key: 'a' }] },
      '"undefined" is not a valid pod selector operator',
    ],
    [
      '3.4 In without values',
      expression('In'),
      'operator In needs at least one value (key "region")',
    ],
    [
      '3.4 NotIn without values',
      expression('NotIn'),
      'operator NotIn needs at least one value (key "region")',
    ],
    [
      '3.4 Exists with values',
      expression('Exists', 'x'),
      'operator Exists takes no values (key "region")',
    ],
    [
      '3.4 DoesNotExist with values',
      expression('DoesNotExist', 'x'),
      'operator DoesNotExist takes no values (key "region")',
    ],
    [
      'a value that is no string',
      { matchLabels: { replicas: 3 } },
      'key and values must be strings (key "replicas")',
    ],
    [
      'no key',
      { matchExpressions: [{ operator: 'Exists' }] },
      'key and values must be strings (key "undefined")',
    ],
    [
      'a bad term behind a good one',
      { matchLabels: { a: 'b' }, ...expression('in', 'x') },
      '"in" is not a valid pod selector operator',
    ],
  ])('refuses %s', (_, selector, message) => {
    expect(matches(selector, { a: 'b' })).toBe(message);
  });

  it('never matches both In and NotIn, nor both Exists and DoesNotExist', () => {
    const value = fc.constantFrom('eu', 'us', 'ap');
    const labels = fc.record({ region: value }, { requiredKeys: [] });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1 }), labels, (values, given) => {
        expect(matches(expression('In', ...values), given)).toBe(
          !matches(expression('NotIn', ...values), given),
        );
        expect(matches(expression('Exists'), given)).toBe(
          !matches(expression('DoesNotExist'), given),
        );
      }),
    );
  });
});
