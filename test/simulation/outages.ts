/** Clusters that fail or lose their memory, and streams that break. */
import type { MemoryCluster } from '../../lib/adapters/memory/cluster.ts';
import { drift } from './member-acts.ts';
import type { World } from './world.ts';

function anyCluster({ host, members, random }: World): MemoryCluster {
  return random.pick([host, ...members.values()]);
}

export async function outage(world: World): Promise<void> {
  const cluster = anyCluster(world);
  const ms = cluster === world.host ? world.random.between(1, 20) : world.random.between(1, 90);
  world.trace(`down for ${ms} s: ${cluster === world.host ? 'host' : 'a member'}`);
  cluster.down = true;
  await world.clock.sleep(ms * 1000);
  cluster.down = [...world.lost].some((name) => world.members.get(name) === cluster);
}

/** Meanwhile others go on in there; what they do may be forgotten by the time that we look again. */
export async function cutOff(world: World): Promise<void> {
  const { random, members, clock } = world;
  const name = random.pick([...members.keys()]);
  world.trace(`cut off: ${name}`);
  world.cutOff.add(name);
  members.get(name)?.endWatches({ kind: 'Unreachable', message: 'simulated: no route' });
  for (let drifts = random.between(0, 4); drifts > 0; drifts--) {
    await clock.sleep(random.between(100, 8_000));
    await drift(world);
  }
  if (random.chance(0.5)) members.get(name)?.compact();
  world.cutOff.delete(name);
}

export async function restart(world: World): Promise<void> {
  const { random } = world;
  const error = { kind: 'Unreachable', message: 'simulated: stream broken' } as const;
  anyCluster(world).endWatches(random.chance(0.5) ? error : undefined);
}

export async function compact(world: World): Promise<void> {
  const cluster = anyCluster(world);
  cluster.compact();
  if (world.random.chance(0.5)) cluster.endWatches();
}
