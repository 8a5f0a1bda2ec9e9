import { recordQueue, zoneQueue } from '../lib/adapters/sqs/queues.ts';
import { parseEnv, zoneEnv } from '../lib/model/env.ts';
import { ZonePass } from '../lib/model/messages.ts';
import { systemClock } from '../lib/runtime/clock.ts';
import { hostedZones } from '../lib/runtime/hosted-zones.ts';
import { parseMessage } from '../lib/runtime/parse-message.ts';
import { type SqsRecord, sqsBatch } from '../lib/runtime/sqs-batch.ts';
import { sqsClient, wire } from '../lib/runtime/wire.ts';
import { auditZones, zoneStage } from '../lib/stages/zone.ts';

const env = parseEnv(zoneEnv);
const wired = await wire(env);
const client = sqsClient();
const queue = zoneQueue(client, env.ZONES_QUEUE_URL);
const zoneIds = env.HOSTED_ZONES.map(({ id }) => id);

const onBatch = sqsBatch<ZonePass>({
  ...wired,
  client,
  queueUrl: env.ZONES_QUEUE_URL,
  parse: parseMessage(ZonePass),
  handle: zoneStage({
    ...wired,
    zones: hostedZones(env.HOSTED_ZONES),
    records: recordQueue(client, env.RECORDS_QUEUE_URL),
    zoneIds,
    ownerId: env.DNS_OWNER_ID,
  }),
});

/** By its queue, or once a day on a schedule: then every zone is to be audited. */
export const handler = async (event: { readonly Records?: readonly SqsRecord[] }) =>
  event.Records === undefined
    ? auditZones(queue, zoneIds, systemClock)
    : onBatch({ Records: event.Records });
