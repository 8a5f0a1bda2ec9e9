import type { Sweep } from '../../model/messages.ts';
import { deadlineAlarm } from './deadline-alarm.ts';
import type { Memory } from './memory.ts';
import { sweepOf } from './messages.ts';

/**
 * What time alone brings about and no event tells: deletions that have waited long enough, and types that go as soon as
 * none of their objects is held any more.
 *
 * @returns the sweeps that are due; mostly none
 */
export function reminders(memory: Memory): (nowMs: number) => Sweep[] {
  const deadlines = deadlineAlarm(memory);
  return (nowMs) => {
    const going = [...memory.types.values()].filter((type) => type.going);
    return [
      ...going.map(({ name }) => sweepOf(memory, { type: name, cause: 'type' }, nowMs)),
      ...(deadlines.isDue(nowMs)
        ? [sweepOf(memory, { type: '*', cause: 'retry', overdue: true }, nowMs)]
        : []),
    ];
  };
}
