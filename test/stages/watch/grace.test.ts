import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../../lib/adapters/memory/clock.ts';
import { grace } from '../../../lib/stages/watch/grace.ts';

function setUp() {
  const clock = virtualClock();
  const startMs = clock.nowMs();
  const judged: string[] = [];
  const room = grace<string>(clock, { graceMs: 2_000, longestMs: 10_000 }, (id, item, how) =>
    judged.push(`${id} ${item} ${how.atMs - startMs}${how.early ? ' early' : ''}`),
  );
  return { clock, judged, room };
}

describe('grace', () => {
  it('judges each thing when its own time is up', async () => {
    const { clock, judged, room } = setUp();
    room.put('a', 'x');
    await clock.advance(500);
    room.put('b', 'x');
    await clock.advance(1_500);
    expect(judged).toEqual(['a x 0']);
    await clock.advance(500);
    expect(judged).toEqual(['a x 0', 'b x 500']);
  });

  it('gives a thing that is put again its time again, but not for ever', async () => {
    const { clock, judged, room } = setUp();
    for (let n = 0; n < 12; n++) {
      room.put('a', `x${n}`);
      await clock.advance(1_000);
    }

    expect(judged).toEqual(['a x9 9000']);
    expect(room.get('a')).toBe('x11');
  });

  it('forgets what is dropped', async () => {
    const { clock, judged, room } = setUp();
    room.put('a', 'x');
    room.drop('a');
    await clock.advance(5_000);

    expect(judged).toEqual([]);
    expect(room.get('a')).toBeUndefined();
  });

  it('judges everything at once when told to, and goes on', async () => {
    const { clock, judged, room } = setUp();
    room.put('a', 'x');
    room.put('b', 'x');
    room.judgeNow();
    expect(judged).toEqual(['a x 0 early', 'b x 0 early']);

    room.put('c', 'x');
    await clock.advance(2_000);
    expect(judged.at(-1)).toBe('c x 0');
  });

  it('has settled when what was put before has been judged, whatever is put later', async () => {
    const { clock, room } = setUp();
    const settled: string[] = [];
    const settle = (name: string) => void room.settled().then(() => settled.push(name));
    settle('empty');
    room.put('a', 'x');
    settle('judged');
    await clock.advance(1_000);
    expect(settled).toEqual(['empty']);
    for (let n = 0; n < 5; n++) {
      room.put(`b${n}`, 'x');
      await clock.advance(400);
    }

    expect(settled).toEqual(['empty', 'judged']);
  });

  it('has settled when all has been judged early', async () => {
    const { clock, room } = setUp();
    let settled = false;
    room.put('a', 'x');
    void room.settled().then(() => {
      settled = true;
    });
    room.judgeNow();
    await clock.advance(0);

    expect(settled).toBe(true);
  });
});
