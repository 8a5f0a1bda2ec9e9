import { healthEnv, parseEnv } from '../lib/model/env.ts';
import { ProbeRequest } from '../lib/model/messages.ts';
import { parseMessage } from '../lib/runtime/parse-message.ts';
import { type SqsRecord, sqsBatch } from '../lib/runtime/sqs-batch.ts';
import { sqsClient, wire } from '../lib/runtime/wire.ts';
import { health, healthOfAll } from '../lib/stages/health.ts';

const env = parseEnv(healthEnv);
const wired = await wire(env);

const onProbes = sqsBatch<ProbeRequest>({
  ...wired,
  client: sqsClient(),
  queueUrl: env.PROBES_QUEUE_URL,
  parse: parseMessage(ProbeRequest),
  handle: (batch) => health(wired, batch),
});

/** From the queue: the clusters that somebody asks about. On a schedule: all of them. */
export const handler = async (event: { readonly Records?: readonly SqsRecord[] }) => {
  if (event.Records !== undefined) return onProbes({ Records: event.Records });
  await healthOfAll(wired);
  wired.metrics.flush();
  return undefined;
};
