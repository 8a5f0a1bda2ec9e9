/** What people and controllers do in members, and to what the federation knows of them. */
import { type JsonObject, stringAt } from '../../lib/model/json.ts';
import { MANAGED_LABEL } from '../../lib/model/names.ts';
import { objectKey } from '../../lib/model/resource.ts';
import { KUBEFED_CLUSTERS } from '../../lib/model/resources.ts';
import { keyOfObject } from '../../lib/stages/watch/memory.ts';
import { KUBEFED_NAMESPACE } from '../stages/objects.ts';
import { nested, TYPES, VALUE_PATHS } from './host-acts.ts';
import { insist } from './insist.ts';
import { FOREIGN_NAMESPACE, type World } from './world.ts';

const HOLD = 'example.com/hold';

function anyTarget(world: World, isWanted: (target: JsonObject) => boolean) {
  const member = world.random.pick([...world.members.values()]);
  const all = TYPES.flatMap((type) =>
    member.peekAll(type.target).map((object) => ({ type, object, member })),
  ).filter(({ object }) => isWanted(object));
  return all.length === 0 ? undefined : world.random.pick(all);
}

function isManaged(object: JsonObject): boolean {
  return stringAt(object, 'metadata', 'labels', MANAGED_LABEL) === 'true';
}

export async function drift(world: World): Promise<void> {
  const found = anyTarget(world, isManaged);
  if (found === undefined) return;
  const { type, object, member } = found;
  const key = keyOfObject(object);
  const kind = world.random.pick(['edit', 'delete', 'unlabel', 'label']);
  world.trace(`drift: ${kind} ${type.name}`, key);
  const metadata = kind === 'unlabel' ? { [MANAGED_LABEL]: null } : { app: 'drifted' };
  const patch =
    kind === 'edit'
      ? nested(VALUE_PATHS[type.target.kind] ?? [], 'drifted')
      : { metadata: { labels: metadata } };
  await world.asOther(() =>
    kind === 'delete' ? member.delete(type.target, key) : member.patch(type.target, key, patch),
  );
}

/** Somebody's finalizer makes the removal of a target take its time. */
export async function holdTarget(world: World): Promise<void> {
  const found = anyTarget(world, isManaged);
  if (found === undefined) return;
  const { type, object, member } = found;
  const key = keyOfObject(object);
  const hold = (finalizers: string[] | null) =>
    world.asOther(() => member.patch(type.target, key, { metadata: { finalizers } }));
  world.trace(`hold ${type.name}`, key);
  await hold([HOLD]);
  await world.clock.sleep(world.random.between(1, world.random.pick([20, 100])) * 1000);
  // A member that is lost takes it no sooner than it is back, when the storm is long over.
  void insist(world, () => hold(null));
}

export async function createForeign(world: World): Promise<void> {
  const { random, members, asOther } = world;
  const type = random.pick(TYPES);
  const key = objectKey(type.target.namespaced ? FOREIGN_NAMESPACE : undefined, 'foreign');
  const object = { metadata: { ...key, labels: { owner: 'somebody' } } };
  await asOther(() => random.pick([...members.values()]).create(type.target, object));
}

export async function labelCluster({
  host,
  members,
  random,
  asOther,
  trace,
}: World): Promise<void> {
  const name = random.pick([...members.keys()]);
  const tier = random.pick(['gold', 'silver']);
  trace(`label cluster ${name} ${tier}`);
  const patch = { metadata: { labels: { tier } } };
  const key = { namespace: KUBEFED_NAMESPACE, name };
  await asOther(() => host.patch(KUBEFED_CLUSTERS, key, patch));
}
