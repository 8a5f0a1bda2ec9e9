import {
  changeQueue,
  preferenceQueue,
  recordQueue,
  zoneQueue,
} from '../lib/adapters/sqs/queues.ts';
import { parseEnv, sweepEnv } from '../lib/model/env.ts';
import { systemClock } from '../lib/runtime/clock.ts';
import { sqsClient } from '../lib/runtime/wire.ts';
import { sweepEverything, sweepPreferences, sweepRecords } from '../lib/stages/sweep.ts';
import { passAll } from '../lib/stages/zone.ts';

const env = parseEnv(sweepEnv);
const client = sqsClient();
const changes = changeQueue(client, env.CHANGES_QUEUE_URL);
const preferences = preferenceQueue(client, env.PREFERENCES_QUEUE_URL);
const recordsUrl = env.RECORDS_QUEUE_URL;
const records = recordsUrl === undefined ? undefined : recordQueue(client, recordsUrl);
const zonesUrl = env.ZONES_QUEUE_URL;
const zones = zonesUrl === undefined ? undefined : zoneQueue(client, zonesUrl);
const zoneIds = (env.HOSTED_ZONES ?? []).map(({ id }) => id);

/** On a schedule: every key again. The plan stage finds out which keys there are, dns and spread which records and preferences. */
export const handler = async () => {
  await Promise.all([
    changes.send([sweepEverything(systemClock)]),
    records?.send([sweepRecords(systemClock)]),
    preferences.send([sweepPreferences(systemClock)]),
    zones?.send(passAll(zoneIds, systemClock)),
  ]);
};
