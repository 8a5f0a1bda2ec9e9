import { describe, expect, it } from 'vitest';
import { retryAfterSeconds } from '../../../lib/adapters/kube/retry-after.ts';

const NOW = 'Wed, 25 Nov 2026 10:00:00 GMT';
const nowMs = () => Date.parse('2026-11-25T12:00:00Z');

describe('retryAfterSeconds', () => {
  it.each([
    ['seconds', '5', 5],
    ['no seconds', '0', 0],
    ['a date', 'Wed, 25 Nov 2026 10:00:30 GMT', 30],
    ['a date in the old form of RFC 850', 'Wednesday, 25-Nov-26 10:01:00 GMT', 60],
    ['a date that is over', 'Wed, 25 Nov 2026 09:00:00 GMT', 0],
    ['a fraction', '1.5', undefined],
    ['a negative number', '-5', undefined],
    ['something else', 'soon', undefined],
    ['nothing', '', undefined],
  ])('reads %s', (_, retryAfter, seconds) => {
    expect(retryAfterSeconds({ retryAfter, date: NOW }, nowMs)).toBe(seconds);
  });

  it('counts from our own clock where the server tells no time', () => {
    const retryAfter = 'Wed, 25 Nov 2026 12:00:07 GMT';
    expect(retryAfterSeconds({ retryAfter }, nowMs)).toBe(7);
  });

  it('is not there when nothing was asked for', () => {
    expect(retryAfterSeconds({}, nowMs)).toBeUndefined();
  });
});
