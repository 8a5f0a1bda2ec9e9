import { describe, expect, it } from 'vitest';
import { checkAccess, type EntryExam } from '../../../lib/cli/doctor/check-access.ts';
import { type ClockExam, checkClocks } from '../../../lib/cli/doctor/check-clocks.ts';
import { checkMember, type MemberExam } from '../../../lib/cli/doctor/check-member.ts';
import { checkQueues, type Depths } from '../../../lib/cli/doctor/check-queues.ts';
import type { Finding, Seen } from '../../../lib/cli/doctor/finding.ts';

function told(findings: readonly Finding[]): string[] {
  for (const one of findings) expect(one.remedies.length > 0).toBe(one.level !== 'ok');
  return findings.map(({ level, subject, message }) => `${level} ${subject}: ${message}`);
}

const LINE = { name: 'west', ready: 'True', reason: 'ClusterReady', message: '' } as const;
const FINE: MemberExam = {
  ...{ line: LINE, eks: true, reached: { reached: true, version: 'v1.34.4' } },
  ...{ missingTargets: { seen: true, value: [] }, denied: { seen: true, value: [] } },
};
const DOWN = {
  ...LINE,
  ready: 'False',
  reason: 'ClusterNotReachable',
  message: 'refused',
} as const;

function silent(kind: 'Unauthorized' | 'Unreachable' | 'NotOpened', why = 'why'): MemberExam {
  return { line: LINE, eks: true, reached: { reached: false, kind, why } };
}

describe('checkMember', () => {
  it.each<[MemberExam, string[]]>([
    [FINE, ['ok cluster west: Ready, answers as v1.34.4, and lets the functions in']],
    [
      { ...FINE, line: { ...LINE, ready: 'Unknown' } },
      [
        'warning cluster west: it has never been probed: the function health has not run since it joined',
      ],
    ],
    [
      { ...FINE, line: DOWN },
      ['error cluster west: it is not Ready: ClusterNotReachable: refused'],
    ],
    [
      { ...FINE, line: { ...DOWN, reason: 'ClusterConfigMalformed', message: 'no endpoint' } },
      ['error cluster west: it is not Ready: ClusterConfigMalformed: no endpoint'],
    ],
    [
      { ...silent('Unauthorized'), eks: false },
      ['error cluster west: it does not accept the token that the host keeps for it: why'],
    ],
    [
      silent('Unauthorized'),
      [
        'notSeen cluster west: your IAM identity has no access entry there, so it is not examined: why',
      ],
    ],
    [silent('NotOpened'), ['notSeen cluster west: it cannot be examined from here: why']],
    [
      silent('Unreachable'),
      ['notSeen cluster west: it does not answer from here, though the functions reach it: why'],
    ],
    [
      { ...silent('Unreachable'), line: DOWN },
      [
        'error cluster west: it is not Ready: ClusterNotReachable: refused',
        'notSeen cluster west: it does not answer from here: why',
      ],
    ],
    [
      {
        ...FINE,
        missingTargets: {
          seen: true,
          value: [
            { type: 'a.x', target: 'x/v2 as', versions: ['x/v1'] },
            { type: 'b.y', target: 'y/v1 bs', versions: [] },
          ],
        },
      },
      [
        'error cluster west: type a.x: it does not serve x/v2 as, it has x/v1',
        'error cluster west: type b.y: it does not serve y/v1 bs, it has nothing of that group',
      ],
    ],
    [
      { ...FINE, missingTargets: { seen: false, why: 'denied' } },
      ['notSeen cluster west: which APIs it has cannot be seen: denied'],
    ],
    [
      { ...FINE, denied: { seen: true, value: ['create a', 'watch a'] } },
      ['error cluster west: the functions may not create a, watch a'],
    ],
    [
      { ...FINE, denied: { seen: true, value: [...'abcdefgh'] } },
      ['error cluster west: the functions may not a, b, c, d, e, f and 2 more'],
    ],
    [
      { ...FINE, denied: { seen: false, why: 'not allowed' } },
      ['notSeen cluster west: what the functions may do there cannot be seen: not allowed'],
    ],
  ])('%#', (exam, expected) => {
    expect(told(checkMember(exam))).toEqual(expected);
  });
});

const ENTRY = { cluster: 'west', isHost: false, principalArn: 'arn', wanted: ['g', 'h'] };

describe('checkAccess', () => {
  it.each<[EntryExam[], string[]]>([
    [[], []],
    [
      [{ ...ENTRY, groups: { seen: true, value: ['h', 'g', 'other'] } }],
      ['ok cluster west: access entries of 1 roles are in order'],
    ],
    [
      [{ ...ENTRY, groups: { seen: true, value: undefined } }],
      ['error cluster west: arn has no access entry'],
    ],
    [
      [{ ...ENTRY, isHost: true, groups: { seen: true, value: ['g'] } }],
      ['error host: the access entry of arn lacks the groups h'],
    ],
    [
      [
        { ...ENTRY, groups: { seen: false, why: 'AccessDenied' } },
        { ...ENTRY, groups: { seen: false, why: 'AccessDenied' } },
      ],
      ['notSeen cluster west: access entries cannot be seen: AccessDenied'],
    ],
  ])('%#', (entries, expected) => {
    expect(told(checkAccess(entries))).toEqual(expected);
  });
});

const EMPTY = { waiting: 0, inFlight: 0 };

describe('checkQueues', () => {
  it.each<[Seen<Depths>, string[]]>([
    [
      {
        seen: true,
        value: new Map([
          ['jobs', { waiting: 9, inFlight: 1 }],
          ['jobs-dead', EMPTY],
        ]),
      },
      ['ok queues: 2 queues are there, without dead letters'],
    ],
    [
      { seen: true, value: new Map([['jobs-dead', { waiting: 2, inFlight: 1 }]]) },
      ['warning queue jobs: 3 dead letters: what they stand for has failed and is not tried again'],
    ],
    [
      { seen: true, value: new Map([['jobs', undefined]]) },
      ['error queue jobs: it does not exist'],
    ],
    [{ seen: false, why: 'denied' }, ['notSeen queues: they cannot be seen: denied']],
  ])('%#', (depths, expected) => {
    expect(told(checkQueues(depths))).toEqual(expected);
  });
});

describe('checkClocks', () => {
  const exams = (...skews: number[]): ClockExam[] =>
    skews.map((skewSeconds, at) => ({
      subject: at === 0 ? 'host' : `cluster c${at}`,
      skewSeconds,
    }));

  it.each<[ClockExam[], string[]]>([
    [[], []],
    [exams(0, -14, 14), ['ok clocks: 3 clusters agree with the clock here']],
    [
      exams(0, 20, -30),
      [
        'warning cluster c1: its clock is 20 s ahead of the clock here',
        'warning cluster c2: its clock is 30 s behind the clock here',
      ],
    ],
    [exams(-400), ['error host: its clock is 400 s behind the clock here']],
    [exams(60, 61, 59), ['warning clocks: the clock of this machine is 60 s behind all clusters']],
  ])('%#', (given, expected) => {
    expect(told(checkClocks(given))).toEqual(expected);
  });
});
