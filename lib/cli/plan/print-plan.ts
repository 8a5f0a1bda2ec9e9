import type { PlanOutput } from '../plan.ts';
import { type Cell, type CellStyle, paint, table } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { changeText } from './change-text.ts';
import { dnsRows } from './dns-rows.ts';
import { findingText } from './finding.ts';
import type { PlannedAction, PlannedObject, PlanReport } from './plan-report.ts';

const STYLES: Readonly<Record<PlannedAction, CellStyle>> = {
  create: 'green',
  update: 'yellow',
  delete: 'red',
  adopt: 'cyan',
  orphan: 'magenta',
  nothing: 'gray',
  wait: 'yellow',
  fail: 'red',
};

/** Prints a plan on stdout: a table with a summary, or one document. In a table findings go to stderr. */
export async function printPlanReport(
  terminal: Terminal,
  report: PlanReport,
  output: PlanOutput,
): Promise<void> {
  if (output === 'json') return terminal.result(JSON.stringify(report, undefined, 2));
  if (output === 'yaml') {
    const { stringify } = await import('yaml');
    return terminal.result(stringify(report, { aliasDuplicateObjects: false }));
  }
  const colours = terminal.colours === true;
  if (report.objects.length > 0) terminal.result(table(rowsOf(report.objects), colours));
  if (report.dns.length > 0) terminal.result(table(dnsRows(report.dns), colours));
  for (const note of report.notes) terminal.progress(`note: ${note}`);
  for (const finding of report.findings) {
    if (finding.severity === 'warning') terminal.warn(findingText(finding));
    else terminal.progress(`error: ${findingText(finding)}`);
  }
  const summary = summaryLine(report);
  terminal.result(colours ? paint('bold', summary) : summary);
}

function rowsOf(objects: readonly PlannedObject[]): Cell[][] {
  const title = (text: string): Cell => ({ text, style: 'bold' });
  return [
    [title('OBJECT'), title('CLUSTER'), title('ACTION'), title('DETAIL')],
    ...objects.flatMap(objectRows),
  ];
}

function objectRows(object: PlannedObject): Cell[][] {
  const { kind, namespace, name, host, members } = object;
  const full = `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
  const lines = [
    { cluster: '(host)', action: host.action, details: host.changes.map(changeText) },
    ...members.map(({ cluster, action, changes, code, message }) => ({
      cluster,
      action,
      details: [
        ...(code === undefined && message === undefined
          ? []
          : [[code, message].filter(Boolean).join(': ')]),
        ...changes.map(changeText),
      ],
    })),
  ];
  return lines.flatMap(({ cluster, action, details }, i) => {
    const [first = '', ...more] = details;
    const text = i === 0 ? full : '';
    return [
      [{ text }, { text: cluster }, { text: action, style: STYLES[action] }, { text: first }],
      ...more.map((detail) => [{ text: '' }, { text: '' }, { text: '' }, { text: detail }]),
    ];
  });
}

const PHRASES: readonly (readonly [keyof PlanReport['summary'], string])[] = [
  ['create', 'to create'],
  ['update', 'to update'],
  ['adopt', 'to adopt'],
  ['orphan', 'to orphan'],
  ['delete', 'to delete'],
  ['wait', 'waiting for a cluster'],
  ['fail', 'refused'],
  ['nothing', 'unchanged'],
];

/** @returns e.g. `Plan: 2 to create, 1 unchanged in members; 1 changes on the host; no errors` */
export function summaryLine({ summary, objects, dns }: PlanReport): string {
  const counted = PHRASES.filter(([key]) => summary[key] > 0);
  const inMembers = counted.map(([key, phrase]) => `${summary[key]} ${phrase}`).join(', ');
  const onHost = objects.filter(({ host }) => host.action !== 'nothing').length;
  const errors = summary.errors === 0 ? 'no errors' : `errors: ${summary.errors}`;
  const inDns = dns.length === 0 ? '' : ` record sets that change: ${summary.recordSets};`;
  const members = inMembers || 'nothing';
  return `Plan: ${members} in members; changes on the host: ${onHost};${inDns} ${errors}`;
}
