import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { table } from '../../lib/cli/table.ts';

const ROWS = [
  [{ text: 'NAME', style: 'bold' as const }, { text: 'B' }],
  [{ text: 'a' }, { text: 'long text', style: 'red' as const }],
  [{ text: 'x' }, { text: '' }],
];

describe('table', () => {
  it('lays out columns, without blanks at the end', () => {
    expect(table(ROWS, false)).toBe('NAME  B\na     long text\nx');
  });

  it('is as wide with colours', () => {
    const coloured = table(ROWS, true);

    expect(coloured).not.toBe(table(ROWS, false));
    expect(stripVTControlCharacters(coloured).replaceAll(/ +$/gm, '')).toBe(table(ROWS, false));
  });
});
