import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../../lib/adapters/memory/clock.ts';

describe('virtualClock', () => {
  it('stands still until it is told to advance', async () => {
    const clock = virtualClock(1000);

    expect(clock.nowMs()).toBe(1000);
    await clock.advance(250);
    expect(clock.nowMs()).toBe(1250);
  });

  it('wakes sleepers in the order of time, each at its own time', async () => {
    const clock = virtualClock(0);
    const woken: string[] = [];
    const sleeper = async (name: string, ms: number) => {
      await clock.sleep(ms);
      woken.push(`${name} at ${clock.nowMs()}`);
    };
    const all = Promise.all([
      sleeper('c', 30),
      sleeper('a', 10),
      sleeper('b', 20),
      sleeper('d', 30),
    ]);

    await clock.advance(30);
    await all;
    expect(woken).toEqual(['a at 10', 'b at 20', 'c at 30', 'd at 30']);
  });

  it('lets those who go to sleep again within the time wake again', async () => {
    const clock = virtualClock(0);
    const ticks: number[] = [];
    const tick = async () => {
      for (;;) {
        await clock.sleep(10);
        ticks.push(clock.nowMs());
      }
    };
    void tick();

    await clock.advance(35);
    expect(ticks).toEqual([10, 20, 30]);
    expect(clock.nowMs()).toBe(35);
    expect(clock.nextWakeMs()).toBe(40);
  });

  it('leaves asleep who has still to sleep', async () => {
    const clock = virtualClock(0);
    let isAwake = false;
    void clock.sleep(20).then(() => {
      isAwake = true;
    });

    await clock.advance(19);
    expect(isAwake).toBe(false);
    await clock.advance(1);
    expect(isAwake).toBe(true);
    expect(clock.nextWakeMs()).toBeUndefined();
  });

  it('wakes a sleeper early when its signal fires', async () => {
    const clock = virtualClock(0);
    const alarm = new AbortController();
    const sleep = clock.sleep(1000, alarm.signal);

    alarm.abort();
    await sleep;
    expect(clock.nowMs()).toBe(0);
    expect(clock.nextWakeMs()).toBeUndefined();
  });

  it.each([
    ['no time', 0, undefined],
    ['a signal that has fired', 1000, AbortSignal.abort()],
  ])('does not sleep with %s', async (_, ms, signal) => {
    const clock = virtualClock(0);

    await clock.sleep(ms, signal);
    expect(clock.nowMs()).toBe(0);
  });
});
