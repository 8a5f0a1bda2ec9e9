import type { ChangeMessage, Outcome } from '../model/messages.ts';
import type { ChangeQueue } from '../ports.ts';
import { report, type StatusPorts } from './status/report.ts';
import { subjectOf } from './subject.ts';
import { tryAgainAfter } from './unwrap.ts';
import { DONE, grouped, type Received, type Verdict } from './verdict.ts';

export interface StatusStagePorts extends StatusPorts {
  readonly changes: ChangeQueue;
}

/**
 * Reports a batch of outcomes on the host, all outcomes of one object with one pass.
 *
 * @throws when what follows from them cannot be sent: the whole batch is to be tried again
 */
export async function status(
  ports: StatusStagePorts,
  batch: readonly Received<Outcome>[],
): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = batch.map(() => DONE);
  const changes: ChangeMessage[] = [];
  await Promise.all(
    grouped(batch, subjectOf).map(async ({ indices, newest }) => {
      const received = indices.flatMap((index) => batch[index] ?? []);
      const outcomes = received.map(({ message }) => message);
      const attempt = Math.max(...received.map((one) => one.attempt));
      try {
        changes.push(...(await report(ports, outcomes, attempt)));
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
