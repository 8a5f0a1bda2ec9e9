import { describe, expect, it } from 'vitest';
import { isReady } from '../../lib/core/readiness.ts';

describe('isReady', () => {
  it.each([
    ['4 healthy', [{ type: 'Ready', status: 'True' }], true],
    [
      '4 Ready beside other conditions',
      [
        { type: 'Offline', status: 'False' },
        { type: 'Ready', status: 'True' },
      ],
      true,
    ],
    [
      '4 answers, but not ok',
      [
        { type: 'Ready', status: 'False' },
        { type: 'Offline', status: 'False' },
      ],
      false,
    ],
    ['4 unknown', [{ type: 'Ready', status: 'Unknown' }], false],
    ['4 not reachable: no Ready condition', [{ type: 'Offline', status: 'True' }], false],
    ['4 malformed configuration', [{ type: 'ConfigMalformed', status: 'True' }], false],
    ['no conditions', [], false],
  ])('judges a cluster that is %s', (_, conditions, ready) => {
    expect(isReady({ status: { conditions } })).toBe(ready);
  });

  it('4 takes a brand-new cluster without status for not ready', () => {
    expect(isReady({ spec: {} })).toBe(false);
  });
});
