import { setTimeout as sleep } from 'node:timers/promises';
import type { Deployment } from './deployment.ts';
import { findByName } from './logical-names.ts';

const CHECK_EVERY_MS = 10;

/**
 * Waits until every queue that a function reads is empty and no function runs, but those of `longRunning`. What was
 * sent with a delay is not waited for: of such there may always be some.
 *
 * Queues and functions are not seen in one look, so a look counts only when nothing was started during it.
 *
 * @throws {Error} the runtime is stopped meanwhile
 */
export async function waitUntilIdle(
  { options, functions, stack, queues }: Deployment,
  isStopped: () => boolean,
): Promise<void> {
  const ignored = (options.longRunning ?? []).map((part) => findByName(functions, part));
  const awaited = [...functions.values()].filter((one) => !ignored.includes(one));
  const read = new Set(stack.mappings.map(({ queueId }) => queueId));
  const queueNames = stack.queues.filter(({ id }) => read.has(id)).map(({ name }) => name);
  const isRunning = () => awaited.some((one) => one.outstanding() > 0);
  const started = () => awaited.reduce((sum, one) => sum + one.counts.invocations, 0);

  for (;;) {
    if (isStopped()) throw new Error('the runtime was stopped while something waited for it');
    const before = started();
    const [delayed, depths] = [await queues.delayed(), await queues.depths()];
    const isEmpty = queueNames.every((name) => depths.get(name) === delayed.get(name));
    if (isEmpty && !isRunning() && started() === before) return;
    await sleep(CHECK_EVERY_MS);
  }
}
