import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, readPage, rowsOf } from './markdown.ts';

/** How many rules each section has at least: none may be lost. */
const LEAST = [10, 8, 8, 6, 8, 11, 8, 9, 7, 10, 6, 15, 9, 11, 33, 16];

describe('docs/parity.md', () => {
  const rows = rowsOf(readPage('docs/parity.md')).filter(([rule = '']) => /^\d/.test(rule));

  it('has a verdict for each rule, and says how where it is better', () => {
    for (const [rule, kubefed, verdict, how] of rows) {
      expect(['same', 'better', 'not yet'], `rule ${rule}`).toContain(verdict);
      expect(kubefed, `rule ${rule}`).not.toBe('');
      if (verdict !== 'same') expect(how, `rule ${rule}`).not.toBe('');
    }
  });

  it('has five cells in each row', () => {
    expect(rows.filter((row) => row.length !== 5)).toEqual([]);
  });

  it('numbers its rules without gaps, and has all of them', () => {
    const sections = Map.groupBy(rows, ([rule = '']) => rule.split('.')[0]);
    const expected = [...sections].flatMap(([section, list]) =>
      list.map((_, i) => `${section}.${i + 1}`),
    );

    expect(rows.map(([rule]) => rule)).toEqual(expected);
    expect([...sections.keys()]).toEqual(LEAST.map((_, i) => String(i + 1)));
    const short = LEAST.filter((least, i) => (sections.get(String(i + 1))?.length ?? 0) < least);
    expect(short).toEqual([]);
  });

  it('names for each rule that holds a test that there is', () => {
    const untested = rows
      .filter(([, , verdict]) => verdict !== 'not yet')
      .filter(([, , , , test = '']) => !isThere(test))
      .map(([rule, , , , test]) => `${rule}: ${test}`);

    expect(untested).toEqual([]);
  });
});

/** @param test as the table has it: the file in code, a colon, words of it */
function isThere(test: string): boolean {
  const [, path, words] = /^`(test\/[^`]+)`: (.+)$/.exec(test) ?? [];
  if (path === undefined || words === undefined) return false;
  return existsSync(join(ROOT, path)) && readFileSync(join(ROOT, path), 'utf8').includes(words);
}
