/** What people and controllers do to a federation, at any moment and in any order. */
import type { MemoryCluster } from '../../lib/adapters/memory/cluster.ts';
import { type JsonObject, stringAt, valueAt } from '../../lib/model/json.ts';
import { MANAGED_LABEL, ORPHAN_ANNOTATION } from '../../lib/model/names.ts';
import { objectKey } from '../../lib/model/resource.ts';
import { KUBEFED_CLUSTERS, NAMESPACES } from '../../lib/model/resources.ts';
import { FEDERATED_TYPE_CONFIGS, type FederatedType } from '../../lib/model/type-config.ts';
import type { ApiResult } from '../../lib/ports.ts';
import { keyOfObject } from '../../lib/stages/watch/memory.ts';
import {
  CLUSTER_ROLE,
  CONFIG_MAP,
  DEPLOYMENT,
  federated,
  KUBEFED_NAMESPACE,
  NAMESPACE,
  namespaceObject,
  overriding,
  placedIn,
} from '../stages/objects.ts';
import type { Channels } from './queues.ts';
import { loseMember, remakeType } from './rare-acts.ts';
import { sweep } from './schedules.ts';
import { roll } from './status-acts.ts';
import { FOREIGN_NAMESPACE, federatedId, NAMESPACE_NAMES, type World } from './world.ts';

export const TYPES = [CONFIG_MAP, DEPLOYMENT, CLUSTER_ROLE];
const NAMES = ['a', 'b', 'c'];
const VALUES = ['red', 'green', 'blue'];
const HOLD = 'example.com/hold';

/** Where the value of a target lies, by kind: what templates set and overrides change. */
export const VALUE_PATHS: Readonly<Record<string, readonly string[]>> = {
  ConfigMap: ['data', 'color'],
  Deployment: ['spec', 'color'],
  ClusterRole: ['aggregationRule', 'color'],
};

interface Act {
  readonly name: string;
  readonly weight: number;
  readonly run: (world: World, channels: Channels) => Promise<unknown>;
}

const ACTS: readonly Act[] = [
  { name: 'create', weight: 8, run: create },
  { name: 'edit', weight: 6, run: edit },
  { name: 'label', weight: 1, run: label },
  { name: 'delete', weight: 4, run: remove },
  { name: 'orphan', weight: 1, run: orphan },
  { name: 'federate namespace', weight: 2, run: federateNamespace },
  { name: 'delete namespace', weight: 1, run: deleteNamespace },
  { name: 'drift', weight: 4, run: drift },
  { name: 'roll', weight: 4, run: roll },
  { name: 'hold a target', weight: 1, run: holdTarget },
  { name: 'foreign', weight: 1, run: createForeign },
  { name: 'label cluster', weight: 2, run: labelCluster },
  { name: 'switch type', weight: 1, run: switchType },
  { name: 'make a type anew', weight: 1, run: remakeType },
  { name: 'outage', weight: 1, run: outage },
  { name: 'lose a member', weight: 1, run: loseMember },
  { name: 'cut off', weight: 1, run: cutOff },
  { name: 'restart', weight: 2, run: restart },
  { name: 'compact', weight: 1, run: compact },
  { name: 'sweep', weight: 1, run: sweep },
];
/** Without these nothing happens. */
const ALWAYS = new Set(['create', 'edit', 'delete']);

/**
 * Every storm has a character of its own: some acts are left out, and they come in bursts or one by one. What needs
 * many of one kind is met that way as well as what needs a mixture.
 *
 * Resolves when the last act is over; what it has set in motion goes on.
 */
export async function storm(world: World, channels: Channels, acts: number): Promise<void> {
  const { random, clock, trace } = world;
  const chosen = ACTS.filter(({ name }) => ALWAYS.has(name) || random.chance(0.5));
  const weighted = chosen.flatMap((act) => Array.from({ length: act.weight }, () => act));
  const bursts = random.pick([0.2, 0.5, 0.9]);
  const lasting: Promise<unknown>[] = [];
  for (let count = 0; count < acts; count++) {
    await clock.sleep(random.chance(bursts) ? random.between(1, 120) : random.between(200, 9_000));
    const act = random.pick(weighted);
    trace(`act: ${act.name}`);
    lasting.push(act.run(world, channels));
  }
  await Promise.all(lasting);
}

function keyIn(world: World, type: FederatedType) {
  const namespace = type.federated.namespaced ? world.random.pick(NAMESPACE_NAMES) : undefined;
  return objectKey(namespace, world.random.pick(NAMES));
}

