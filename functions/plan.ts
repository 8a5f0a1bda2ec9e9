import { changeQueue, jobQueue, outcomeQueue } from '../lib/adapters/sqs/queues.ts';
import { parseEnv, planEnv } from '../lib/model/env.ts';
import { ChangeMessage } from '../lib/model/messages.ts';
import { parseMessage } from '../lib/runtime/parse-message.ts';
import { sqsBatch } from '../lib/runtime/sqs-batch.ts';
import { sqsClient, wire } from '../lib/runtime/wire.ts';
import { plan } from '../lib/stages/plan.ts';

const env = parseEnv(planEnv);
const wired = await wire(env);
const client = sqsClient();
const ports = {
  ...wired,
  changes: changeQueue(client, env.CHANGES_QUEUE_URL),
  jobs: jobQueue(client, env.JOBS_QUEUE_URL),
  outcomes: outcomeQueue(client, env.OUTCOMES_QUEUE_URL),
};

export const handler = sqsBatch<ChangeMessage>({
  ...wired,
  client,
  queueUrl: env.CHANGES_QUEUE_URL,
  parse: parseMessage(ChangeMessage),
  handle: (batch) => plan(ports, batch),
});
