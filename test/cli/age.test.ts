import { describe, expect, it } from 'vitest';
import { ageOf } from '../../lib/cli/age.ts';

describe('ageOf', () => {
  it.each([
    ['2026-01-01T00:00:00Z', 0, '0s'],
    ['2026-01-01T00:00:00Z', 119, '119s'],
    ['2026-01-01T00:00:00Z', 120, '2m'],
    ['2026-01-01T00:00:00Z', 7200, '2h'],
    ['2026-01-01T00:00:00Z', 86_400 * 12.5, '12d'],
    ['2026-01-01T00:00:00Z', -30, '0s'],
    [undefined, 0, ''],
    ['never', 0, ''],
  ])('%s, %d seconds later: %s', (iso, seconds, expected) => {
    expect(ageOf(iso, Date.parse('2026-01-01T00:00:00Z') + seconds * 1000)).toBe(expected);
  });
});
