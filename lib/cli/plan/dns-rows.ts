import type { Cell, CellStyle } from '../table.ts';
import { changeText } from './change-text.ts';
import type { FieldChange } from './field-changes.ts';
import type { PlannedDns, PlannedRecordSet } from './planned-dns.ts';

const STYLES: Readonly<Record<PlannedDns['endpoint']['action'], CellStyle>> = {
  create: 'green',
  update: 'yellow',
  delete: 'red',
  nothing: 'gray',
};
const ALIAS_ZONE = 'aws/target-hosted-zone';

/**
 * @returns a heading, then for each record a line per record set that changes, and one for each cluster that it does
 *   not lead to
 */
export function dnsRows(planned: readonly PlannedDns[]): Cell[][] {
  const titles = ['RECORD', 'ACTION', 'NAME', 'TYPE', 'SET', 'TARGETS'];
  return [titles.map((text): Cell => ({ text, style: 'bold' })), ...planned.flatMap(recordRows)];
}

type Line = readonly [
  action: PlannedDns['endpoint']['action'] | '',
  name: string,
  type: string,
  set: string,
  targets: string,
];

function recordRows({
  kind,
  namespace,
  name,
  endpoint,
  recordSets,
  clusters,
  message,
}: PlannedDns): Cell[][] {
  const sets = recordSets.map(
    (set): Line => [
      set.action,
      set.dnsName,
      set.recordType,
      set.setIdentifier ?? '-',
      targetsText(set),
    ],
  );
  const onItself = endpoint.changes.map(
    (change): Line => [
      sets.length === 0 ? endpoint.action : '',
      `DNSEndpoint ${endpoint.name}`,
      '',
      '',
      changeText(change),
    ],
  );
  const changing = [...sets, ...onItself];
  const lines: Line[] = [
    ...(changing.length > 0 ? changing : [[endpoint.action, '', '', '', ''] satisfies Line]),
    ...clusters.map(
      (one): Line => ['', `(${one.cluster})`, '', '', `${one.reason}: ${one.message}`],
    ),
    ...(message === undefined ? [] : [['', '', '', '', message] satisfies Line]),
  ];
  return lines.map(([action, ...cells], i) => [
    { text: i === 0 ? `${kind} ${namespace}/${name}` : '' },
    action === '' ? { text: '' } : { text: action, style: STYLES[action] },
    ...cells.map((text): Cell => ({ text })),
  ]);
}

/** @returns e.g. `a.example (alias in Z1, aws/region=us-east-1)`, `192.0.2.1 → 192.0.2.2, recordTTL: 60 → 30` */
function targetsText({ action, targets, properties, changes }: PlannedRecordSet): string {
  if (action === 'update') {
    const others = changes.filter(({ path }) => path !== 'targets');
    const moved = changes.find(({ path }) => path === 'targets');
    return [movedText(targets, moved), ...others.map(changeText)].join(', ');
  }
  const { alias, [ALIAS_ZONE]: zone, recordTTL, ...rest } = properties;
  const said = [
    ...(alias === undefined ? [] : [`alias in ${zone}`]),
    ...(recordTTL === undefined ? [] : [`${recordTTL} s`]),
    ...Object.entries(rest).map(([name, value]) => `${name}=${value}`),
  ];
  return said.length === 0 ? targets : `${targets} (${said.join(', ')})`;
}

function movedText(targets: string, moved: FieldChange | undefined): string {
  return moved === undefined ? targets : `${moved.before} → ${moved.after}`;
}
