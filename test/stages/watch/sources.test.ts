import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../../lib/adapters/memory/clock.ts';
import { type MemoryCluster, memoryCluster } from '../../../lib/adapters/memory/cluster.ts';
import type { Resource } from '../../../lib/model/resource.ts';
import { CONFIG_MAPS, SECRETS } from '../../../lib/model/resources.ts';
import type { Checkpoint } from '../../../lib/stages/watch/lease.ts';
import { type Source, sources } from '../../../lib/stages/watch/sources.ts';

function setUp(checkpoint: Checkpoint = {}) {
  const clock = virtualClock();
  const cluster = memoryCluster({ clock });
  const heard: string[] = [];
  const running = sources(clock, checkpoint, (source, error) =>
    heard.push(`${source.resource.plural}: ${error.kind}`),
  );
  const source = (resource: Resource, of: MemoryCluster = cluster): Source => ({
    ...{ clusterName: 'east', cluster: of, resource, options: {} },
    onEvent: ({ type }) => heard.push(`${resource.plural}: ${type}`),
    onList: (items) => heard.push(`${resource.plural}: LIST ${items.length}`),
  });
  const create = (resource: Resource, name: string, of = cluster) =>
    of.create(resource, { metadata: { namespace: 'a', name } });
  return { clock, cluster, running, source, create, take: () => heard.splice(0) };
}

describe('sources', () => {
  it('starts what is new and leaves the others running', async () => {
    const { running, source, clock, create, take } = setUp();
    running.set([source(CONFIG_MAPS)]);
    await clock.advance(1);
    running.set([source(CONFIG_MAPS), source(SECRETS)]);
    await clock.advance(1);
    await create(CONFIG_MAPS, 'x');
    await create(SECRETS, 'x');
    await clock.advance(1);

    expect(take()).toEqual([
      ...['configmaps: LIST 0', 'secrets: LIST 0'],
      ...['configmaps: ADDED', 'secrets: ADDED'],
    ]);
  });

  it('stops what is not wanted any more, and lists it first when it is wanted again', async () => {
    const { running, source, clock, create, take } = setUp();
    running.set([source(CONFIG_MAPS)]);
    await clock.advance(1);
    running.set([]);
    expect(running.positions()).toEqual({});
    await create(CONFIG_MAPS, 'x');
    await clock.advance(1);
    running.set([source(CONFIG_MAPS)]);
    await clock.advance(1);

    expect(take()).toEqual(['configmaps: LIST 0', 'configmaps: LIST 1']);
  });

  it('lists first in another cluster of the same name', async () => {
    const { running, source, clock, create, take } = setUp({ 'east/configmaps.': '1' });
    running.set([source(CONFIG_MAPS)]);
    await clock.advance(2_000);
    const other = memoryCluster({ clock });
    await create(CONFIG_MAPS, 'x', other);
    running.set([source(CONFIG_MAPS, other)]);
    await clock.advance(1);

    expect(take()).toEqual(['configmaps: LIST 1']);
  });

  it('starts from the checkpoint, and knows where every watch stands', async () => {
    const { running, source, clock, create, cluster, take } = setUp({
      ...{ 'east/configmaps.': '1', 'west/secrets.': '7' },
    });
    await create(CONFIG_MAPS, 'x');
    running.set([source(CONFIG_MAPS)]);
    await clock.advance(1);

    expect(take()).toEqual(['configmaps: ADDED']);
    expect(cluster.calls.list).toBe(0);
    // West could not be reached so far: where its watch stood is not forgotten.
    expect(running.positions()).toEqual({ 'east/configmaps.': '2', 'west/secrets.': '7' });
  });

  it('keeps the old position of a watch that has to list again', async () => {
    const { running, source, clock, cluster } = setUp({ 'east/configmaps.': '1' });
    await cluster.create(CONFIG_MAPS, { metadata: { namespace: 'a', name: 'x' } });
    cluster.compact();
    cluster.fail = ({ verb }) =>
      verb === 'list' ? { kind: 'Throttled', message: 'no' } : undefined;
    running.set([source(CONFIG_MAPS)]);
    await clock.advance(1_000);

    expect(running.positions()).toEqual({ 'east/configmaps.': '1' });
  });

  it('has settled when every watch of a cluster was answered, well or badly', async () => {
    const { running, source, clock, cluster, take } = setUp();
    cluster.fail = async ({ resource }) => {
      await clock.sleep(500);
      return resource?.kind === 'Secret' ? { kind: 'Forbidden', message: 'no' } : undefined;
    };
    running.set([source(CONFIG_MAPS), source(SECRETS)]);
    let settled = false;
    void running.settled('east').then(() => {
      settled = true;
    });
    await running.settled('west');
    await clock.advance(400);
    expect(settled).toBe(false);
    await clock.advance(200);
    expect(settled).toBe(true);
    expect(take()).toContain('secrets: Forbidden');
  });

  it('stops all', async () => {
    const { running, source, clock, create, take } = setUp();
    running.set([source(CONFIG_MAPS), source(SECRETS)]);
    await clock.advance(1);
    await running.stop();
    take();
    await create(CONFIG_MAPS, 'x');
    await clock.advance(10_000);

    expect(take()).toEqual([]);
  });
});
