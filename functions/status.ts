import { changeQueue } from '../lib/adapters/sqs/queues.ts';
import { parseEnv, statusEnv } from '../lib/model/env.ts';
import { OutcomeMessage } from '../lib/model/messages.ts';
import { parseMessage } from '../lib/runtime/parse-message.ts';
import { sqsBatch } from '../lib/runtime/sqs-batch.ts';
import { sqsClient, wire } from '../lib/runtime/wire.ts';
import { status } from '../lib/stages/status.ts';

const env = parseEnv(statusEnv);
const wired = await wire(env);
const client = sqsClient();
const ports = { ...wired, changes: changeQueue(client, env.CHANGES_QUEUE_URL) };

export const handler = sqsBatch<OutcomeMessage>({
  ...wired,
  client,
  queueUrl: env.OUTCOMES_QUEUE_URL,
  parse: parseMessage(OutcomeMessage),
  handle: (batch) => status(ports, batch),
});
