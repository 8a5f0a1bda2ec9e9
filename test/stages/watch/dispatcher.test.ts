import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../../lib/adapters/memory/clock.ts';
import { memoryLog, memoryMetrics } from '../../../lib/adapters/memory/log.ts';
import type { Change, ChangeMessage, Sweep } from '../../../lib/model/messages.ts';
import { WATCH_LAG_MS } from '../../../lib/model/metric-names.ts';
import { dispatcher } from '../../../lib/stages/watch/dispatcher.ts';

/** A dispatcher whose queue takes a while, or refuses, as the test says. */
function setUp({ takesMs = 10 }: { takesMs?: number } = {}) {
  const clock = virtualClock();
  const batches: string[][] = [];
  const state: { refusal: Error | undefined } = { refusal: undefined };
  const log = memoryLog();
  const metrics = memoryMetrics();
  const changes = {
    async send(messages: readonly ChangeMessage[]) {
      await clock.sleep(takesMs);
      if (state.refusal !== undefined) throw state.refusal;
      batches.push(
        messages.map((message) =>
          message.kind === 'object'
            ? [message.name, message.cluster, message.seenAtMs].filter(Boolean).join(' ')
            : `sweep ${message.namespace ?? message.type}${message.terminating ? ' !' : ''}`,
        ),
      );
    },
  };
  const out = dispatcher({ changes, clock, log, metrics });
  const change = (name: string, more: Partial<Change> = {}): Change => ({
    ...{ v: 1, kind: 'object', type: 'configmaps', namespace: 'shop', name },
    ...{ cause: 'edit', seenAtMs: 0, ...more },
  });
  return { clock, batches, state, log, metrics, out, change };
}

const SWEEP: Sweep = { v: 1, kind: 'sweep', type: '*', cause: 'cluster', seenAtMs: 0 };

describe('dispatcher', () => {
  it('sends the first message at once, and together what comes in meanwhile', async () => {
    const { out, change, clock, batches } = setUp();
    out.enqueue(change('a'));
    await clock.advance(1);
    for (const name of ['b', 'c', 'd']) out.enqueue(change(name));
    await clock.advance(30);

    expect(batches).toEqual([['a'], ['b', 'c', 'd']]);
  });

  it('sends the newest message about an object only', async () => {
    const { out, change, clock, batches } = setUp();
    out.enqueue(change('a', { seenAtMs: 1 }));
    out.enqueue(change('b', { seenAtMs: 2 }));
    out.enqueue(change('a', { seenAtMs: 3 }));
    await clock.advance(30);

    expect(batches).toEqual([['b 2', 'a 3']]);
  });

  it('keeps apart what is about different things', async () => {
    const { out, change, clock, batches } = setUp();
    const messages = [
      change('a'),
      change('a', { cluster: 'east' }),
      change('a', { cluster: 'west' }),
      change('a', { type: 'secrets' }),
      change('a', { namespace: 'till' }),
      SWEEP,
      { ...SWEEP, namespace: 'shop' },
      { ...SWEEP, namespace: 'shop', terminating: true },
    ];
    for (const message of [...messages, ...messages]) out.enqueue(message);
    await clock.advance(30);

    expect(batches[0]).toEqual([
      ...['a', 'a east', 'a west', 'a', 'a'],
      ...['sweep *', 'sweep shop', 'sweep shop !'],
    ]);
  });

  it('sends no more than eighty at once', async () => {
    const { out, change, clock, batches } = setUp();
    for (let n = 0; n < 200; n++) out.enqueue(change(`a${n}`));
    await clock.advance(100);

    expect(batches.map((batch) => batch.length)).toEqual([80, 80, 40]);
  });

  it('repeats what was refused until it is taken', async () => {
    const { out, change, clock, batches, state, log } = setUp();
    state.refusal = new Error('throttled');
    out.enqueue(change('a'));
    await clock.advance(1_000);
    expect(batches).toEqual([]);
    expect(log.entries[0]).toMatchObject({ message: 'changes not taken, trying again' });

    state.refusal = undefined;
    await clock.advance(300);
    expect(batches).toEqual([['a']]);
  });

  it('measures how far it is behind, by the oldest message of a batch', async () => {
    const { out, change, clock, metrics } = setUp();
    const nowMs = clock.nowMs();
    out.enqueue(change('a', { seenAtMs: nowMs }));
    out.enqueue(change('b', { seenAtMs: nowMs - 500 }));
    await clock.advance(30);

    expect(metrics.measurements).toEqual([
      { name: WATCH_LAG_MS, unit: 'milliseconds', value: 510, dimensions: {} },
    ]);
  });

  it('has flushed when all that was enqueued before has been taken', async () => {
    const { out, change, clock, state } = setUp();
    let flushed = 0;
    const flush = () =>
      void out.flushed().then(() => {
        flushed += 1;
      });
    flush();
    await clock.advance(0);
    expect(flushed).toBe(1);

    state.refusal = new Error('throttled');
    out.enqueue(change('a'));
    flush();
    await clock.advance(1_000);
    expect(flushed).toBe(1);
    state.refusal = undefined;
    await clock.advance(300);
    expect(flushed).toBe(2);
  });

  it('does not wait for what comes in later', async () => {
    const { out, change, clock } = setUp({ takesMs: 10 });
    let flushed = false;
    out.enqueue(change('a'));
    await clock.advance(1);
    out.enqueue(change('b'));
    void out.flushed().then(() => {
      flushed = true;
    });
    for (let n = 0; n < 10; n++) {
      out.enqueue(change(`c${n}`));
      await clock.advance(5);
    }

    expect(flushed).toBe(true);
  });

  it('starts again after it has run dry', async () => {
    const { out, change, clock, batches } = setUp();
    out.enqueue(change('a'));
    await clock.advance(100);
    out.enqueue(change('a'));
    await clock.advance(100);

    expect(batches).toEqual([['a'], ['a']]);
  });
});
