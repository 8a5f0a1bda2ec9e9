import { describe, expect, it } from 'vitest';
import { findByName, logicalNames } from './logical-names.ts';

describe('logicalNames', () => {
  it.each([
    [
      ['PlanFunction0F7FD952', 'Jobs'],
      ['PlanFunction', 'Jobs'],
    ],
    [
      ['PlanDAF4E53A', 'Plan510ED4B0', 'Apply510ED4B0'],
      ['PlanDAF4E53A', 'Plan510ED4B0', 'Apply'],
    ],
    [['DAF4E53A'], ['DAF4E53A']],
  ])('names %j %j', (ids, names) => {
    expect([...logicalNames(ids).values()]).toEqual(names);
  });
});

describe('findByName', () => {
  const things = new Map([
    ['planFunction', 1],
    ['planFunctionOld', 2],
    ['applyFunction', 3],
  ]);

  it('prefers the whole name, and takes a part that only one has', () => {
    expect(findByName(things, 'planFunction')).toBe(1);
    expect(findByName(things, 'Apply')).toBe(3);
  });

  it.each(['plan', 'watch'])('refuses %s, which does not fit exactly one', (wanted) => {
    expect(() => findByName(things, wanted)).toThrow('planFunctionOld, applyFunction');
  });
});
