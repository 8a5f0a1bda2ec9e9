import { styleText } from 'node:util';

export type CellStyle = 'bold' | 'green' | 'yellow' | 'red' | 'cyan' | 'gray' | 'magenta';

export interface Cell {
  readonly text: string;
  readonly style?: CellStyle;
}

/**
 * Lays rows out in columns, two spaces apart; the last column is not padded. Widths are counted before colours.
 *
 * @param colours whether styles are shown
 */
export function table(rows: readonly (readonly Cell[])[], colours: boolean): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach(({ text }, i) => {
      widths[i] = Math.max(widths[i] ?? 0, text.length);
    });
  }
  const lines = rows.map((row) =>
    row
      .map(({ text, style }, i) => {
        const gap = ' '.repeat(i === row.length - 1 ? 0 : (widths[i] ?? 0) - text.length + 2);
        return (colours && style ? paint(style, text) : text) + gap;
      })
      .join('')
      .trimEnd(),
  );
  return lines.join('\n');
}

/** Whether the stream may be coloured is the caller's to know. */
export function paint(style: CellStyle, text: string): string {
  return styleText(style, text, { validateStream: false });
}
