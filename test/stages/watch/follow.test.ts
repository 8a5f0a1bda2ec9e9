import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../../lib/adapters/memory/clock.ts';
import { memoryCluster } from '../../../lib/adapters/memory/cluster.ts';
import { type JsonObject, stringAt } from '../../../lib/model/json.ts';
import { CONFIG_MAPS } from '../../../lib/model/resources.ts';
import type { ApiError } from '../../../lib/ports.ts';
import { type Followed, follow } from '../../../lib/stages/watch/follow.ts';

const BROKEN: ApiError = { kind: 'Unreachable', message: 'connection reset' };

function setUp(options: Partial<Followed> = {}) {
  const clock = virtualClock();
  const cluster = memoryCluster({ clock });
  const stopping = new AbortController();
  const heard: string[] = [];
  const errors: ApiError[] = [];
  const nameOf = (object: JsonObject) => stringAt(object, 'metadata', 'name');
  const start = () =>
    follow(
      {
        ...{ cluster, resource: CONFIG_MAPS, options: {} },
        onEvent: ({ type, object }) => heard.push(`${type} ${nameOf(object)}`),
        onList: (items, missed) =>
          heard.push(`LIST${missed ? ' after a gap' : ''} ${items.map(nameOf).join(' ')}`.trim()),
        onSettled: (error) =>
          heard.push(error === undefined ? 'settled' : `settled: ${error.kind}`),
        onError: (error) => errors.push(error),
        ...options,
      },
      clock,
      stopping.signal,
    );
  const create = (name: string) =>
    cluster.create(CONFIG_MAPS, { metadata: { namespace: 'a', name } });
  const take = () => heard.splice(0);
  return { clock, cluster, stopping, errors, start, create, take };
}

