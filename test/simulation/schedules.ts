/** What runs by the clock: watch, health, sweep, and the controllers that every Kubernetes has. */
import type { MemoryCluster } from '../../lib/adapters/memory/cluster.ts';
import { type JsonObject, listAt, objectAt, stringAt, valueAt } from '../../lib/model/json.ts';
import type { ProbeRound } from '../../lib/model/messages.ts';
import { CLUSTER_PROPAGATED_VERSIONS, PROPAGATED_VERSIONS } from '../../lib/model/resources.ts';
import { health } from '../../lib/stages/health.ts';
import { sweepEverything, sweepPreferences } from '../../lib/stages/sweep.ts';
import { keyOfObject } from '../../lib/stages/watch/memory.ts';
import { watch } from '../../lib/stages/watch.ts';
import { CLUSTER_ROLE, CONFIG_MAP, DEPLOYMENT, NAMESPACE } from '../stages/objects.ts';
import { mortalQueue, newLife } from './life.ts';
import type { Channels } from './queues.ts';
import { commonPorts } from './workers.ts';
import type { World } from './world.ts';

const WATCH_EVERY_MS = 30_000;
const HEALTH_EVERY_MS = 10_000;
/** Only storms that wait for something live to see it. */
const SWEEP_EVERY_MS = 600_000;
const CONTROLLERS_EVERY_MS = 7_000;
/** Lambda ends what has not ended by then. */
const WATCH_TIMEOUT_MS = 60_000;

export function startSchedules(world: World, channels: Channels): void {
  const health = healthSchedule(world);
  void every(world, HEALTH_EVERY_MS, health);
  void every(world, WATCH_EVERY_MS, watchSchedule(world, channels, health));
  void world.clock
    .sleep(SWEEP_EVERY_MS)
    .then(() => every(world, SWEEP_EVERY_MS, () => void sweep(world, channels)));
  void every(world, CONTROLLERS_EVERY_MS, () => runControllers(world));
}

export async function sweep(world: World, channels: Channels): Promise<void> {
  world.trace('sweep');
  const sent = [
    channels.changes.inlet.send([sweepEverything(world.clock)]),
    channels.preferences.inlet.send([sweepPreferences(world.clock)]),
  ];
  await Promise.allSettled(sent);
}

async function every(world: World, ms: number, run: () => void): Promise<void> {
  for (;;) {
    run();
    await world.clock.sleep(ms);
  }
}

function healthSchedule(world: World): () => void {
  const ports = commonPorts(world, newLife(), 'health');
  return () => {
    const dueAtMs = world.clock.nowMs();
    const message: ProbeRound = { v: 1, kind: 'round', afterSeconds: 0, dueAtMs };
    void health(ports, [{ message, attempt: 1 }]).catch((error) =>
      world.trace('health failed', String(error)),
    );
  };
}

function watchSchedule(world: World, channels: Channels, probe: () => void): () => void {
  const { clock, random, weather, trace } = world;
  let invocations = 0;
  return () => {
    const holder = `watch-${++invocations}`;
    const life = newLife();
    const holdMs = random.between(50, 250) * 1000;
    const killAfterMs = random.chance(10 * weather.crashes)
      ? random.between(1, holdMs)
      : holdMs + WATCH_TIMEOUT_MS;
    void clock.sleep(killAfterMs, life.signal).then(() => {
      if (life.alive && killAfterMs < holdMs) trace(`${holder} dies`);
      life.end();
    });
    const ports = {
      ...commonPorts(world, life, holder),
      changes: mortalQueue(life, channels.changes.inlet),
      statuses: mortalQueue(life, channels.outcomes.inlet),
      preferences: mortalQueue(life, channels.preferences.inlet),
      probes: { send: async () => probe() },
    };
    void watch(ports, { holder, holdMs })
      .then((end) => {
        if (end !== 'standby') trace(`${holder} ends: ${end}`);
      })
      .catch((error) => trace(`${holder} fails`, String(error)))
      .finally(() => life.end());
  };
}

function runControllers(world: World): void {
  collectGarbage(world);
  for (const member of world.members.values()) {
    for (const object of member.down ? [] : member.peekAll(DEPLOYMENT.target)) {
      startPods(world, member, object);
      const annotations = objectAt(object, 'metadata', 'annotations') ?? {};
      if (annotations[REVISION] !== undefined) continue;
      const patch = { metadata: { annotations: { [REVISION]: '1' } } };
      void world.asOther(() => member.patch(DEPLOYMENT.target, keyOfObject(object), patch));
    }
  }
}

/** Where replicas are asked for, so many pods are Ready a moment later. */
function startPods(world: World, member: MemoryCluster, object: JsonObject): void {
  const replicas = valueAt(object, 'spec', 'replicas');
  if (replicas === undefined || replicas === valueAt(object, 'status', 'readyReplicas')) return;
  const patch = { status: { replicas, readyReplicas: replicas } };
  void world.asOther(() => member.patch(DEPLOYMENT.target, keyOfObject(object), patch, 'status'));
}

export const REVISION = 'deployment.kubernetes.io/revision';

/** What is owned by an object that is gone goes too. */
function collectGarbage({ host, asOther }: World): void {
  const owners = [CONFIG_MAP, DEPLOYMENT, CLUSTER_ROLE, NAMESPACE].flatMap((type) =>
    host.peekAll(type.federated),
  );
  const uids = new Set(owners.map((owner) => stringAt(owner, 'metadata', 'uid')));
  for (const resource of [PROPAGATED_VERSIONS, CLUSTER_PROPAGATED_VERSIONS]) {
    for (const record of host.peekAll(resource)) {
      const [owner] = listAt(record, 'metadata', 'ownerReferences');
      if (uids.has(stringAt(owner as JsonObject, 'uid'))) continue;
      void asOther(() => host.delete(resource, keyOfObject(record)));
    }
  }
}
