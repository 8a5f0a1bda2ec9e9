import * as net from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isIPv4, isIPv6 } from '../../../lib/core/dns-records/ip.ts';

const tidbit = fc.constantFrom('::', ':', '0', 'ff', '1:2', '1.2.3.4', '256', '.', 'g', '01', '%e');

describe.each([
  { name: 'isIPv4', ours: isIPv4, theirs: net.isIPv4 },
  {
    name: 'isIPv6',
    ours: isIPv6,
    theirs: (text: string) => net.isIPv6(text) && !text.includes('%'),
  },
])('$name', ({ ours, theirs }) => {
  it('agrees with the runtime', () => {
    const parts = fc.array(tidbit, { maxLength: 9 }).map((some) => some.join(''));
    const groups = fc.array(tidbit, { maxLength: 9 }).map((some) => some.join(':'));
    const any = fc.oneof(parts, groups, fc.ipV4(), fc.ipV6());
    fc.assert(
      fc.property(any, (text) => {
        expect(ours(text), text).toBe(theirs(text));
      }),
      { numRuns: 2000 },
    );
  });
});
