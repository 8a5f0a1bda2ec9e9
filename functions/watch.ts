import {
  changeQueue,
  outcomeQueue,
  preferenceQueue,
  probeQueue,
  recordQueue,
  zoneQueue,
} from '../lib/adapters/sqs/queues.ts';
import { parseEnv, watchEnv } from '../lib/model/env.ts';
import { sqsClient, wire } from '../lib/runtime/wire.ts';
import { watch } from '../lib/stages/watch.ts';

const env = parseEnv(watchEnv);
const wired = await wire(env);
const client = sqsClient();
const zonesUrl = env.ZONES_QUEUE_URL;
const zoneIds = (env.HOSTED_ZONES ?? []).map(({ id }) => id);
const recordsUrl = env.RECORDS_QUEUE_URL;
const ports = {
  ...wired,
  changes: changeQueue(client, env.CHANGES_QUEUE_URL),
  statuses: outcomeQueue(client, env.OUTCOMES_QUEUE_URL),
  probes: probeQueue(client, env.PROBES_QUEUE_URL),
  preferences: preferenceQueue(client, env.PREFERENCES_QUEUE_URL),
  ...(recordsUrl === undefined ? {} : { records: recordQueue(client, recordsUrl) }),
  ...(zonesUrl === undefined
    ? {}
    : { zones: { queue: zoneQueue(client, zonesUrl), ids: zoneIds } }),
};

/** On a schedule, once a minute: holds the watches unless another invocation does. */
export const handler = async (_event: unknown, context: { readonly awsRequestId: string }) => {
  const holdMs = env.HOLD_SECONDS * 1000;
  const ended = await watch(ports, { holder: context.awsRequestId, holdMs });
  wired.log.info('watch ended', { ended });
  wired.metrics.flush();
};
