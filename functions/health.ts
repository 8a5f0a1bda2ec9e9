import { probeQueue } from '../lib/adapters/sqs/queues.ts';
import { healthEnv, parseEnv } from '../lib/model/env.ts';
import { ProbeMessage } from '../lib/model/messages.ts';
import { parseMessage } from '../lib/runtime/parse-message.ts';
import { type SqsRecord, sqsBatch } from '../lib/runtime/sqs-batch.ts';
import { sqsClient, wire } from '../lib/runtime/wire.ts';
import { health, healthTick } from '../lib/stages/health.ts';

const env = parseEnv(healthEnv);
const client = sqsClient();
const queueUrl = env.PROBES_QUEUE_URL;
const ports = { ...(await wire(env)), probes: probeQueue(client, queueUrl) };

const onProbes = sqsBatch<ProbeMessage>({
  ...ports,
  client,
  queueUrl,
  parse: parseMessage(ProbeMessage),
  handle: (batch) => health(ports, batch),
});

/** From the queue: the clusters that somebody asks about, or a round that is due. On a schedule: a tick. */
export const handler = async (event: { readonly Records?: readonly SqsRecord[] }) => {
  if (event.Records !== undefined) return onProbes({ Records: event.Records });
  await healthTick(ports);
  ports.metrics.flush();
  return undefined;
};
