import { storedEntries } from '../../core/entries.ts';
import { propagatedVersionName } from '../../core/recorded-versions.ts';
import { type JsonObject, objectAt, stringAt } from '../../model/json.ts';
import { readKubeFedConfig } from '../../model/kubefed-config.ts';
import { NAMESPACES_TYPE } from '../../model/names.ts';
import { apiVersionOf, type ObjectKey, objectKey, type Resource } from '../../model/resource.ts';
import { CLUSTER_PROPAGATED_VERSIONS, PROPAGATED_VERSIONS } from '../../model/resources.ts';
import { type FederatedType, readFederatedType } from '../../model/type-config.ts';
import { readObject } from '../cluster-objects.ts';
import { CommandError } from '../command-error.ts';
import type { OpenMembers } from '../connect/open-members.ts';
import type { Side } from '../connect/side.ts';
import { discover, findType } from '../types/discovery.ts';
import {
  type LiveTarget,
  type ObjectFacts,
  placementOfObject,
  recordedVersions,
} from './object-view.ts';
import { type HostFacts, readHost } from './read-host.ts';

export interface ObjectPorts {
  readonly host: Side;
  /** absent: the host alone is looked at */
  readonly members?: OpenMembers;
}

export interface ObjectRequest {
  /** what a person calls the type: target or federated, kind, plural, singular, short name */
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

/**
 * Reads one federated object, what is recorded of it, and the object itself in each member concerned: at most nine calls
 * on the host, one for each member. A short name costs a discovery more.
 *
 * @throws CommandError TypeNotEnabled, ObjectNotFound, TypeNotFound, or when the host cannot be read
 */
export async function readObjectFacts(
  ports: ObjectPorts,
  kubefedNamespace: string,
  request: ObjectRequest,
): Promise<ObjectFacts> {
  const found = await readHost(ports.host, kubefedNamespace);
  const types = found.typeConfigs.map(readFederatedType).filter((type) => type !== undefined);
  const type = await resolveType(ports.host, types, request.kind);
  const key = objectKey(type.federated.namespaced ? request.namespace : undefined, request.name);
  const { scope, deletionDeadlineSeconds } = readKubeFedConfig(found.config);
  const [federated, propagatedVersion, federatedNamespace] = await Promise.all([
    readFederated(ports.host, type, key),
    readRecord(ports.host, type, key),
    readFederatedNamespace(ports.host, types, type, key),
  ]);
  const placed = {
    ...{ type, federated, scope, clusters: found.clusters },
    ...(federatedNamespace === undefined ? {} : { federatedNamespace }),
  };
  const concerned = new Set([
    ...placementOfObject(placed).selected,
    ...recordedVersions(propagatedVersion).keys(),
    ...storedEntries(objectAt(federated, 'status')).map(({ name }) => name),
  ]);
  return {
    ...placed,
    deletionDeadlineSeconds,
    ...(propagatedVersion === undefined ? {} : { propagatedVersion }),
    live: await readLive(ports, found, { type, key, concerned }),
    notSeen: found.notSeen,
  };
}

async function resolveType(
  host: Side,
  types: readonly FederatedType[],
  called: string,
): Promise<FederatedType> {
  const name = called.toLowerCase();
  const known = types.find((type) => namesOf(type).includes(name));
  if (known !== undefined) return known;
  const resource = findType(await discover(host), called);
  const found = types.find(
    ({ target, federated }) => isSame(target, resource) || isSame(federated, resource),
  );
  if (found !== undefined) return found;
  throw new CommandError(
    'TypeNotEnabled',
    `${resource.kind} (${apiVersionOf(resource)}) is not federated: no FederatedTypeConfig names it`,
    [`kubefed-eks enable ${resource.plural}`, `one of: ${types.map((one) => one.name).join(', ')}`],
  );
}

function namesOf({ name, target, federated }: FederatedType): string[] {
  const ofResource = ({ kind, plural }: Resource) => [kind.toLowerCase(), plural];
  return [name, ...ofResource(target), ...ofResource(federated)];
}

function isSame(one: Resource, other: Resource): boolean {
  return one.group === other.group && one.plural === other.plural;
}

async function readFederated(host: Side, type: FederatedType, key: ObjectKey): Promise<JsonObject> {
  const found = await readObject(host, type.federated, key);
  if (found !== undefined) return found;
  const { kind, plural } = type.federated;
  const where = key.namespace === undefined ? '' : ` in namespace ${key.namespace}`;
  throw new CommandError('ObjectNotFound', `there is no ${kind} ${key.name}${where}`, [
    `kubectl get ${plural} --all-namespaces`,
    'another namespace with --namespace',
  ]);
}

function readRecord(host: Side, type: FederatedType, key: ObjectKey) {
  const resource = key.namespace === undefined ? CLUSTER_PROPAGATED_VERSIONS : PROPAGATED_VERSIONS;
  const name = propagatedVersionName(type.target.kind, key.name);
  return readObject(host, resource, objectKey(key.namespace, name));
}

async function readFederatedNamespace(
  host: Side,
  types: readonly FederatedType[],
  type: FederatedType,
  { namespace }: ObjectKey,
): Promise<JsonObject | undefined> {
  const namespaces = types.find(({ name }) => name === NAMESPACES_TYPE);
  if (!type.target.namespaced || namespaces === undefined || namespace === undefined) {
    return undefined;
  }
  return readObject(host, namespaces.federated, { namespace, name: namespace });
}

async function readLive(
  { members }: ObjectPorts,
  { clusters }: HostFacts,
  about: { type: FederatedType; key: ObjectKey; concerned: ReadonlySet<string> },
): Promise<ReadonlyMap<string, LiveTarget>> {
  if (members === undefined) return new Map();
  const { type, concerned } = about;
  const key = objectKey(type.target.namespaced ? about.key.namespace : undefined, about.key.name);
  const asked = clusters.map(async (cluster): Promise<[string, LiveTarget] | undefined> => {
    const name = stringAt(cluster, 'metadata', 'name') ?? '';
    if (!concerned.has(name)) return undefined;
    const opened = await members.open(cluster);
    if (!opened.ok) return [name, { found: 'notSeen', why: opened.why }];
    const live = await opened.member.cluster.get(type.target, key);
    if (live.ok) return [name, { found: 'object', object: live.value }];
    if (live.error.kind === 'NotFound') return [name, { found: 'nothing' }];
    return [name, { found: 'notSeen', why: live.error.message }];
  });
  return new Map((await Promise.all(asked)).filter((one) => one !== undefined));
}
