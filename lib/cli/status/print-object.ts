import { ageOf } from '../age.ts';
import type { Cell } from '../table.ts';
import type { MemberLine, ObjectView } from './object-view.ts';
import { oneLine, type PrintOptions, paintIf, placeText, row, section } from './print-overview.ts';

/** @returns one object across its members, as text */
export function objectText(view: ObjectView, options: PrintOptions): string {
  const parts = [
    [headline(view, options), ...generationText(view)].join('\n'),
    view.members.length === 0
      ? 'it is placed in no cluster'
      : section(HEADS, view.members.map(memberRow), options),
    view.deletions.map((one) => deletionText(one)).join('\n'),
    view.notSeen.map((line) => paintIf('gray', `not seen: ${line}`, options)).join('\n'),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

const HEADS = ['CLUSTER', 'PLACED', 'READY', 'STATUS', 'RECORDED', 'LIVE', 'MESSAGE'];

function headline(view: ObjectView, options: PrintOptions): string {
  const { propagated, reason, message, since } = view;
  const age = ageOf(since, options.nowMs);
  const what = `${view.kind} ${placeText(view)}`;
  if (propagated === 'Unknown') return `${what}: nothing has been reported yet`;
  const style = propagated === 'True' ? 'green' : 'red';
  const why = [reason, message].filter((part) => part !== undefined).join(': ');
  const state = propagated === 'True' ? 'propagated' : `not propagated: ${why}`;
  return `${what}: ${paintIf(style, state, options)}${age === '' ? '' : `, since ${age}`}`;
}

function generationText({ generation, observedGeneration }: ObjectView): string[] {
  if (observedGeneration === undefined || observedGeneration >= generation) return [];
  return [`the status is about generation ${observedGeneration}; ${generation} is on its way`];
}

function memberRow(line: MemberLine): Cell[] {
  const isFine = line.code === 'OK';
  const drifts = line.live !== undefined && line.live !== line.recorded;
  return row([
    line.cluster,
    line.placed,
    { text: line.ready ? 'True' : 'False', style: line.ready ? 'green' : 'red' },
    { text: line.code, style: isFine ? 'green' : 'red' },
    line.recorded,
    line.live === undefined ? undefined : { text: line.live, style: drifts ? 'yellow' : 'green' },
    oneLine(line.message),
  ]);
}

function deletionText({ cluster, deadline }: ObjectView['deletions'][number]): string {
  if (cluster === undefined) return 'it is being deleted; nothing is left in members';
  if (deadline === undefined) return `it is being deleted; cluster ${cluster} is waited for`;
  return `it is being deleted; cluster ${cluster} is waited for until ${deadline}`;
}
