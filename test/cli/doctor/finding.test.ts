import { describe, expect, it } from 'vitest';
import {
  doctorExitCode,
  type Finding,
  ok,
  problem,
  worstFirst,
} from '../../../lib/cli/doctor/finding.ts';
import { doctorText } from '../../../lib/cli/doctor/print-doctor.ts';

const FINDINGS: Finding[] = [
  ok('host', 'fine'),
  problem('notSeen', 'queues', 'denied', 'allow it'),
  problem('error', 'cluster a', 'broken\n  badly', 'mend it', 'or leave it'),
  problem('warning', 'cluster b', 'odd', 'look'),
  problem('error', 'cluster c', 'gone', 'unjoin it'),
];

describe('worstFirst', () => {
  it('puts errors first and keeps the order of equals', () => {
    expect(worstFirst(FINDINGS).map(({ subject }) => subject)).toEqual([
      ...['cluster a', 'cluster c', 'cluster b', 'queues', 'host'],
    ]);
  });
});

describe('doctorExitCode', () => {
  it.each<[Finding[], number]>([
    [FINDINGS, 1],
    [FINDINGS.filter(({ level }) => level !== 'error'), 0],
    [[], 0],
  ])('%#', (findings, expected) => {
    expect(doctorExitCode(findings)).toBe(expected);
  });
});

describe('doctorText', () => {
  it('tells each finding in a line, with what to do below, and sums up', () => {
    expect(doctorText(worstFirst(FINDINGS), { colours: false })).toBe(
      [
        'error     cluster a: broken badly',
        '            try: mend it',
        '            try: or leave it',
        'error     cluster c: gone',
        '            try: unjoin it',
        'warning   cluster b: odd',
        '            try: look',
        'not seen  queues: denied',
        '            try: allow it',
        'ok        host: fine',
        '',
        '2 errors, 1 warning, 1 not seen, 1 in order',
      ].join('\n'),
    );
  });

  it('colours the levels on a terminal', () => {
    expect(doctorText(FINDINGS, { colours: true })).toContain('\u001b[31merror');
  });
});
