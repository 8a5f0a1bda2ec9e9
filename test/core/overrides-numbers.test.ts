import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from '../../lib/adapters/kube/json-text.ts';
import { applyOverrides, readOverrides } from '../../lib/core/overrides.ts';

const INT64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

describe('applyOverrides', () => {
  it('4.5 keeps every digit of a 64-bit integer, in the template and in an override', () => {
    fc.assert(
      fc.property(INT64, INT64, (kept, patched) => {
        const template = parseJson(`{"spec":{"list":[${kept}],"small":1}}`);
        const operation = `{"path":"/spec/small","value":{"deep":${patched}}}`;
        const overrides = `{"clusterName":"member1","clusterOverrides":[${operation}]}`;

        const read = readOverrides(parseJson(`{"overrides":[${overrides}]}`));
        const operations = read.ok ? (read.byCluster.get('member1') ?? []) : [];
        const applied = applyOverrides(template, operations);

        const text = JSON.stringify(applied.ok ? applied.value : applied.message);
        expect(text).toBe(`{"spec":{"list":[${kept}],"small":{"deep":${patched}}}}`);
      }),
    );
  });
});
