/** What people do to federated objects and their namespaces. */
import { type JsonObject, valueAt } from '../../lib/model/json.ts';
import { ORPHAN_ANNOTATION } from '../../lib/model/names.ts';
import { objectKey } from '../../lib/model/resource.ts';
import { NAMESPACES } from '../../lib/model/resources.ts';
import type { FederatedType } from '../../lib/model/type-config.ts';
import { keyOfObject } from '../../lib/stages/watch/memory.ts';
import {
  CLUSTER_ROLE,
  CONFIG_MAP,
  DEPLOYMENT,
  federated,
  NAMESPACE,
  namespaceObject,
  overriding,
  placedIn,
} from '../stages/objects.ts';
import { federatedId, NAMESPACE_NAMES, type World } from './world.ts';

export const TYPES = [CONFIG_MAP, DEPLOYMENT, CLUSTER_ROLE];
const NAMES = ['a', 'b', 'c'];
const VALUES = ['red', 'green', 'blue'];

/** Where the value of a target lies, by kind: what templates set and overrides change. */
export const VALUE_PATHS: Readonly<Record<string, readonly string[]>> = {
  ConfigMap: ['data', 'color'],
  Deployment: ['spec', 'color'],
  ClusterRole: ['aggregationRule', 'color'],
};

function keyIn(world: World, type: FederatedType) {
  const namespace = type.federated.namespaced ? world.random.pick(NAMESPACE_NAMES) : undefined;
  return objectKey(namespace, world.random.pick(NAMES));
}

function placement({ random, members }: World): JsonObject {
  if (random.chance(0.3)) return { clusterSelector: { matchLabels: { tier: 'gold' } } };
  if (random.chance(0.2)) return { clusterSelector: {} };
  return placedIn(...random.some([...members.keys()]), ...(random.chance(0.1) ? ['nowhere'] : []));
}

export function nested([key = '', ...rest]: readonly string[], value: string): JsonObject {
  return { [key]: rest.length === 0 ? value : nested(rest, value) };
}

function specOf(world: World, type: FederatedType): JsonObject {
  const { random, members } = world;
  const path = VALUE_PATHS[type.target.kind] ?? [];
  const overrides = random
    .some([...members.keys()])
    .map((name) => overriding(name, `/${path.join('/')}`, random.pick(VALUES)));
  const labels = random.chance(0.5) ? { metadata: { labels: { app: random.pick(VALUES) } } } : {};
  return {
    template: { ...nested(path, random.pick(VALUES)), ...labels },
    placement: placement(world),
    overrides: random.chance(0.5) ? overrides : [],
  };
}

export async function create(world: World): Promise<void> {
  const type = world.random.pick(TYPES);
  const spec = specOf(world, type);
  const object = federated(type, { ...keyIn(world, type), spec });
  const created = await world.asOther(() => world.host.create(type.federated, object));
  world.trace(`create ${type.name} ${created.ok}`, keyOfObject(object));
  if (created.ok) world.made.add(federatedId(type, keyOfObject(object)));
}

/** Takes note before the call: what it sets in motion may be quick. */
function forget(world: World, type: FederatedType, object: JsonObject): void {
  world.made.delete(federatedId(type, keyOfObject(object)));
}

function anyFederated(world: World): { type: FederatedType; object: JsonObject } | undefined {
  const all = TYPES.flatMap((type) =>
    world.host.peekAll(type.federated).map((object) => ({ type, object })),
  );
  return all.length === 0 ? undefined : world.random.pick(all);
}

async function patchAny(world: World, patchOf: (type: FederatedType) => JsonObject) {
  const found = anyFederated(world);
  if (found === undefined) return undefined;
  const { type, object } = found;
  const patch = patchOf(type);
  world.trace(`patch ${type.name}`, { ...keyOfObject(object), patch });
  await world.asOther(() => world.host.patch(type.federated, keyOfObject(object), patch));
  return found;
}

export function edit(world: World) {
  return patchAny(world, (type) => {
    const { template, ...rest } = specOf(world, type);
    const whole: JsonObject = { template, ...rest };
    const field = world.random.pick(['template', 'placement', 'overrides', 'all']);
    if (field === 'all') return { spec: whole };
    if (field !== 'placement') return { spec: { [field]: whole[field] } };
    // A merge patch would leave the other way of placing where it was.
    return { spec: { placement: { clusters: null, clusterSelector: null, ...placement(world) } } };
  });
}

export function label(world: World) {
  return patchAny(world, () => ({ metadata: { labels: { team: world.random.pick(VALUES) } } }));
}

export async function remove(world: World): Promise<void> {
  const found = anyFederated(world);
  if (found === undefined) return;
  const { type, object } = found;
  world.trace(`delete ${type.name}`, keyOfObject(object));
  if (!world.host.down) forget(world, type, object);
  await world.asOther(() => world.host.delete(type.federated, keyOfObject(object)));
}

export async function orphan(world: World): Promise<void> {
  const found = await patchAny(world, () => ({
    metadata: { annotations: { [ORPHAN_ANNOTATION]: 'true' } },
  }));
  if (found === undefined) return;
  if (!world.host.down) forget(world, found.type, found.object);
  await world.asOther(() => world.host.delete(found.type.federated, keyOfObject(found.object)));
}

export async function federateNamespace(world: World): Promise<void> {
  const { host, random, asOther, trace } = world;
  const name = random.pick(NAMESPACE_NAMES);
  const key = { namespace: name, name };
  if (host.peek(NAMESPACE.federated, key) === undefined) {
    trace(`federate namespace ${name}`);
    const spec = { placement: placement(world) };
    const object = federated(NAMESPACE, { ...key, spec });
    const created = await asOther(() => host.create(NAMESPACE.federated, object));
    if (created.ok) world.made.add(federatedId(NAMESPACE, key));
  } else if (random.chance(0.3)) {
    trace(`stop federating namespace ${name}`);
    if (!host.down) world.made.delete(federatedId(NAMESPACE, key));
    await asOther(() => host.delete(NAMESPACE.federated, key));
  } else {
    const next = placement(world);
    trace(`place namespace ${name}`, next);
    const patch = { spec: { placement: { clusters: null, clusterSelector: null, ...next } } };
    await asOther(() => host.patch(NAMESPACE.federated, key, patch));
  }
}

/** With all that is in it; it comes back a while later. */
export async function deleteNamespace(world: World): Promise<void> {
  const { host, random, clock, asOther } = world;
  const name = random.pick(NAMESPACE_NAMES);
  if (host.down) return;
  for (const type of [...TYPES, NAMESPACE].filter((one) => one.federated.namespaced)) {
    for (const object of host.peekAll(type.federated, name)) forget(world, type, object);
  }
  await asOther(() => host.delete(NAMESPACES, { name }));
  await clock.sleep(random.between(1, 30) * 1000);
  for (;;) {
    await asOther(() => host.create(NAMESPACES, namespaceObject(name)));
    const found = host.peek(NAMESPACES, { name });
    if (found !== undefined && valueAt(found, 'metadata', 'deletionTimestamp') === undefined)
      return;
    await clock.sleep(5_000);
  }
}
