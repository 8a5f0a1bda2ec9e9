import { oneLine, type PrintOptions, paintIf, row, section } from '../status/print-overview.ts';
import type { Cell } from '../table.ts';
import type { Asked } from './ask.ts';
import {
  type ClusterView,
  type DnsView,
  isDone,
  type NameView,
  type RecordView,
} from './dns-view.ts';

type Options = Pick<PrintOptions, 'colours'>;

const CLUSTER_HEADS = ['CLUSTER', 'REGION', 'ADDRESS', 'HEALTH', 'MESSAGE'];
const NAME_HEADS = ['NAME', 'TYPE', 'ROUTING', 'CLUSTERS', 'TARGET', 'STATE'];
const ASKED_HEADS = ['ASKED', 'TYPE', 'ANSWER', 'VALUES', 'CLUSTERS'];

/** @returns a part for each record, with two tables, and the answers of Route 53 at the end */
export function dnsText(
  { records, asked }: DnsView & { readonly asked?: readonly Asked[] },
  options: Options,
): string {
  if (records.length === 0) return 'no DNS record here: see --all-namespaces';
  const parts = records.flatMap((record) => recordParts(record, options));
  const answers = asked === undefined ? [] : [askedText(asked, options)];
  return [...parts, ...answers].filter((part) => part !== '').join('\n\n');
}

function recordParts(record: RecordView, options: Options): string[] {
  const { kind, namespace, name, clusters, names } = record;
  const headline = paintIf('bold', `${kind} ${namespace}/${name}`, options);
  const lines = [headline, ...messages(record).map((text) => paintIf('red', text, options))];
  return [
    lines.join('\n'),
    section(CLUSTER_HEADS, clusters.map(clusterRow), options),
    names.length === 0
      ? paintIf('red', 'no name leads anywhere', options)
      : section(NAME_HEADS, names.map(nameRow), options),
  ];
}

/** The message of a record holds the problems already. */
function messages({ message, problems }: RecordView): string[] {
  if (message !== undefined) return [oneLine(message)];
  return problems.map((each) => oneLine(`${each.dnsName}: ${each.reason}. ${each.message}`));
}

function clusterRow({ cluster, region, addresses, reason, message }: ClusterView): Cell[] {
  const health: Cell =
    reason === undefined ? { text: 'ok', style: 'green' } : { text: reason, style: 'yellow' };
  return row([cluster, region, addresses.join(','), health, oneLine(message ?? '')]);
}

function nameRow({ dnsName, type, routing, clusters, targets, state }: NameView): Cell[] {
  const shown: Cell = { text: state, style: isDone(state) ? 'green' : 'red' };
  return row([dnsName, type, routing, clusters.join(','), targets.join(','), shown]);
}

function askedText(asked: readonly Asked[], options: Options): string {
  if (asked.length === 0) return 'nothing to ask Route 53 about: no zone has any of the names';
  const rows = asked.map(({ dnsName, type, code, values, clusters, error }) =>
    row([
      dnsName,
      type,
      error === undefined ? code : { text: oneLine(error) ?? '', style: 'red' },
      values.join(','),
      clusters.join(','),
    ]),
  );
  return section(ASKED_HEADS, rows, options);
}
