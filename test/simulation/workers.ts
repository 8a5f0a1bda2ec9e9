/** Invocations of the stages that read queues: the code that Lambda would run, from the batch to the answer. */
import type { SQSClient } from '@aws-sdk/client-sqs';
import { memoryMembers } from '../../lib/adapters/memory/members.ts';
import type { MemoryQueue, ReceivedMessage } from '../../lib/adapters/memory/queue.ts';
import { ChangeMessage, Job, OutcomeMessage, PreferenceMessage } from '../../lib/model/messages.ts';
import type { Cluster, Log, Metrics } from '../../lib/ports.ts';
import { parseMessage } from '../../lib/runtime/parse-message.ts';
import { type SqsBatchResponse, type SqsRecord, sqsBatch } from '../../lib/runtime/sqs-batch.ts';
import { federatedReader } from '../../lib/stages/apply/federated-reader.ts';
import { apply } from '../../lib/stages/apply.ts';
import { federationReader } from '../../lib/stages/federation.ts';
import { plan } from '../../lib/stages/plan.ts';
import { spread } from '../../lib/stages/spread.ts';
import { status } from '../../lib/stages/status.ts';
import { KUBEFED_NAMESPACE } from '../stages/objects.ts';
import { type Life, mortalClock, mortalCluster, mortalQueue, newLife } from './life.ts';
import type { Channel, Channels } from './queues.ts';
import { SILENT_METRICS } from './silent.ts';
import type { World } from './world.ts';

export function tracingLog(world: World, who: string): Log {
  return {
    debug: () => undefined,
    info: (message, fields) => world.trace(`${who}: ${message}`, fields),
    warn: (message, fields) => world.trace(`${who}: ${message}`, fields),
    error: (message, fields) => world.trace(`${who}: ${message}`, fields),
  };
}

/** What every invocation has in common; all of it dies with the process. */
export function commonPorts(world: World, life: Life, who: string) {
  const clock = mortalClock(life, world.clock);
  const host = mortalCluster(life, world.host);
  const members = new Map<string, Cluster>(
    [...world.members].map(([name, member]) => [name, mortalCluster(life, member)]),
  );
  return {
    clock,
    host,
    members: memoryMembers(members),
    log: tracingLog(world, who),
    metrics: SILENT_METRICS,
    federation: federationReader(host, KUBEFED_NAMESPACE, clock),
    kubefedNamespace: KUBEFED_NAMESPACE,
  };
}

type Handler = (event: { readonly Records: readonly SqsRecord[] }) => Promise<SqsBatchResponse>;

/** One process that serves batch after batch, and keeps what it has read. */
interface Worker {
  readonly life: Life;
  readonly handle: Handler;
  busy: boolean;
}

const WORKERS_PER_STAGE = 3;

/**
 * Starts the workers of every stage that reads a queue.
 *
 * @param each how many serve one queue
 */
export function startWorkers(world: World, channels: Channels, each = WORKERS_PER_STAGE): void {
  const { changes, jobs, outcomes, preferences } = channels;
  const inlets = (life: Life) => ({
    changes: mortalQueue(life, changes.inlet),
    jobs: mortalQueue(life, jobs.inlet),
    outcomes: mortalQueue(life, outcomes.inlet),
  });
  void serve(world, { channel: changes, workers: each }, (life) => {
    const ports = { ...commonPorts(world, life, 'plan'), ...inlets(life) };
    return batchHandler(ports, changes.queue, {
      parse: parseMessage(ChangeMessage),
      handle: (batch) => plan(ports, batch),
    });
  });
  void serve(world, { channel: jobs, workers: each }, (life) => {
    const common = commonPorts(world, life, 'apply');
    const ports = { ...common, ...inlets(life), federated: federatedReader(common.host) };
    return batchHandler(ports, jobs.queue, {
      parse: parseMessage(Job),
      handle: (batch) => apply(ports, batch),
    });
  });
  void serve(world, { channel: outcomes, workers: each }, (life) => {
    const ports = { ...commonPorts(world, life, 'status'), ...inlets(life) };
    return batchHandler(ports, outcomes.queue, {
      parse: parseMessage(OutcomeMessage),
      handle: (batch) => status(ports, batch),
    });
  });
  void serve(world, { channel: preferences, workers: each }, (life) => {
    const common = commonPorts(world, life, 'spread');
    const ports = { ...common, preferences: mortalQueue(life, preferences.inlet) };
    return batchHandler(ports, preferences.queue, {
      parse: parseMessage(PreferenceMessage),
      handle: (batch) => spread(ports, batch),
    });
  });
}

function batchHandler<M>(
  ports: { readonly log: Log; readonly metrics: Metrics },
  queue: MemoryQueue<M>,
  stage: Pick<Parameters<typeof sqsBatch<M>>[0], 'parse' | 'handle'>,
): Handler {
  const send = async ({ input }: { input: { ReceiptHandle: string; VisibilityTimeout: number } }) =>
    queue.changeVisibility(input.ReceiptHandle, input.VisibilityTimeout);
  // The one call of the client that is made.
  const client = { send } as unknown as SQSClient;
  return sqsBatch<M>({ ...ports, ...stage, client, queueUrl: '' });
}

async function serve<M>(
  world: World,
  { channel, workers: count }: { readonly channel: Channel<M>; readonly workers: number },
  start: (life: Life) => Handler,
): Promise<void> {
  const startWorker = (): Worker => {
    const life = newLife();
    return { life, handle: start(life), busy: false };
  };
  const workers = Array.from({ length: count }, startWorker);
  for (;;) {
    const index = workers.findIndex(({ busy }) => !busy);
    const worker = workers[index];
    const batch = worker === undefined ? [] : channel.queue.receive(world.random.between(1, 10));
    if (worker === undefined || batch.length === 0) {
      await channel.arrival();
      continue;
    }
    worker.busy = true;
    void invoke(world, channel, worker, batch).then((survived) => {
      if (survived) worker.busy = false;
      else workers[index] = startWorker();
      channel.poke();
    });
  }
}

/** @returns whether the process is still there afterwards */
async function invoke<M>(
  world: World,
  channel: Channel<M>,
  worker: Worker,
  batch: readonly ReceivedMessage<M>[],
): Promise<boolean> {
  const { clock, random, weather, trace } = world;
  if (random.chance(weather.crashes)) {
    void clock.sleep(random.between(1, 60)).then(() => worker.life.end());
  }
  await clock.sleep(random.between(1, 15));
  const died = new Promise<undefined>((resolve) => {
    if (!worker.life.alive) resolve(undefined);
    worker.life.signal.addEventListener('abort', () => resolve(undefined));
  });
  const answer = await Promise.race([worker.handle({ Records: batch.map(recordOf) }), died]);
  if (answer === undefined) {
    trace(`${channel.name}: a worker died with ${batch.length} messages`);
    return false;
  }
  // All its work is done, but nobody takes note.
  if (random.chance(weather.crashes)) {
    trace(`${channel.name}: ${batch.length} messages were not acknowledged`);
    return false;
  }
  const failed = new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  for (const { messageId, receiptHandle } of batch) {
    if (!failed.has(messageId)) channel.queue.delete(receiptHandle);
  }
  return true;
}

function recordOf(received: ReceivedMessage<unknown>): SqsRecord {
  return {
    messageId: received.messageId,
    receiptHandle: received.receiptHandle,
    body: JSON.stringify(received.message),
    attributes: {
      ApproximateReceiveCount: String(received.receiveCount),
      MessageGroupId: received.group,
    },
  };
}
