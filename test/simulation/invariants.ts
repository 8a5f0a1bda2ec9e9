/** What must hold when the storm is over. Worked out from the objects alone, without the code that is tested. */

import type { MemoryCluster } from '../../lib/adapters/memory/cluster.ts';
import { collectsRemoteStatus, statusPrint, targetStatus } from '../../lib/core/target-status.ts';
import {
  isJsonObject,
  type JsonObject,
  listAt,
  objectAt,
  stringAt,
  stringMapAt,
  valueAt,
} from '../../lib/model/json.ts';
import { MANAGED_LABEL } from '../../lib/model/names.ts';
import { objectKey, qualifiedName } from '../../lib/model/resource.ts';
import {
  CLUSTER_PROPAGATED_VERSIONS,
  CONFIG_MAPS,
  KUBEFED_CLUSTERS,
  PROPAGATED_VERSIONS,
} from '../../lib/model/resources.ts';
import type { FederatedType } from '../../lib/model/type-config.ts';
import { keyOfObject } from '../../lib/stages/watch/memory.ts';
import { NAMESPACE } from '../stages/objects.ts';
import { TYPES, VALUE_PATHS } from './host-acts.ts';
import type { Channels } from './queues.ts';
import { brokenReplicas } from './replica-invariants.ts';
import { DEADLINE_SECONDS, FOREIGN_NAMESPACE, federatedId, type World } from './world.ts';

/** @returns one sentence for each thing that is not as it should be; empty when all is well */
export function brokenInvariants(world: World, channels: Channels): string[] {
  return [
    ...[...TYPES, NAMESPACE].flatMap((type) => brokenOf(world, type)),
    ...vanished(world),
    ...leftBehind(world),
    ...foreign(world),
    ...records(world),
    ...tombstones(world),
    ...brokenReplicas(world, (namespace) => selectedByNamespace(world, namespace)),
    ...world.trespasses,
    ...Object.values(channels).flatMap((channel) =>
      typeof channel === 'function' || channel.queue.messages().length === 0
        ? []
        : [`queue ${channel.name} is not empty`],
    ),
  ];
}

/** A member that does not come back must not hold up a deletion beyond the deadline. */
export function heldTooLong({ host, clock, lost }: World): string[] {
  const latestMs = clock.nowMs() - LONGEST_HOLD_MS;
  return [...TYPES, NAMESPACE]
    .flatMap((type) => host.peekAll(type.federated))
    .filter((object) => {
      const deletedAt = stringAt(object, 'metadata', 'deletionTimestamp');
      return deletedAt !== undefined && Date.parse(deletedAt) < latestMs;
    })
    .filter((object) => {
      const holding = listAt(object, 'status', 'clusters').map((entry) => stringAt(entry, 'name'));
      return holding.length === 0 || holding.every((name) => lost.has(name ?? ''));
    })
    .map((object) => {
      const name = qualifiedName(keyOfObject(object));
      return `${name} is held by a lost member: ${JSON.stringify(object['status'])}`;
    });
}

/** The deadline, and what it takes to notice: a fresh watch asks once a minute after deletions that it has not seen. */
export const LONGEST_HOLD_MS = (DEADLINE_SECONDS + 70) * 1000;

function brokenOf(world: World, type: FederatedType): string[] {
  return world.host.peekAll(type.federated).flatMap((object) => {
    const name = `${type.federated.kind} ${qualifiedName(keyOfObject(object))}`;
    if (valueAt(object, 'metadata', 'deletionTimestamp') !== undefined) {
      return [`${name} hangs in its deletion: ${JSON.stringify(object['status'])}`];
    }
    const wanted = selected(world, type, object);
    return [
      ...[...world.members].flatMap(([cluster, member]) =>
        brokenTarget({ type, object, cluster, member, isWanted: wanted.includes(cluster) }).map(
          (problem) => `${name} in ${cluster}: ${problem}`,
        ),
      ),
      ...brokenStatus(world, type, object, wanted).map((problem) => `${name}: ${problem}`),
    ];
  });
}

/** @returns names of clusters, sorted */
export function selected(world: World, type: FederatedType, object: JsonObject): string[] {
  const clusters = world.host.peekAll(KUBEFED_CLUSTERS);
  const own = placed(object, clusters);
  if (!type.target.namespaced) return own;
  const namespace = stringAt(object, 'metadata', 'namespace') ?? '';
  const shared = selectedByNamespace(world, namespace);
  return own.filter((name) => shared.includes(name));
}

