/** What people do about replicas, and how they hold the program back. */
import { type JsonObject, stringAt } from '../../lib/model/json.ts';
import {
  CORDONED_ANNOTATION,
  DRAINED_ANNOTATION,
  PAUSED_ANNOTATION,
} from '../../lib/model/names.ts';
import { KUBEFED_CLUSTERS } from '../../lib/model/resources.ts';
import { PREFERENCES } from '../../lib/model/scheduling.ts';
import { keyOfObject } from '../../lib/stages/watch/memory.ts';
import { DEPLOYMENT, KUBEFED_NAMESPACE } from '../stages/objects.ts';
import { TYPES } from './host-acts.ts';
import { insist } from './insist.ts';
import { type Hold, NAMESPACE_NAMES, type World } from './world.ts';

const NAMES = ['a', 'b', 'c'];

/** Of a Deployment that is there, as a rule; now and then it goes again. */
export async function prefer(world: World): Promise<void> {
  const { host, random, asOther, trace } = world;
  const there = host.peekAll(DEPLOYMENT.federated).map(keyOfObject);
  const key =
    there.length > 0 && random.chance(0.9)
      ? random.pick(there)
      : { namespace: random.pick(NAMESPACE_NAMES), name: random.pick(NAMES) };
  const known = host.peek(PREFERENCES, key) !== undefined;
  trace(known ? 'prefer something else' : 'prefer', key);
  if (!known) {
    await asOther(() => host.create(PREFERENCES, { metadata: { ...key }, spec: specOf(world) }));
  } else if (random.chance(0.3)) {
    await asOther(() => host.delete(PREFERENCES, key));
  } else {
    await asOther(() => host.patch(PREFERENCES, key, { spec: specOf(world) }));
  }
}

function specOf({ random, members }: World): JsonObject {
  const first = [...members.keys()][0] ?? '';
  const clusters = random.pick<JsonObject>([
    { '*': { weight: 1 } },
    { '*': { weight: 1, minReplicas: 1 } },
    { '*': { weight: 1 }, [first]: { weight: 3 } },
  ]);
  const totalReplicas = random.between(2, 12);
  return {
    ...{
      targetKind: 'FederatedDeployment',
      totalReplicas,
      rebalance: random.chance(0.5),
      clusters,
    },
  };
}

/** A cluster is cordoned or drained, for a while or until the end. */
export async function setAside(world: World): Promise<void> {
  const { random, members, clock, trace } = world;
  const name = random.pick([...members.keys()]);
  const annotation = random.pick([CORDONED_ANNOTATION, DRAINED_ANNOTATION]);
  trace(`set aside ${name}: ${annotation}`);
  await annotateCluster(world, name, annotation, 'true');
  if (random.chance(0.3)) return;
  await clock.sleep(random.between(1, 40) * 1000);
  await insist(world, () => annotateCluster(world, name, annotation, null));
}

/** A cluster or an object is paused; meanwhile nothing may be written there. */
export async function pause(world: World): Promise<void> {
  const { random, clock, holds, trace } = world;
  const subject = random.chance(0.4) ? clusterToPause(world) : objectToPause(world);
  // One at a time: the end of one would end the other.
  if (subject === undefined || holds.size > 0) return;
  const done = await subject.annotate('true');
  trace('pause', { ...subject.hold, ok: done.ok });
  if (!done.ok) return;
  const isOn = () =>
    stringAt(subject.peek(), 'metadata', 'annotations', PAUSED_ANNOTATION) === 'true';
  const hold = { ...subject.hold, sinceMs: clock.nowMs(), isOn };
  holds.add(hold);
  await clock.sleep(random.between(1, 60) * 1000);
  holds.delete(hold);
  await insist(world, () => subject.annotate(null));
}

interface Pausable {
  readonly hold: Omit<Hold, 'sinceMs' | 'isOn'>;
  /** @returns what has the annotation */
  peek(): JsonObject | undefined;
  annotate(value: 'true' | null): ReturnType<World['host']['patch']>;
}

function clusterToPause(world: World): Pausable {
  const cluster = world.random.pick([...world.members.keys()]);
  return {
    hold: { cluster },
    peek: () => world.host.peek(KUBEFED_CLUSTERS, { namespace: KUBEFED_NAMESPACE, name: cluster }),
    annotate: (value) => annotateCluster(world, cluster, PAUSED_ANNOTATION, value),
  };
}

function objectToPause({ host, random, asOther }: World): Pausable | undefined {
  const all = TYPES.flatMap((type) =>
    host.peekAll(type.federated).map((object) => ({ type, object })),
  );
  if (all.length === 0) return undefined;
  const { type, object } = random.pick(all);
  const key = keyOfObject(object);
  return {
    hold: { kind: type.target.kind, ...key },
    peek: () => host.peek(type.federated, key),
    annotate: (value) => {
      const patch = { metadata: { annotations: { [PAUSED_ANNOTATION]: value } } };
      return asOther(() => host.patch(type.federated, key, patch));
    },
  };
}

function annotateCluster(
  { host, asOther }: World,
  name: string,
  annotation: string,
  value: 'true' | null,
) {
  const patch = { metadata: { annotations: { [annotation]: value } } };
  const key = { namespace: KUBEFED_NAMESPACE, name };
  return asOther(() => host.patch(KUBEFED_CLUSTERS, key, patch));
}
