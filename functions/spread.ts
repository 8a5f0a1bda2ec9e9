import { preferenceQueue } from '../lib/adapters/sqs/queues.ts';
import { parseEnv, spreadEnv } from '../lib/model/env.ts';
import { PreferenceMessage } from '../lib/model/messages.ts';
import { parseMessage } from '../lib/runtime/parse-message.ts';
import { sqsBatch } from '../lib/runtime/sqs-batch.ts';
import { sqsClient, wire } from '../lib/runtime/wire.ts';
import { spread } from '../lib/stages/spread.ts';

const env = parseEnv(spreadEnv);
const wired = await wire(env);
const client = sqsClient();
const ports = { ...wired, preferences: preferenceQueue(client, env.PREFERENCES_QUEUE_URL) };

export const handler = sqsBatch<PreferenceMessage>({
  ...wired,
  client,
  queueUrl: env.PREFERENCES_QUEUE_URL,
  parse: parseMessage(PreferenceMessage),
  handle: (batch) => spread(ports, batch),
});
