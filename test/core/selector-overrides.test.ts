import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overridesVersion } from '../../lib/core/hash.ts';
import { operationsFor, readOverrides } from '../../lib/core/overrides.ts';
import { type JsonObject, type JsonValue, valueAt } from '../../lib/model/json.ts';

const set = (value: JsonValue): JsonObject[] => [{ path: '/spec/replicas', value }];
const replace = (value: JsonValue) => ({ op: 'replace', path: '/spec/replicas', value });
const tier = (value: string): JsonObject => ({ matchLabels: { tier: value } });

function valuesFor(overrides: JsonValue[], name: string, labels: Record<string, string>) {
  const read = readOverrides({ overrides });
  if (!read.ok) throw new Error(read.message);
  return operationsFor(read, { name, labels }).map(({ value }) => value);
}

describe('operationsFor', () => {
  const overrides: JsonValue[] = [
    { clusterName: 'east', clusterOverrides: set(1) },
    { clusterSelector: tier('web'), clusterOverrides: set(2) },
    { clusterSelector: {}, clusterOverrides: set(3) },
    {
      clusterSelector: { matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['web'] }] },
      clusterOverrides: set(4),
    },
  ];

  it.each<[string, string, Record<string, string>, number[]]>([
    ['matching entries in their order, the named one last', 'east', { tier: 'web' }, [2, 3, 1]],
    ['a cluster that nobody names', 'west', { tier: 'web' }, [2, 3]],
    ['expressions, and the selector that matches all', 'west', {}, [3, 4]],
  ])('applies %s', (_, name, labels, values) => {
    expect(valuesFor(overrides, name, labels)).toEqual(values);
  });

  it('lets the named entry have the last word, wherever it stands', () => {
    const named = { clusterName: 'east', clusterOverrides: set('named') };
    const selecting = fc.array(
      fc
        .tuple(fc.constantFrom('web', 'db'), fc.integer())
        .map(([label, value]) => ({ clusterSelector: tier(label), clusterOverrides: set(value) })),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(selecting, fc.nat(), (entries, position) => {
        const at = position % (entries.length + 1);
        const values = valuesFor([...entries.slice(0, at), named, ...entries.slice(at)], 'east', {
          tier: 'web',
        });

        expect(values.at(-1)).toBe('named');
        const matching = entries.filter(
          (entry) => valueAt(entry, 'clusterSelector', 'matchLabels', 'tier') === 'web',
        );
        expect(values).toHaveLength(matching.length + 1);
      }),
    );
  });
});

describe('readOverrides', () => {
  it('reads the operations of a selector like those of a name', () => {
    const read = readOverrides({
      overrides: [{ clusterSelector: {}, clusterOverrides: [{ path: 'spec.replicas', value: 5 }] }],
    });

    expect(read).toMatchObject({ ok: true, bySelector: [{ operations: [replace(5)] }] });
  });

  it.each<[string, JsonObject, string]>([
    [
      'a name beside a selector',
      { clusterName: 'east', clusterSelector: {} },
      'spec.overrides[0]: give either clusterName or clusterSelector, not both',
    ],
    [
      'a selector that is none',
      { clusterSelector: 'tier=web' },
      'spec.overrides[0]: clusterSelector must be a label selector',
    ],
    [
      'an unknown operator',
      { clusterSelector: { matchExpressions: [{ key: 'tier', operator: 'Like' }] } },
      'spec.overrides[0]: "Like" is not a valid pod selector operator',
    ],
    [
      'a path twice',
      { clusterSelector: {}, clusterOverrides: [...set(1), ...set(2)] },
      'path "/spec/replicas" appears more than once for the clusterSelector of spec.overrides[0] (override[1])',
    ],
  ])('refuses %s', (_, entry, message) => {
    expect(readOverrides({ overrides: [entry] })).toEqual({
      ok: false,
      message: `Error reading cluster overrides: ${message}`,
    });
  });
});

describe('overridesVersion', () => {
  const spec = { overrides: [{ clusterSelector: tier('web'), clusterOverrides: set(2) }] };

  it('changes with the clusters that a selector matches', () => {
    const before = overridesVersion(spec, () => ['east']);

    expect(overridesVersion(spec, () => ['east'])).toBe(before);
    expect(overridesVersion(spec, () => ['east', 'west'])).not.toBe(before);
    expect(overridesVersion(spec, () => [])).not.toBe(before);
  });

  it('does not ask for clusters when nothing selects by label', () => {
    const named = { overrides: [{ clusterName: 'east', clusterOverrides: set(3) }] };
    const ask = () => {
      throw new Error('asked');
    };

    // Vector A.1: replicas without op.
    expect(overridesVersion(named, ask)).toBe('8d5792ab113cc38da2230a3993ce61fa');
  });
});
