import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../../lib/adapters/memory/clock.ts';
import { type MemoryQueueOptions, memoryQueue } from '../../../lib/adapters/memory/queue.ts';

interface Note {
  readonly group: string;
  readonly text: string;
}

const note = (group: string, text: string): Note => ({ group, text });

function setUp(options: Partial<MemoryQueueOptions<Note>> = {}) {
  const clock = virtualClock(0);
  const queue = memoryQueue<Note>({
    clock,
    groupOf: (message) => message.group,
    visibilityTimeoutSeconds: 30,
    ...options,
  });
  const receive = (max = 10) => queue.receive(max);
  const texts = (max = 10) => receive(max).map(({ message }) => message.text);
  const handle = (received: { receiptHandle: string } | undefined) => received?.receiptHandle ?? '';
  return { clock, queue, receive, texts, handle };
}

describe('memoryQueue', () => {
  it('gives messages in order, several of a group in one go', async () => {
    const { queue, texts } = setUp();
    await queue.send([note('a', 'a1'), note('b', 'b1'), note('a', 'a2')]);

    expect(texts()).toEqual(['a1', 'b1', 'a2']);
  });

  it('gives copies', async () => {
    const { queue, receive } = setUp();
    const sent = { group: 'a', text: 'before' };
    await queue.send([sent]);
    sent.text = 'after';

    expect(receive()[0]?.message).toEqual(note('a', 'before'));
  });

  it('gives ten at most', async () => {
    const { queue, texts } = setUp();
    await queue.send(Array.from({ length: 12 }, (_, i) => note(`g${i}`, `m${i}`)));

    expect(texts(100)).toHaveLength(10);
    expect(texts(1)).toEqual(['m10']);
  });

  it('locks a group while one of its messages is in flight', async () => {
    const { queue, receive, texts, handle } = setUp();
    await queue.send([note('a', 'a1'), note('a', 'a2'), note('b', 'b1')]);
    const [first] = receive(1);

    expect(texts()).toEqual(['b1']);
    expect(queue.delete(handle(first))).toBe(true);
    expect(texts()).toEqual(['a2']);
  });

  it('gives again, first and in order, what was not deleted in time', async () => {
    const { clock, queue, receive, handle } = setUp();
    await queue.send([note('a', 'a1'), note('a', 'a2')]);
    const [, second] = receive();
    await queue.send([note('a', 'a3')]);

    await clock.advance(29_999);
    expect(receive()).toEqual([]);
    await clock.advance(1);
    expect(queue.delete(handle(second))).toBe(false);
    expect(receive().map(({ message, receiveCount }) => `${message.text} ${receiveCount}`)).toEqual(
      ['a1 2', 'a2 2', 'a3 1'],
    );
  });

  it('keeps a group locked until all of its messages in flight are done', async () => {
    const { queue, receive, handle } = setUp();
    await queue.send([note('a', 'a1'), note('a', 'a2')]);
    const [first, second] = receive();

    queue.changeVisibility(handle(first), 0);
    expect(receive()).toEqual([]);
    queue.delete(handle(second));
    expect(receive().map(({ message }) => message.text)).toEqual(['a1']);
  });

  it('delays a message as long as its visibility is changed to', async () => {
    const { clock, queue, receive, texts, handle } = setUp();
    await queue.send([note('a', 'a1'), note('b', 'b1')]);
    const [first] = receive(1);

    expect(queue.changeVisibility(handle(first), 900)).toBe(true);
    expect(queue.nextVisibleAtMs()).toBe(900_000);
    await clock.advance(899_999);
    expect(texts()).toEqual(['b1']);
    await clock.advance(1);
    expect(texts(1)).toEqual(['a1']);
  });

  it('refuses handles that are unknown or old', async () => {
    const { clock, queue, receive, handle } = setUp();
    await queue.send([note('a', 'a1')]);
    const [first] = receive();
    await clock.advance(30_000);
    receive();

    expect(queue.delete(handle(first))).toBe(false);
    expect(queue.changeVisibility(handle(first), 0)).toBe(false);
    expect(queue.delete('')).toBe(false);
    expect(queue.messages()).toHaveLength(1);
  });

  it('swallows a repeated deduplication id for five minutes, even after a delete', async () => {
    const { clock, queue, receive, texts, handle } = setUp({
      deduplicationIdOf: (message) => message.text,
    });
    await queue.send([note('a', 'same'), note('b', 'same'), note('a', 'other')]);
    for (const received of receive()) queue.delete(handle(received));

    await clock.advance(299_999);
    await queue.send([note('a', 'same')]);
    expect(texts()).toEqual([]);
    await clock.advance(1);
    await queue.send([note('a', 'same')]);
    expect(texts()).toEqual(['same']);
  });

  it('takes every message when there are no deduplication ids', async () => {
    const { queue, texts } = setUp();
    await queue.send([note('a', 'same'), note('a', 'same')]);

    expect(texts()).toEqual(['same', 'same']);
  });

  it('moves what was received too often to the dead-letter queue and goes on', async () => {
    const dead = setUp();
    const { clock, queue, texts } = setUp({ maxReceiveCount: 2, deadLetterQueue: dead.queue });
    await queue.send([note('a', 'bad')]);
    for (let attempt = 0; attempt < 2; attempt++) {
      expect(texts()).toEqual(['bad']);
      await clock.advance(30_000);
    }
    await queue.send([note('a', 'good')]);

    expect(texts()).toEqual(['good']);
    expect(queue.messages()).toEqual([note('a', 'good')]);
    expect(dead.texts()).toEqual(['bad']);
  });

  it('tells its depth', async () => {
    const { queue, receive } = setUp();
    await queue.send([note('a', 'a1'), note('a', 'a2'), note('b', 'b1')]);
    receive(1);

    expect(queue.depth()).toEqual({ visible: 2, inFlight: 1 });
    expect(setUp().queue.nextVisibleAtMs()).toBeUndefined();
  });
});