function placement({ random, members }: World): JsonObject {
  if (random.chance(0.3)) return { clusterSelector: { matchLabels: { tier: 'gold' } } };
  if (random.chance(0.2)) return { clusterSelector: {} };
  return placedIn(...random.some([...members.keys()]), ...(random.chance(0.1) ? ['nowhere'] : []));
}

function nested([key = '', ...rest]: readonly string[], value: string): JsonObject {
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

async function create(world: World): Promise<void> {
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

function edit(world: World) {
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

function label(world: World) {
  return patchAny(world, () => ({ metadata: { labels: { team: world.random.pick(VALUES) } } }));
}

async function remove(world: World): Promise<void> {
  const found = anyFederated(world);
  if (found === undefined) return;
  const { type, object } = found;
  world.trace(`delete ${type.name}`, keyOfObject(object));
  if (!world.host.down) forget(world, type, object);
  await world.asOther(() => world.host.delete(type.federated, keyOfObject(object)));
}

async function orphan(world: World): Promise<void> {
  const found = await patchAny(world, () => ({
    metadata: { annotations: { [ORPHAN_ANNOTATION]: 'true' } },
  }));
  if (found === undefined) return;
  if (!world.host.down) forget(world, found.type, found.object);
  await world.asOther(() => world.host.delete(found.type.federated, keyOfObject(found.object)));
}

async function federateNamespace(world: World): Promise<void> {
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
async function deleteNamespace(world: World): Promise<void> {
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

async function drift(world: World): Promise<void> {
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
async function holdTarget(world: World): Promise<void> {
  const found = anyTarget(world, isManaged);
  if (found === undefined) return;
  const { type, object, member } = found;
  const key = keyOfObject(object);
  const hold = (finalizers: string[] | null) =>
    world.asOther(() => member.patch(type.target, key, { metadata: { finalizers } }));
  world.trace(`hold ${type.name}`, key);
  await hold([HOLD]);
  await world.clock.sleep(world.random.between(1, 120) * 1000);
  // A member that is lost takes it no sooner than it is back, when the storm is long over.
  void insist(world, () => hold(null));
}

/** Does it again until it is done, or there is nothing any more to do it to. */
async function insist({ clock }: World, act: () => Promise<ApiResult>): Promise<void> {
  for (let done = await act(); !done.ok && done.error.kind !== 'NotFound'; done = await act()) {
    await clock.sleep(1_000);
  }
}

async function createForeign(world: World): Promise<void> {
  const { random, members, asOther } = world;
  const type = random.pick(TYPES);
  const key = objectKey(type.target.namespaced ? FOREIGN_NAMESPACE : undefined, 'foreign');
  const object = { metadata: { ...key, labels: { owner: 'somebody' } } };
  await asOther(() => random.pick([...members.values()]).create(type.target, object));
}

async function labelCluster({ host, members, random, asOther, trace }: World): Promise<void> {
  const name = random.pick([...members.keys()]);
  const tier = random.pick(['gold', 'silver']);
  trace(`label cluster ${name} ${tier}`);
  const patch = { metadata: { labels: { tier } } };
  const key = { namespace: KUBEFED_NAMESPACE, name };
  await asOther(() => host.patch(KUBEFED_CLUSTERS, key, patch));
}

async function switchType(world: World): Promise<void> {
  const { host, random, clock, asOther } = world;
  const key = { namespace: KUBEFED_NAMESPACE, name: random.pick(TYPES).name };
  const turn = (propagation: string) =>
    asOther(() => host.patch(FEDERATED_TYPE_CONFIGS, key, { spec: { propagation } }));
  await turn('Disabled');
  await clock.sleep(random.between(1, 40) * 1000);
  await insist(world, () => turn('Enabled'));
}

function anyCluster({ host, members, random }: World): MemoryCluster {
  return random.pick([host, ...members.values()]);
}

async function outage(world: World): Promise<void> {
  const cluster = anyCluster(world);
  const ms = cluster === world.host ? world.random.between(1, 20) : world.random.between(1, 150);
  world.trace(`down for ${ms} s: ${cluster === world.host ? 'host' : 'a member'}`);
  cluster.down = true;
  await world.clock.sleep(ms * 1000);
  cluster.down = [...world.lost].some((name) => world.members.get(name) === cluster);
}

/** Meanwhile others go on in there; what they do may be forgotten by the time that we look again. */
async function cutOff(world: World): Promise<void> {
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

async function restart(world: World): Promise<void> {
  const { random } = world;
  const error = { kind: 'Unreachable', message: 'simulated: stream broken' } as const;
  anyCluster(world).endWatches(random.chance(0.5) ? error : undefined);
}

async function compact(world: World): Promise<void> {
  const cluster = anyCluster(world);
  cluster.compact();
  if (world.random.chance(0.5)) cluster.endWatches();
}
