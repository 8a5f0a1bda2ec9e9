import type { ClusterResult, Job, Outcome } from '../model/messages.ts';
import { PROPAGATED, PROPAGATION_FAILED, PROPAGATION_LATENCY_MS } from '../model/metric-names.ts';
import type { Clock, Log, Metrics, OutcomeQueue } from '../ports.ts';
import type { Applied } from './apply/applied.ts';
import { type ApplyPorts, applyJob } from './apply/apply-job.ts';
import { unforeseenResult } from './apply/unforeseen.ts';
import { inFull } from './in-full.ts';
import { subjectOf } from './subject.ts';
import { tryAgainAfter } from './unwrap.ts';
import { DONE, grouped, type Received, type Verdict } from './verdict.ts';

export interface ApplyStagePorts extends ApplyPorts {
  readonly outcomes: OutcomeQueue;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** A member that answers slowly must not hold up what others have to report. */
const REPORT_AFTER_MS = 500;
/** A removal that takes longer (a namespace full of finalizers) is seen to by the watch and the sweep. */
const WAIT_FOR_REMOVAL_TRIES = 7;

/**
 * Applies a batch of jobs side by side and reports one outcome for each object, with the results of all its members
 * in the batch.
 *
 * @throws when the outcomes cannot be sent: the whole batch is to be tried again
 */
export async function apply(
  ports: ApplyStagePorts,
  batch: readonly Received<Job>[],
): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = batch.map(() => DONE);
  let finished: Finished[] = [];

  async function run(job: Job, attempt: number): Promise<Verdict> {
    try {
      const applied = await applyJob(ports, job, attempt);
      if (applied.superseded) return DONE;
      measure(ports, job, applied.result);
      if (isNews(applied.result, attempt)) finished.push({ job, result: applied.result, attempt });
      return verdictOf(applied, attempt);
    } catch (error) {
      ports.log.warn('job not applied, trying again', { ...keyOf(job), error });
      const result = unforeseenResult(job, error);
      if (result !== undefined) finished.push({ job, result, attempt });
      return tryAgainAfter(error);
    }
  }

  function report(): Promise<void> {
    const outcomes = outcomesOf(finished);
    finished = [];
    return ports.outcomes.send(outcomes);
  }

  const running = grouped(batch, (job) => `${job.cluster}/${subjectOf(job)}`).map(
    async ({ indices, newest }) => {
      const verdict = await run(newest.message, newest.attempt);
      for (const index of indices) verdicts[index] = verdict;
    },
  );
  const all = Promise.all(running);
  const stopWaiting = new AbortController();
  await Promise.race([all, ports.clock.sleep(REPORT_AFTER_MS, stopWaiting.signal)]);
  stopWaiting.abort();
  await inFull<unknown>([all, report()]);
  await report();
  return verdicts;
}

/** While a removal is under way, only its first and its last word are of interest. */
function isNews(result: ClusterResult, attempt: number): boolean {
  return result.code !== 'WaitingForRemoval' || attempt === 1;
}

function verdictOf(applied: Applied, attempt: number): Verdict {
  if (applied.superseded || applied.retryAfterSeconds === undefined) return DONE;
  const { result, retryAfterSeconds } = applied;
  const enough = result.code === 'WaitingForRemoval' && attempt >= WAIT_FOR_REMOVAL_TRIES;
  return enough ? DONE : { retryAfterSeconds };
}

interface Finished {
  readonly job: Job;
  readonly result: ClusterResult;
  readonly attempt: number;
}

function outcomesOf(finished: readonly Finished[]): Outcome[] {
  const byObject = new Map<string, Outcome & { results: ClusterResult[] }>();
  for (const { job, result, attempt } of finished) {
    const { v, type, namespace, name, seenAtMs, contextRevision } = job;
    // An earlier try has been reported already.
    const plan = { ...job.plan, fresh: job.plan.fresh && attempt === 1 };
    const id = `${subjectOf(job)}/${plan.resourceVersion}/${plan.fresh}`;
    const outcome = byObject.get(id) ?? {
      v,
      type,
      name,
      plan,
      seenAtMs,
      results: [],
      ...(namespace === undefined ? {} : { namespace }),
      ...(contextRevision === undefined ? {} : { contextRevision }),
    };
    outcome.results.push(result);
    byObject.set(id, outcome);
  }
  return [...byObject.values()];
}

function measure(ports: ApplyStagePorts, job: Job, result: ClusterResult): void {
  const { code, wrote, message } = result;
  if (code === 'OK' || code === 'gone' || code === 'WaitingForRemoval') {
    ports.metrics.count(PROPAGATED);
    const tookMs = ports.clock.nowMs() - job.seenAtMs;
    if (wrote) ports.metrics.milliseconds(PROPAGATION_LATENCY_MS, tookMs);
    ports.log.info('applied', { ...keyOf(job), action: job.action, code, wrote, tookMs });
    return;
  }
  if (code === 'Paused' || code === 'ClusterPaused') {
    ports.log.info('held back', { ...keyOf(job), action: job.action, code });
    return;
  }
  ports.metrics.count(PROPAGATION_FAILED, 1, { code });
  ports.log.warn('not applied', { ...keyOf(job), action: job.action, code, why: message });
}

function keyOf({ type, namespace, name, cluster }: Job) {
  return { type, namespace, name, cluster };
}
