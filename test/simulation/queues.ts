/** The queues between the stages: slow, and not always honest about what they took. */
import { type MemoryQueue, memoryQueue } from '../../lib/adapters/memory/queue.ts';
import { jobGroup, objectGroup } from '../../lib/adapters/sqs/queues.ts';
import type {
  ChangeMessage,
  Job,
  OutcomeMessage,
  PreferenceMessage,
} from '../../lib/model/messages.ts';
import type { Queue } from '../../lib/ports.ts';
import type { World } from './world.ts';

export interface Channel<M> {
  readonly name: string;
  readonly queue: MemoryQueue<M>;
  /** what stages send to */
  readonly inlet: Queue<M>;
  /** resolves when there may be something to receive */
  arrival(): Promise<void>;
  /** Somebody who waits has a look again. */
  poke(): void;
}

export interface Channels {
  readonly changes: Channel<ChangeMessage>;
  readonly jobs: Channel<Job>;
  readonly outcomes: Channel<OutcomeMessage>;
  readonly preferences: Channel<PreferenceMessage>;
  /** messages that were put aside after too many tries */
  deadLetters(): number;
}

const POKED = Symbol('poked');
const VISIBILITY_SECONDS = 30;

export function newChannels(world: World): Channels {
  let dead = 0;
  const deadLetterQueue: Queue<unknown> = {
    async send(messages) {
      dead += messages.length;
      for (const message of messages) world.trace('dead letter', message);
    },
  };

  function channel<M>(
    name: string,
    groupOf: (message: M) => string,
    maxReceiveCount: number,
  ): Channel<M> {
    const queue = memoryQueue<M>({
      ...{ clock: world.clock, groupOf, maxReceiveCount, deadLetterQueue },
      visibilityTimeoutSeconds: VISIBILITY_SECONDS,
    });
    return channelOf(world, name, queue);
  }

  return {
    changes: channel<ChangeMessage>(
      'changes',
      (message) =>
        objectGroup(
          message.kind === 'object' ? message : { ...message, type: `sweep:${message.type}` },
        ),
      8,
    ),
    jobs: channel<Job>('jobs', jobGroup, 10),
    outcomes: channel<OutcomeMessage>('outcomes', objectGroup, 8),
    preferences: channel<PreferenceMessage>(
      'preferences',
      (message) => (message.kind === 'all' ? 'all' : `${message.namespace}/${message.name}`),
      8,
    ),
    deadLetters: () => dead,
  };
}

function channelOf<M>(world: World, name: string, queue: MemoryQueue<M>): Channel<M> {
  const { clock, random, weather } = world;
  let waiting = new AbortController();

  function poke(): void {
    // With a reason, for to make up one is the most expensive part of it.
    waiting.abort(POKED);
    waiting = new AbortController();
  }

  async function take(messages: readonly M[]): Promise<void> {
    await queue.send(messages);
    poke();
  }

  return {
    name,
    queue,
    poke,
    arrival() {
      const nextMs = queue.nextVisibleAtMs();
      return clock.sleep(
        nextMs === undefined ? 3_600_000 : nextMs - clock.nowMs() + 1,
        waiting.signal,
      );
    },
    inlet: {
      async send(messages) {
        if (messages.length === 0) return;
        await clock.sleep(random.between(1, 10));
        if (!random.chance(weather.faults)) return take(messages);
        // Refused, taken in part, taken without an answer, or taken twice.
        const outcome = random.pick(['refused', 'part', 'unanswered', 'twice'] as const);
        if (outcome === 'part') await take(messages.slice(0, random.between(0, messages.length)));
        if (outcome === 'unanswered' || outcome === 'twice') await take(messages);
        if (outcome === 'twice') return take(messages);
        throw new Error(`simulated: ${outcome}`);
      },
    },
  };
}
