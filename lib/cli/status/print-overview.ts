import { ageOf, durationOf } from '../age.ts';
import { type Cell, type CellStyle, paint, table } from '../table.ts';
import type { Deletion, Trouble } from './object-troubles.ts';
import type { ClusterLine, Overview, QueueLine, TypeLine } from './overview.ts';

/** The Lease is renewed each five seconds and runs out after 15. Source: lib/stages/watch/lease.ts */
const WATCH_ALIVE_SECONDS = 20;
/** More would push the rest off the screen; JSON has them all. */
const MOST_ROWS = 40;
const NONE = '-';

export interface PrintOptions {
  readonly colours: boolean;
  /** by the host's clock */
  readonly nowMs: number;
}

/** @returns the overview as tables, those without rows left out */
export function overviewText(overview: Overview, options: PrintOptions): string {
  const { clusters, types, outOfSync, deletions, owed, queues, notSeen } = overview;
  const parts = [
    watchText(overview.watchRenewed, options),
    clusters.length === 0
      ? 'no cluster has joined: kubefed-eks join'
      : section(
          CLUSTER_HEADS,
          clusters.map((one) => clusterRow(one, options)),
          options,
        ),
    typesText(types, options),
    outOfSync.length === 0
      ? paintIf('green', 'everything is in sync', options)
      : section(
          TROUBLE_HEADS,
          outOfSync.map((one) => troubleRow(one, options)),
          options,
        ),
    section(
      DELETION_HEADS,
      deletions.map((one) => deletionRow(one, options)),
      options,
    ),
    section(
      ['DELETE TO BE MADE UP FOR', 'CLUSTER', 'ACTION'],
      owed.map((one) => row([`${one.type} ${placeText(one)}`, one.cluster, one.action])),
      options,
    ),
    section(QUEUE_HEADS, queues.map(queueRow), options),
    notSeen.map((line) => paintIf('gray', `not seen: ${line}`, options)).join('\n'),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** The column before the message says it already. Source: lib/core/deletion-deadline.ts */
const DEADLINE_TOLD = /(; )?the deletion waits for cluster \S+ until .*$/s;

const CLUSTER_HEADS = ['CLUSTER', 'READY', 'REASON', 'SINCE', 'VERSION', 'REGION', 'LATENCY'];
const TROUBLE_HEADS = ['NOT IN SYNC', 'CLUSTER', 'CODE', 'AGE', 'MESSAGE'];
const QUEUE_HEADS = ['QUEUE', 'WAITING', 'IN FLIGHT', 'OLDEST', 'DEAD LETTERS'];
const DELETION_HEADS = ['BEING DELETED', 'CLUSTER', 'CODE', 'AGE', 'HELD AT MOST UNTIL', 'MESSAGE'];

/** @returns heads and rows, one long table cut; empty without rows */
export function section(
  heads: readonly string[],
  rows: readonly (readonly Cell[])[],
  { colours }: Pick<PrintOptions, 'colours'>,
): string {
  if (rows.length === 0) return '';
  const head = heads.map((text): Cell => ({ text, style: 'bold' }));
  const shown = table([head, ...rows.slice(0, MOST_ROWS)], colours);
  const more = rows.length - MOST_ROWS;
  return more > 0 ? `${shown}\n… and ${more} more: --output json has them all` : shown;
}

/** @returns the cells of a row; what is empty or absent is a dash */
export function row(cells: readonly (Cell | string | number | undefined)[]): Cell[] {
  return cells.map((cell) => {
    if (typeof cell === 'object') return cell;
    const text = String(cell ?? '');
    return { text: text === '' ? NONE : text };
  });
}

/** @returns `namespace/name`, or the name */
export function placeText({ namespace, name }: { namespace?: string; name: string }): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

export function paintIf(style: CellStyle, text: string, { colours }: { colours: boolean }): string {
  return colours ? paint(style, text) : text;
}

function watchText(renewed: string | undefined, options: PrintOptions): string {
  if (renewed === undefined) {
    return paintIf('red', 'watch: no Lease: it has never run, or is not seen', options);
  }
  const age = ageOf(renewed, options.nowMs);
  const aliveMs = WATCH_ALIVE_SECONDS * 1000;
  if (options.nowMs - Date.parse(renewed) <= aliveMs) return `watch: running, seen ${age} ago`;
  return paintIf('red', `watch: not running, last seen ${age} ago`, options);
}

function clusterRow(line: ClusterLine, { nowMs }: PrintOptions): Cell[] {
  const style = line.ready === 'True' ? 'green' : 'red';
  return row([
    line.name,
    { text: line.ready, style },
    line.reason,
    ageOf(line.since, nowMs),
    line.version,
    line.region,
    line.latencyMs === undefined ? undefined : `${line.latencyMs} ms`,
  ]);
}

/** Types that are fine and without objects are named in a line below the table. */
function typesText(types: readonly TypeLine[], options: PrintOptions): string {
  const isEmpty = (one: TypeLine) => one.state === 'Enabled' && one.objects === 0;
  const rows = types.filter((one) => !isEmpty(one)).map(typeRow);
  const empty = types.filter(isEmpty).map(({ name }) => name);
  const shown = section(['TYPE', 'FEDERATED', 'STATE', 'OBJECTS', 'IN SYNC'], rows, options);
  if (empty.length === 0) return shown;
  const line = `enabled, without objects: ${empty.join(', ')}`;
  return shown === '' ? line : `${shown}\n${line}`;
}

function typeRow({ name, federated, state, objects, inSync }: TypeLine): Cell[] {
  const style = objects !== inSync ? 'yellow' : 'green';
  return row([
    name,
    federated,
    state,
    objects,
    objects === undefined ? undefined : { text: String(inSync), style },
  ]);
}

function troubleRow(one: Trouble, { nowMs }: PrintOptions): Cell[] {
  return row([
    `${one.kind} ${placeText(one)}`,
    one.cluster,
    { text: one.code, style: one.code === 'NotReported' ? 'yellow' : 'red' },
    ageOf(one.since, nowMs),
    oneLine(one.message),
  ]);
}

function deletionRow(one: Deletion, { nowMs }: PrintOptions): Cell[] {
  return row([
    `${one.kind} ${placeText(one)}`,
    one.cluster,
    { text: one.code, style: 'yellow' },
    ageOf(one.since, nowMs),
    one.deadline,
    oneLine(one.message.replace(DEADLINE_TOLD, '')),
  ]);
}

function queueRow({ name, waiting, inFlight, oldestSeconds, dead }: QueueLine): Cell[] {
  const oldest = oldestSeconds === undefined ? undefined : durationOf(oldestSeconds);
  return row([
    name,
    waiting,
    inFlight,
    oldest,
    { text: String(dead), style: dead > 0 ? 'red' : 'green' },
  ]);
}

/** Messages of API servers may have several. */
export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