/** @returns names of clusters that the FederatedNamespace selects, sorted; empty where there is none */
export function selectedByNamespace({ host }: World, namespace: string): string[] {
  const object = host.peek(NAMESPACE.federated, { namespace, name: namespace });
  return object === undefined ? [] : placed(object, host.peekAll(KUBEFED_CLUSTERS));
}

function placed(object: JsonObject, clusters: readonly JsonObject[]): string[] {
  const placement = objectAt(object, 'spec', 'placement') ?? {};
  const names = clusters.map((cluster) => stringAt(cluster, 'metadata', 'name') ?? '').sort();
  if (placement['clusters'] !== undefined) {
    const listed = listAt(placement, 'clusters').map((entry) => stringAt(entry, 'name'));
    return names.filter((name) => listed.includes(name));
  }
  const selector = placement['clusterSelector'];
  if (!isJsonObject(selector)) return [];
  const tier = stringAt(selector, 'matchLabels', 'tier');
  const matching = clusters.filter(
    (cluster) => tier === undefined || stringAt(cluster, 'metadata', 'labels', 'tier') === tier,
  );
  return matching.map((cluster) => stringAt(cluster, 'metadata', 'name') ?? '').sort();
}

interface Placed {
  readonly type: FederatedType;
  readonly object: JsonObject;
  readonly cluster: string;
  readonly member: MemoryCluster;
  readonly isWanted: boolean;
}

function brokenTarget({ type, object, cluster, member, isWanted }: Placed): string[] {
  const target = targetOf(type, object, member);
  const managed = stringAt(target, 'metadata', 'labels', MANAGED_LABEL) === 'true';
  if (!isWanted) return managed ? ['is there and labelled, but not selected'] : [];
  if (target === undefined) return ['is missing'];
  if (!managed) return ['has no managed label'];
  const path = VALUE_PATHS[type.target.kind];
  if (path === undefined) return [];
  const override = listAt(object, 'spec', 'overrides').find(
    (entry) => stringAt(entry, 'clusterName') === cluster,
  );
  const operations = listAt(override, 'clusterOverrides');
  const at = (pointer: string) => operations.find((one) => stringAt(one, 'path') === pointer);
  const operation = at(`/${path.join('/')}`);
  const template = valueAt(object, 'spec', 'template');
  const value = valueAt(operation, 'value') ?? valueAt(template, ...path);
  const labels = { ...stringMapAt(template, 'metadata', 'labels'), [MANAGED_LABEL]: 'true' };
  return [
    ...differs('value', valueAt(target, ...path), value),
    ...differs(
      'replicas',
      valueAt(target, 'spec', 'replicas'),
      valueAt(at('/spec/replicas'), 'value'),
    ),
    ...differs(
      'labels',
      target['metadata'] && sorted(stringMapAt(target, 'metadata', 'labels')),
      sorted(labels),
    ),
  ];
}

function targetOf(type: FederatedType, object: JsonObject, member: MemoryCluster) {
  const { namespace, name } = keyOfObject(object);
  return member.peek(type.target, objectKey(type.target.namespaced ? namespace : undefined, name));
}

function differs(what: string, is: unknown, should: unknown): string[] {
  const [left, right] = [JSON.stringify(is), JSON.stringify(should)];
  return left === right ? [] : [`${what} is ${left}, not ${right}`];
}

function sorted(map: Record<string, string>): [string, string][] {
  return Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));
}

function brokenStatus(
  world: World,
  type: FederatedType,
  object: JsonObject,
  wanted: readonly string[],
): string[] {
  const status = objectAt(object, 'status');
  const [condition] = listAt(status, 'conditions');
  const namespaced = type.target.namespaced;
  const namespace = stringAt(object, 'metadata', 'namespace') ?? '';
  const federatedNamespace = world.host.peek(NAMESPACE.federated, { namespace, name: namespace });
  const reason =
    namespaced && federatedNamespace === undefined ? 'NamespaceNotFederated' : undefined;
  const versions = wanted.map((cluster) => {
    const member = world.members.get(cluster);
    const target = member === undefined ? undefined : targetOf(type, object, member);
    return { clusterName: cluster, version: versionOf(target) };
  });
  return [
    ...differs(
      'observedGeneration',
      valueAt(status, 'observedGeneration'),
      valueAt(object, 'metadata', 'generation'),
    ),
    ...differs('reason', valueAt(condition, 'reason'), reason),
    ...differs(
      'clusters',
      valueAt(status, 'clusters'),
      wanted.map((name) => ({ name, ...remoteStatusOf(world, type, { object, name }) })),
    ),
    ...differs(
      'record',
      valueAt(recordOf(world, type, object), 'status', 'clusterVersions') ?? [],
      versions,
    ),
  ];
}

