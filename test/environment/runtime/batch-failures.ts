import * as z from 'zod';

const BatchResponse = z.object({
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).nullish(),
});

/**
 * Says which messages of a batch stay in the queue, from what a function with ReportBatchItemFailures answered.
 *
 * Nothing, `{}` or an empty list: none. Anything that cannot be understood, and any id that was not in the batch: all.
 *
 * @returns ids of the batch
 * Source: AWS Lambda developer guide, "Success and failure conditions" of SQS partial batch responses
 */
export function batchFailures(payload: unknown, messageIds: readonly string[]): Set<string> {
  const all = new Set(messageIds);
  if (payload === null || payload === undefined) return new Set();
  const parsed = BatchResponse.safeParse(payload);
  if (!parsed.success) return all;
  const failed = (parsed.data.batchItemFailures ?? []).map((failure) => failure.itemIdentifier);
  return failed.every((id) => all.has(id)) ? new Set(failed) : all;
}
