import { randomUUID } from 'node:crypto';
import type { ScheduleSpec } from './specs.ts';

export interface SchedulesOptions {
  readonly account: string;
  readonly region: string;
  /** 30 turns `rate(1 minute)` into every 2 seconds */
  readonly speedup: number;
  readonly fireAtStart: boolean;
  /** invokes the target; must not wait for it */
  readonly fire: (schedule: ScheduleSpec, event: unknown) => void;
}

function eventOf(schedule: ScheduleSpec, { account, region }: SchedulesOptions): unknown {
  if ('input' in schedule) return schedule.input;
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: schedule.source,
    account,
    time: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
    region,
    resources: [schedule.arn],
    detail: schedule.source === 'aws.events' ? {} : '{}',
  };
}

/**
 * Fires schedules until the returned function is called.
 *
 * Source: Amazon EventBridge user guide, scheduled rules (event shape); EventBridge Scheduler, default payload
 */
export function startSchedules(
  schedules: readonly ScheduleSpec[],
  options: SchedulesOptions,
): () => void {
  const timers = schedules.map((schedule) => {
    const fire = () => options.fire(schedule, eventOf(schedule, options));
    if (options.fireAtStart) fire();
    return setInterval(fire, schedule.periodMs / options.speedup);
  });
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}
