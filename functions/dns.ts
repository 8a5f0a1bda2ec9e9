import { recordQueue } from '../lib/adapters/sqs/queues.ts';
import { dnsEnv, parseEnv } from '../lib/model/env.ts';
import { RecordMessage } from '../lib/model/messages.ts';
import { loadBalancers } from '../lib/runtime/load-balancers.ts';
import { parseMessage } from '../lib/runtime/parse-message.ts';
import { sqsBatch } from '../lib/runtime/sqs-batch.ts';
import { sqsClient, wire } from '../lib/runtime/wire.ts';
import { dns } from '../lib/stages/dns.ts';

const env = parseEnv(dnsEnv);
const wired = await wire(env);
const client = sqsClient();
const records = recordQueue(client, env.RECORDS_QUEUE_URL);
const ports = { ...wired, records, loadBalancers: loadBalancers() };

export const handler = sqsBatch<RecordMessage>({
  ...wired,
  client,
  queueUrl: env.RECORDS_QUEUE_URL,
  parse: parseMessage(RecordMessage),
  handle: (batch) => dns(ports, batch),
});
