import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  collectsRemoteStatus,
  collectsStatus,
  gatheredStatusType,
  statusPrint,
  targetStatus,
} from '../../lib/core/target-status.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import type { FederatedType } from '../../lib/model/type-config.ts';
import { CLUSTER_ROLE, CONFIG_MAP, DEPLOYMENT, NAMESPACE } from '../stages/objects.ts';

const GATE = 'RawResourceStatusCollection';
const STATUS_TYPE = { ...CONFIG_MAP.target, group: 'core.kubefed.io', kind: 'S', plural: 'ss' };

describe('collectsRemoteStatus', () => {
  it.each<[FederatedType, boolean | undefined, 'Enabled' | 'Disabled' | undefined, boolean]>([
    [DEPLOYMENT, undefined, undefined, true],
    [DEPLOYMENT, true, undefined, true],
    [DEPLOYMENT, false, undefined, false],
    [DEPLOYMENT, undefined, 'Enabled', true],
    [DEPLOYMENT, undefined, 'Disabled', false],
    [DEPLOYMENT, false, 'Enabled', false],
    [CONFIG_MAP, undefined, undefined, false],
    [CLUSTER_ROLE, true, undefined, false],
    [NAMESPACE, undefined, undefined, false],
    [NAMESPACE, undefined, 'Enabled', true],
  ])('of $name with gate %s and statusCollection %s is %s', (type, gate, wanted, expected) => {
    const gates: Record<string, boolean> = gate === undefined ? {} : { [GATE]: gate };
    const given = wanted === undefined ? type : { ...type, statusCollection: wanted };

    expect(collectsRemoteStatus(gates, given)).toBe(expected);
  });

  it('collects nothing of a type that stands still', () => {
    expect(collectsRemoteStatus({}, { ...DEPLOYMENT, enabled: false })).toBe(false);
  });
});

describe('gatheredStatusType', () => {
  it.each<['Enabled' | 'Disabled' | undefined, boolean]>([
    ['Enabled', true],
    ['Disabled', false],
    [undefined, false],
  ])('with statusCollection %s: %s', (statusCollection, expected) => {
    const wanted = statusCollection === undefined ? {} : { statusCollection };
    const type = { ...CONFIG_MAP, statusType: STATUS_TYPE, ...wanted };

    expect(gatheredStatusType(type) !== undefined).toBe(expected);
    expect(collectsStatus({ [GATE]: false }, type)).toBe(expected);
  });
});

describe('targetStatus', () => {
  const target = (status: JsonObject, managed = 'true'): JsonObject => ({
    metadata: { labels: { 'kubefed.io/managed': managed } },
    status,
  });

  it('is the status as it is, without what a merge patch cannot write', () => {
    const status = { replicas: 3, at: null, conditions: [{ type: 'Ready', reason: null }] };

    expect(targetStatus(target(status))).toEqual({ replicas: 3, conditions: [{ type: 'Ready' }] });
  });

  it.each<[string, JsonObject | undefined]>([
    ['no target', undefined],
    ['a target without status', { metadata: { labels: { 'kubefed.io/managed': 'true' } } }],
    ['a target that is not ours', target({ replicas: 3 }, 'false')],
  ])('of %s is none', (_, given) => {
    expect(targetStatus(given)).toBeUndefined();
  });

  it('keeps the digits of large integers', () => {
    const large = JSON.rawJSON('9223372036854775807');
    const status = targetStatus(target(Object({ at: large })));

    expect(JSON.stringify(status)).toBe('{"at":9223372036854775807}');
  });
});

describe('statusPrint', () => {
  it.each<[JsonObject | undefined]>([
    [undefined],
    [{}],
    [{ loadBalancer: {} }],
    [{ conditions: [] }],
  ])('of %j is empty: it says nothing', (status) => {
    expect(statusPrint(status)).toBe('');
  });

  it.each<[JsonObject]>([[{ replicas: 0 }], [{ phase: '' }], [{ loadBalancer: { ingress: [1] } }]])(
    'of %j is not',
    (status) => {
      expect(statusPrint(status)).not.toBe('');
    },
  );

  it('does not depend on the order of keys', () => {
    const value = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(value, (status) => {
        const parsed: JsonObject = JSON.parse(JSON.stringify(status));
        const reversed = Object.fromEntries(Object.entries(parsed).reverse());

        return statusPrint(parsed) === statusPrint(reversed);
      }),
    );
  });
});
