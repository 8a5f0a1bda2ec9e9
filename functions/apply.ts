import { outcomeQueue } from '../lib/adapters/sqs/queues.ts';
import { applyEnv, parseEnv } from '../lib/model/env.ts';
import { Job } from '../lib/model/messages.ts';
import { parseMessage } from '../lib/runtime/parse-message.ts';
import { sqsBatch } from '../lib/runtime/sqs-batch.ts';
import { sqsClient, wire } from '../lib/runtime/wire.ts';
import { federatedReader } from '../lib/stages/apply/federated-reader.ts';
import { apply } from '../lib/stages/apply.ts';

const env = parseEnv(applyEnv);
const wired = await wire(env);
const client = sqsClient();
const ports = {
  ...wired,
  federated: federatedReader(wired.host),
  outcomes: outcomeQueue(client, env.OUTCOMES_QUEUE_URL),
};

export const handler = sqsBatch<Job>({
  ...wired,
  client,
  queueUrl: env.JOBS_QUEUE_URL,
  parse: parseMessage(Job),
  handle: (batch) => apply(ports, batch),
});
