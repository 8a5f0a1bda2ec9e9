import { changeQueue } from '../lib/adapters/sqs/queues.ts';
import { parseEnv, sweepEnv } from '../lib/model/env.ts';
import { systemClock } from '../lib/runtime/clock.ts';
import { sqsClient } from '../lib/runtime/wire.ts';
import { sweepEverything } from '../lib/stages/sweep.ts';

const env = parseEnv(sweepEnv);
const changes = changeQueue(sqsClient(), env.CHANGES_QUEUE_URL);

/** On a schedule: every key again. The plan stage finds out which keys there are. */
export const handler = () => changes.send([sweepEverything(systemClock)]);
