import type { Change, ChangeMessage, Job, Outcome, Sweep } from '../model/messages.ts';
import { PLAN_JOBS } from '../model/metric-names.ts';
import type { ChangeQueue, JobQueue, Metrics, OutcomeQueue } from '../ports.ts';
import { inFull } from './in-full.ts';
import { mergeChanges } from './plan/merge-changes.ts';
import { type PlanPorts, planObject } from './plan/plan-object.ts';
import { unplannable } from './plan/unplannable.ts';
import { subjectOf } from './subject.ts';
import { expandSweep, expandTermination } from './sweep.ts';
import { tryAgainAfter } from './unwrap.ts';
import { DONE, grouped, type Received, type Verdict } from './verdict.ts';

export interface PlanStagePorts extends PlanPorts {
  readonly changes: ChangeQueue;
  readonly jobs: JobQueue;
  readonly outcomes: OutcomeQueue;
  readonly metrics: Metrics;
}

/**
 * Plans a batch of changes. Several changes of one object are one pass; the jobs of the whole batch leave together, so
 * that those of one object are likely to be applied together.
 *
 * @throws when a queue refuses messages: the whole batch is to be tried again
 */
export async function plan(
  ports: PlanStagePorts,
  batch: readonly Received<ChangeMessage>[],
): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = batch.map(() => DONE);
  const jobs: Job[] = [];
  const outcomes: Outcome[] = [];
  const changes: Change[] = [];

  async function pass(newest: ChangeMessage, all: readonly ChangeMessage[]): Promise<void> {
    if (newest.kind === 'sweep') {
      const expand = newest.terminating ? expandTermination : expandSweep;
      changes.push(...(await expand(ports, newest)));
      return;
    }
    const planned = await planObject(ports, mergeChanges(newest, all));
    jobs.push(...planned.jobs);
    outcomes.push(...planned.outcomes);
  }

  async function tell({ message, attempt }: Received<ChangeMessage>, error: unknown) {
    if (message.kind !== 'object') return;
    const told = await unplannable(ports, message, { error, attempt }).catch(() => undefined);
    if (told !== undefined) outcomes.push(told);
  }

  await Promise.all(
    grouped(batch, keyOf).map(async ({ indices, newest }) => {
      try {
        await pass(
          newest.message,
          indices.flatMap((index) => batch[index]?.message ?? []),
        );
      } catch (error) {
        ports.log.warn('change not planned, trying again', { ...newest.message, error });
        for (const index of indices) verdicts[index] = tryAgainAfter(error);
        await tell(newest, error);
      }
    }),
  );
  await inFull([ports.jobs.send(jobs), ports.outcomes.send(outcomes), ports.changes.send(changes)]);
  ports.metrics.count(PLAN_JOBS, jobs.length);
  return verdicts;
}

function keyOf(message: Change | Sweep): string {
  return message.kind === 'object'
    ? subjectOf(message)
    : subjectOf({
        ...message,
        name: `${message.terminating}/${message.overdue}`,
        type: `sweep ${message.type}`,
      });
}
