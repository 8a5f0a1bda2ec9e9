import { oneLine, paintIf } from '../status/print-overview.ts';
import type { CellStyle } from '../table.ts';
import { countsOf, type Finding, type Level } from './finding.ts';

const SHOWN: Readonly<Record<Level, { readonly word: string; readonly style: CellStyle }>> = {
  error: { word: 'error', style: 'red' },
  warning: { word: 'warning', style: 'yellow' },
  notSeen: { word: 'not seen', style: 'gray' },
  ok: { word: 'ok', style: 'green' },
};
const WIDTH = 'not seen'.length;

/** @returns each finding in a line with what to do about it below, and a summary */
export function doctorText(findings: readonly Finding[], options: { colours: boolean }): string {
  const lines = findings.flatMap(({ level, subject, message, remedies }) => {
    const { word, style } = SHOWN[level];
    const head = paintIf(style, word.padEnd(WIDTH), options);
    const tries = remedies.map((remedy) => {
      return `${' '.repeat(WIDTH)}    ${paintIf('cyan', 'try:', options)} ${remedy}`;
    });
    return [`${head}  ${subject}: ${oneLine(message)}`, ...tries];
  });
  const { error, warning, notSeen, ok } = countsOf(findings);
  const summary = [
    count(error, 'error'),
    count(warning, 'warning'),
    `${notSeen} not seen`,
    `${ok} in order`,
  ];
  return [...lines, '', summary.join(', ')].join('\n');
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}