describe('follow', () => {
  it('lists what is there, then hands over what happens', async () => {
    const { start, create, clock, cluster, take } = setUp();
    await create('x');
    const follower = start();
    expect(follower.position()).toBeUndefined();
    await clock.advance(1);
    expect(take()).toEqual(['LIST x', 'settled']);

    await create('y');
    await cluster.delete(CONFIG_MAPS, { namespace: 'a', name: 'x' });
    await clock.advance(1);
    expect(take()).toEqual(['ADDED y', 'DELETED x']);
    expect(cluster.calls.list).toBe(1);
  });

  it('starts from where an earlier watch stopped', async () => {
    const first = setUp();
    await first.create('x');
    const follower = first.start();
    await first.clock.advance(1);
    const from = follower.position() ?? '';
    first.stopping.abort();
    await follower.done;
    await first.create('y');

    const heard: string[] = [];
    follow(
      {
        ...{ cluster: first.cluster, resource: CONFIG_MAPS, options: {}, from },
        onEvent: ({ object }) => heard.push(String(stringAt(object, 'metadata', 'name'))),
        onList: () => heard.push('LIST'),
      },
      first.clock,
      new AbortController().signal,
    );
    await first.clock.advance(1);
    expect(heard).toEqual(['y']);
  });

  it('moves on with events and with bookmarks, which are not handed over', async () => {
    const { start, create, clock, cluster, take } = setUp();
    const follower = start();
    await clock.advance(1);
    const created = await create('x');
    await clock.advance(1);
    expect(follower.position()).toBe(
      created.ok && stringAt(created.value, 'metadata', 'resourceVersion'),
    );

    const before = follower.position();
    cluster.seed(
      { ...CONFIG_MAPS, plural: 'secrets', kind: 'Secret' },
      { metadata: { name: 'z' } },
    );
    cluster.bookmark();
    await clock.advance(1);
    expect(Number(follower.position())).toBeGreaterThan(Number(before));
    expect(take()).toEqual(['LIST', 'settled', 'ADDED x']);
  });

  it('takes a watch for accepted that has been open for a while', async () => {
    const { start, clock, take } = setUp({ from: '1' });
    start();
    await clock.advance(999);
    expect(take()).toEqual([]);
    await clock.advance(1);
    expect(take()).toEqual(['settled']);
  });

  it('lists again after Gone, and says that events are missing', async () => {
    const { start, create, clock, cluster, errors, take } = setUp();
    start();
    await clock.advance(1);
    await create('x');
    await clock.advance(1);
    cluster.fail = ({ verb }) => (verb === 'watch' ? BROKEN : undefined);
    cluster.endWatches();
    await clock.advance(1);
    await create('y');
    await cluster.delete(CONFIG_MAPS, { namespace: 'a', name: 'x' });
    cluster.compact();
    cluster.fail = undefined;
    take();
    await clock.advance(1_000);

    expect(take()).toEqual(['LIST after a gap y']);
    expect(errors).toEqual([BROKEN]);
    await create('z');
    await clock.advance(1);
    expect(take()).toEqual(['ADDED z']);
  });

  it('goes on from where it was when the server ends the stream', async () => {
    const { start, create, clock, cluster, take } = setUp();
    start();
    await clock.advance(1);
    cluster.endWatches();
    await create('x');
    await clock.advance(1);

    expect(take()).toEqual(['LIST', 'settled', 'ADDED x']);
    expect(cluster.calls).toMatchObject({ list: 1, watch: 2 });
  });

  it('asks for a stream anew when its time is up', async () => {
    const { start, create, clock, cluster, take } = setUp();
    start();
    await clock.advance(290_001);
    await create('x');
    await clock.advance(1);

    expect(take()).toEqual(['LIST', 'settled', 'ADDED x']);
    expect(cluster.calls).toMatchObject({ list: 1, watch: 2 });
  });

  it('goes on through a restart of the server, at first soon, then every five seconds', async () => {
    const { start, create, clock, cluster, errors, take } = setUp();
    start();
    await clock.advance(1);
    cluster.down = true;
    await clock.advance(60_000);
    const tries = cluster.calls.watch;
    expect(tries).toBeGreaterThan(15);
    expect(tries).toBeLessThan(25);
    expect(errors).toHaveLength(tries);
    cluster.down = false;
    await create('x');
    await clock.advance(5_000);

    expect(take()).toEqual(['LIST', 'settled', 'ADDED x']);
    expect(cluster.calls.list).toBe(1);
  });

  it('tells once that the first list was refused, and tries on', async () => {
    const { start, create, clock, cluster, take } = setUp();
    cluster.fail = () => BROKEN;
    start();
    await clock.advance(150);
    cluster.fail = undefined;
    await create('x');
    await clock.advance(500);

    expect(take()).toEqual(['settled: Unreachable', 'LIST x']);
  });

  it.each([
    [2, 2_000],
    [86_400, 30_000],
  ])('does not come back before the %i seconds that Retry-After asked for', async (...given) => {
    const [retryAfterSeconds, pauseMs] = given;
    const { cluster, clock, start } = setUp();
    cluster.fail = () => ({ kind: 'Throttled', message: 'too many requests', retryAfterSeconds });
    start();
    await clock.advance(pauseMs - 1);
    expect(cluster.calls.list).toBe(1);
    await clock.advance(1);

    expect(cluster.calls.list).toBe(2);
  });

  it('begins with short pauses again after a stream that held', async () => {
    const { start, clock, cluster } = setUp();
    start();
    await clock.advance(1);
    cluster.down = true;
    await clock.advance(30_000);
    cluster.down = false;
    await clock.advance(30_000);
    const before = cluster.calls.watch;
    cluster.endWatches(BROKEN);
    await clock.advance(150);

    expect(cluster.calls.watch).toBe(before + 1);
  });

  it('hands nothing over once it has been stopped', async () => {
    const { start, create, clock, stopping, take } = setUp();
    const follower = start();
    await clock.advance(1);
    take();
    await create('x');
    stopping.abort();
    await follower.done;
    await create('y');
    await clock.advance(10_000);

    expect(take()).toEqual([]);
  });

  it('takes no list that arrives after it has been stopped', async () => {
    const { start, clock, cluster, stopping, take } = setUp();
    cluster.fail = async () => {
      await clock.sleep(1_000);
      return undefined;
    };
    const follower = start();
    await clock.advance(500);
    stopping.abort();
    await clock.advance(1_000);
    await follower.done;

    expect(take()).toEqual([]);
    expect(follower.position()).toBeUndefined();
  });
});
