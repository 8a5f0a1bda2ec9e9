import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  type PlannedAction,
  type PlannedObject,
  type PlanReport,
  planExitCode,
  summaryOf,
} from '../../../lib/cli/plan/plan-report.ts';
import { printPlanReport } from '../../../lib/cli/plan/print-plan.ts';
import type { PlanOutput } from '../../../lib/cli/plan.ts';
import { openTerminal } from '../../../lib/cli/terminal.ts';

const NONE = { action: 'nothing', changes: [] } as const;
const LONG = 'x'.repeat(100);
const WEB: PlannedObject = {
  kind: 'FederatedDeployment',
  namespace: 'shop',
  name: 'web',
  host: { action: 'update', changes: [{ path: 'spec.a', before: 1, after: 2 }] },
  members: [
    {
      cluster: 'east',
      action: 'update',
      changes: [
        { path: 'spec.replicas', before: 3, after: 5 },
        { path: 'spec.b', after: LONG },
        { path: 'spec.c', before: 'y' },
      ],
    },
    { cluster: 'west', action: 'fail', changes: [], code: 'CreationFailed', message: 'no' },
  ],
};
const FINDINGS: PlanReport['findings'] = [
  { severity: 'warning', file: 'f.yaml', line: 1, column: 2, message: 'odd', remedy: 'mend it' },
  { severity: 'error', file: 'f.yaml', message: 'wrong', remedy: 'mend that' },
];
const A_SET = { recordType: 'A', targets: '192.0.2.1', properties: { recordTTL: 180 } };
const TTL = { path: 'recordTTL', before: 180, after: 60 };
const DNS: PlanReport['dns'] = [
  {
    ...{ kind: 'ServiceDNSRecord', namespace: 'shop', name: 'web', message: 'Odd.' },
    endpoint: {
      ...{ name: 'service-web', action: 'update' },
      changes: [{ path: 'metadata.annotations.x', after: 'y' }],
    },
    recordSets: [
      {
        ...{ action: 'create', dnsName: 'a.example.com', recordType: 'A', setIdentifier: 'east' },
        targets: 'lb.example',
        properties: {
          ...{ alias: 'true', 'aws/region': 'us-east-1', 'aws/target-hosted-zone': 'Z1' },
        },
        changes: [],
      },
      {
        ...{ ...A_SET, action: 'update', dnsName: 'b.example.com', targets: '192.0.2.2' },
        changes: [TTL, { path: 'targets', before: '192.0.2.1', after: '192.0.2.2' }],
      },
      {
        ...{ ...A_SET, action: 'update', dnsName: 'c.example.com', recordType: 'CNAME' },
        ...{ targets: 'a.example.com', changes: [TTL] },
      },
      { ...A_SET, action: 'delete', dnsName: 'd.example.com', changes: [] },
    ],
    clusters: [{ cluster: 'west', reason: 'NotFound', message: 'There is none.' }],
  },
  {
    ...{ kind: 'IngressDNSRecord', namespace: 'shop', name: 'web' },
    endpoint: { name: 'ingress-web', action: 'nothing', changes: [] },
    ...{ recordSets: [], clusters: [] },
  },
];

function reportOf(
  objects: readonly PlannedObject[],
  findings: PlanReport['findings'] = [],
  notes: readonly string[] = [],
  dns: PlanReport['dns'] = [],
): PlanReport {
  return { objects, findings, notes, dns, summary: summaryOf(objects, findings, dns) };
}

async function printed(report: PlanReport, output: PlanOutput) {
  const stdout = new PassThrough({ encoding: 'utf8' });
  const stderr = new PassThrough({ encoding: 'utf8' });
  await printPlanReport(openTerminal({ stdout, stderr }), report, output);
  return { out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') };
}

describe('printPlanReport', () => {
  it('prints a table on stdout, and findings and notes on stderr', async () => {
    const { out, err } = await printed(reportOf([WEB], FINDINGS, ['not asked']), 'table');

    expect(out.split('\n')).toEqual([
      'OBJECT                        CLUSTER  ACTION  DETAIL',
      'FederatedDeployment shop/web  (host)   update  spec.a: 1 → 2',
      '                              east     update  spec.replicas: 3 → 5',
      `                                               spec.b: + "${'x'.repeat(58)}…`,
      '                                               spec.c: - "y"',
      '                              west     fail    CreationFailed: no',
      'Plan: 1 to update, 1 refused in members; changes on the host: 1; errors: 1',
      '',
    ]);
    expect(err).toBe(
      'note: not asked\nwarning: f.yaml:1:2: odd; mend it\nerror: f.yaml: wrong; mend that\n',
    );
  });

  it('prints a line per record set that changes, and the clusters that are left out', async () => {
    const { out } = await printed(reportOf([], [], [], DNS), 'table');

    expect(out.split('\n').map((line) => line.replaceAll(/ {2,}/g, ' | '))).toEqual([
      'RECORD | ACTION | NAME | TYPE | SET | TARGETS',
      'ServiceDNSRecord shop/web | create | a.example.com | A | east | lb.example (alias in Z1, aws/region=us-east-1)',
      ' | update | b.example.com | A | - | 192.0.2.1 → 192.0.2.2, recordTTL: 180 → 60',
      ' | update | c.example.com | CNAME | - | a.example.com, recordTTL: 180 → 60',
      ' | delete | d.example.com | A | - | 192.0.2.1 (180 s)',
      ' | DNSEndpoint service-web | metadata.annotations.x: + "y"',
      ' | (west) | NotFound: There is none.',
      ' | Odd.',
      'IngressDNSRecord shop/web | nothing',
      'Plan: nothing in members; changes on the host: 0; record sets that change: 4; no errors',
      '',
    ]);
  });

  it('prints one document for programs, all of it on stdout', async () => {
    const report = reportOf([WEB], FINDINGS, ['not asked'], DNS);
    const json = await printed(report, 'json');
    const yaml = await printed(report, 'yaml');

    expect([JSON.parse(json.out), json.err]).toEqual([report, '']);
    expect([parse(yaml.out), yaml.err]).toEqual([report, '']);
  });

  it('says so when there is nothing', async () => {
    expect((await printed(reportOf([]), 'table')).out).toBe(
      'Plan: nothing in members; changes on the host: 0; no errors\n',
    );
  });
});

describe('planExitCode', () => {
  const withMember = (action: PlannedAction): PlannedObject => ({
    ...{ kind: 'K', name: 'n', host: NONE },
    members: [{ cluster: 'east', action, changes: [] }],
  });

  it.each<[PlannedAction, number]>([
    ['nothing', 0],
    ['create', 2],
    ['update', 2],
    ['delete', 2],
    ['adopt', 2],
    ['orphan', 2],
    ['wait', 2],
    ['fail', 1],
  ])('of a member with the action %s is %i', (action, code) => {
    expect(planExitCode(reportOf([withMember(action)]))).toBe(code);
  });

  it('is 2 when only the host changes, and 1 with an error in the files, whatever else', () => {
    expect(planExitCode(reportOf([{ ...WEB, members: [] }]))).toBe(2);
    expect(planExitCode(reportOf([], [], [], DNS))).toBe(2);
    expect(planExitCode(reportOf([], [], [], DNS.slice(1)))).toBe(0);
    expect(planExitCode(reportOf([withMember('create')], FINDINGS))).toBe(1);
    expect(planExitCode(reportOf([withMember('nothing')], FINDINGS.slice(0, 1)))).toBe(0);
  });
});
