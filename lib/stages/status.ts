import type { ChangeMessage, OutcomeMessage } from '../model/messages.ts';
import type { ChangeQueue } from '../ports.ts';
import { collect } from './status/collect.ts';
import { report, type StatusPorts } from './status/report.ts';
import { subjectOf } from './subject.ts';
import { tryAgainAfter } from './unwrap.ts';
import { DONE, grouped, RETRY, type Received, type Verdict } from './verdict.ts';

export interface StatusStagePorts extends StatusPorts {
  readonly changes: ChangeQueue;
}

/** A member that does not answer for longer is left to its watch, to health and to the sweep: others report too. */
const COLLECT_TRIES = 3;

/**
 * Reports a batch of outcomes and changes of status on the host, all messages of one object with one pass.
 *
 * @throws when what follows from them cannot be sent: the whole batch is to be tried again
 */
export async function status(
  ports: StatusStagePorts,
  batch: readonly Received<OutcomeMessage>[],
): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = batch.map(() => DONE);
  const changes: ChangeMessage[] = [];
  await Promise.all(
    grouped(batch, subjectOf).map(async ({ indices, newest }) => {
      const received = indices.flatMap((index) => batch[index] ?? []);
      const messages = received.map(({ message }) => message);
      const attempt = Math.max(...received.map((one) => one.attempt));
      try {
        const outcomes = messages.filter((message) => 'plan' in message);
        const reported = await report(ports, outcomes, attempt);
        changes.push(...reported.next);
        const collected = await collect(ports, messages, attempt);
        const isIncomplete = reported.isIncomplete === true || collected.isIncomplete;
        if (isIncomplete && attempt < COLLECT_TRIES) for (const i of indices) verdicts[i] = RETRY;
      } catch (error) {
        const { type, namespace, name } = newest.message;
        ports.log.warn('outcome not reported, trying again', { type, namespace, name, error });
        for (const index of indices) verdicts[index] = tryAgainAfter(error);
      }
    }),
  );
  await ports.changes.send(changes);
  return verdicts;
}