function remoteStatusOf(
  { members }: World,
  type: FederatedType,
  { object, name }: { readonly object: JsonObject; readonly name: string },
): JsonObject {
  const member = members.get(name);
  const target = member === undefined ? undefined : targetOf(type, object, member);
  const remoteStatus = collectsRemoteStatus({}, type) ? targetStatus(target) : undefined;
  return statusPrint(remoteStatus) === '' ? {} : { remoteStatus };
}

function versionOf(target: JsonObject | undefined): string {
  const generation = valueAt(target, 'metadata', 'generation');
  if (typeof generation === 'number') return `gen:${generation}`;
  return `rv:${stringAt(target, 'metadata', 'resourceVersion')}`;
}

function recordOf(world: World, type: FederatedType, object: JsonObject): JsonObject | undefined {
  const { namespace, name } = keyOfObject(object);
  const resource = namespace === undefined ? CLUSTER_PROPAGATED_VERSIONS : PROPAGATED_VERSIONS;
  return world.host.peek(
    resource,
    objectKey(namespace, `${type.target.kind.toLowerCase()}-${name}`),
  );
}

/** What somebody has made stays until somebody deletes it. */
function vanished({ host, made }: World): string[] {
  const present = new Set(
    [...TYPES, NAMESPACE].flatMap((type) =>
      host.peekAll(type.federated).map((object) => federatedId(type, keyOfObject(object))),
    ),
  );
  return [...made].filter((id) => !present.has(id)).map((id) => `${id} has vanished from the host`);
}

/** Nothing in a member may carry our label that no federated object stands for. */
function leftBehind({ host, members }: World): string[] {
  return [...members].flatMap(([cluster, member]) =>
    [...TYPES, NAMESPACE].flatMap((type) =>
      member
        .peekAll(type.target)
        .filter((target) => stringAt(target, 'metadata', 'labels', MANAGED_LABEL) === 'true')
        .filter((target) => {
          const { namespace, name } = keyOfObject(target);
          const key = type === NAMESPACE ? { namespace: name, name } : objectKey(namespace, name);
          return host.peek(type.federated, key) === undefined;
        })
        .map((target) => {
          const key = qualifiedName(keyOfObject(target));
          return `${cluster} has a labelled ${type.target.kind} ${key} that nobody asks for`;
        }),
    ),
  );
}

function foreign({ members }: World): string[] {
  const labels = JSON.stringify({ owner: 'somebody' });
  return [...members].flatMap(([cluster, member]) =>
    TYPES.flatMap((type) =>
      member.peekAll(type.target, type.target.namespaced ? FOREIGN_NAMESPACE : undefined),
    )
      .filter((object) => stringAt(object, 'metadata', 'name') === 'foreign')
      .filter((object) => JSON.stringify(valueAt(object, 'metadata', 'labels')) !== labels)
      .map(() => `${cluster}: a foreign object was touched`),
  );
}

/** When every member has been back for a while nothing is left to be made up for. */
function tombstones({ host }: World): string[] {
  return host
    .peekAll(CONFIG_MAPS)
    .flatMap((configMap) => Object.values(objectAt(configMap, 'data') ?? {}))
    .map((tombstone) => `a tombstone is left: ${tombstone}`);
}

function records({ host }: World): string[] {
  const known = new Set(
    [...TYPES, NAMESPACE].flatMap((type) =>
      host.peekAll(type.federated).map((object) => stringAt(object, 'metadata', 'uid')),
    ),
  );
  return [PROPAGATED_VERSIONS, CLUSTER_PROPAGATED_VERSIONS]
    .flatMap((resource) => host.peekAll(resource))
    .filter(
      (record) => !known.has(stringAt(listAt(record, 'metadata', 'ownerReferences')[0], 'uid')),
    )
    .map((record) => `${qualifiedName(keyOfObject(record))} records an object that is gone`);
}
