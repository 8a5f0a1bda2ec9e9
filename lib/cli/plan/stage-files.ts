import { DOMAINS, RECORDS } from '../../model/dns-record.ts';
import { isJsonObject, type JsonObject, objectAt, stringAt, valueAt } from '../../model/json.ts';
import { KUBEFED_CONFIGS } from '../../model/kubefed-config.ts';
import { TYPES_GROUP } from '../../model/names.ts';
import { apiVersionOf, objectKey, type Resource } from '../../model/resource.ts';
import { KUBEFED_CLUSTERS, NAMESPACES } from '../../model/resources.ts';
import { FEDERATED_TYPE_CONFIGS, type FederatedType } from '../../model/type-config.ts';
import type { ApiError, Cluster } from '../../ports.ts';
import { throwIfInterrupted } from '../changes.ts';
import { appliedObject, applyPatchOf } from './applied-object.ts';
import { type FieldChange, fieldChanges } from './field-changes.ts';
import { fieldPathText } from './field-path.ts';
import type { Finding } from './finding.ts';
import { locateMessage } from './locate-message.ts';
import type { PlannedAction } from './plan-report.ts';
import type { LocatedObject } from './read-files.ts';
import { idOf, keyOf, type StagedHost } from './staged-host.ts';

export interface StagingPorts {
  readonly host: Cluster;
  /** the host, where every write is a dry run; absent: its server is not asked */
  readonly hostDryRun?: Cluster;
  readonly staged: StagedHost;
  readonly types: () => Promise<readonly FederatedType[]>;
  /** for objects that name none */
  readonly namespace: string;
  readonly signal: AbortSignal;
  readonly find: (finding: Finding) => void;
  readonly note: (text: string) => void;
}

/** An object of the files as it would be on the host. */
export interface StagedObject {
  readonly located: LocatedObject;
  readonly object: JsonObject;
  readonly resource: Resource;
  /** absent for what is not federated */
  readonly type?: FederatedType;
  readonly host: { readonly action: PlannedAction; readonly changes: readonly FieldChange[] };
}

const CONTROL_PLANE = [NAMESPACES, KUBEFED_CLUSTERS, FEDERATED_TYPE_CONFIGS, KUBEFED_CONFIGS];
const DNS = [DOMAINS, ...Object.values(RECORDS)];

/**
 * Applies the objects to the staged host: first what others depend on (namespaces, clusters, types, config), then
 * FederatedNamespaces, then the rest.
 *
 * @returns what could be staged, in the order of the files; what could not is a finding
 */
export async function stageFiles(
  ports: StagingPorts,
  objects: readonly LocatedObject[],
): Promise<StagedObject[]> {
  const complete = objects.filter((located) => isComplete(ports, located));
  const first = complete.filter(({ object }) => controlPlaneResource(object) !== undefined);
  const staged = new Map<LocatedObject, StagedObject>();
  const seen = new Map<string, LocatedObject>();
  const stage = async (located: LocatedObject, resource: Resource, type?: FederatedType) => {
    throwIfInterrupted(ports.signal);
    if (isDouble(ports, seen, located, resource)) return;
    const one = await stageOne(ports, located, resource, type);
    if (one !== undefined) staged.set(located, one);
  };
  for (const located of first) {
    const resource = controlPlaneResource(located.object);
    if (resource !== undefined) await stage(located, resource);
  }
  const types = await ports.types();
  for (const located of complete.filter((one) => !first.includes(one))) {
    const dns = DNS.find((resource) => isOf(resource, located.object));
    if (dns !== undefined) {
      await stage(located, dns);
      continue;
    }
    const type = types.find(({ federated }) => isOf(federated, located.object));
    if (type === undefined) ports.find(notFederated(located));
    else await stage(located, type.federated, type);
  }
  return complete.map((located) => staged.get(located)).filter((one) => one !== undefined);
}

function isComplete(ports: StagingPorts, located: LocatedObject): boolean {
  const { object } = located;
  for (const path of [['apiVersion'], ['kind'], ['metadata', 'name']]) {
    if (stringAt(object, ...path)) continue;
    const text = fieldPathText(path);
    const remedy = `set ${text} to a string`;
    const place = located.placeOf(path);
    ports.find({ severity: 'error', ...place, path: text, message: 'is missing', remedy });
    return false;
  }
  return true;
}

function controlPlaneResource(object: JsonObject): Resource | undefined {
  return CONTROL_PLANE.find((resource) => isOf(resource, object));
}

function isOf(resource: Resource, object: JsonObject): boolean {
  return resource.kind === object['kind'] && apiVersionOf(resource) === object['apiVersion'];
}

function notFederated({ object, placeOf }: LocatedObject): Finding {
  const kind = `${object['apiVersion']} ${object['kind']}`;
  const [group = ''] = String(object['apiVersion']).split('/');
  if (group !== TYPES_GROUP) {
    const leave = 'leave it out of the plan';
    return {
      ...placeOf(['kind']),
      severity: 'warning',
      path: 'kind',
      message: `${kind} is no federated object: a plan does not say what becomes of it`,
      remedy: group.endsWith('kubefed.io')
        ? leave
        : `${leave}, or federate it: kubefed-eks federate --filename FILE`,
    };
  }
  return {
    ...placeOf(['kind']),
    severity: 'error',
    path: 'kind',
    message: `${kind} is no federated type of this host`,
    remedy: 'mend apiVersion or kind, enable the type, or leave the object out of the plan',
  };
}

function isDouble(
  ports: StagingPorts,
  seen: Map<string, LocatedObject>,
  located: LocatedObject,
  resource: Resource,
): boolean {
  const id = idOf(resource, keyOf(placed(ports, located.object, resource)));
  const other = seen.get(id)?.placeOf([]);
  seen.set(id, seen.get(id) ?? located);
  if (other === undefined) return false;
  const message = `${resource.kind} ${keyOf(located.object).name} stands at ${other.file}:${other.line} already`;
  const place = located.placeOf(['metadata', 'name']);
  const remedy = 'keep one of the two';
  ports.find({ severity: 'error', ...place, path: 'metadata.name', message, remedy });
  return true;
}

function placed(ports: StagingPorts, object: JsonObject, resource: Resource): JsonObject {
  const { namespace: own, ...metadata } = objectAt(object, 'metadata') ?? {};
  const namespace = resource.namespaced ? own || ports.namespace : undefined;
  return {
    ...object,
    metadata: namespace === undefined ? metadata : { ...metadata, namespace },
  };
}

async function stageOne(
  ports: StagingPorts,
  located: LocatedObject,
  resource: Resource,
  type: FederatedType | undefined,
): Promise<StagedObject | undefined> {
  const file = placed(ports, located.object, resource);
  const key = keyOf(file);
  const found = await ports.host.get(resource, key);
  if (!found.ok && found.error.kind !== 'NotFound') {
    ports.find(refusal(located, found.error));
    return undefined;
  }
  const live = found.ok ? found.value : undefined;
  if (live === undefined && (await lacksNamespace(ports, located, key.namespace))) return undefined;
  const object = await applied(ports, located, { resource, file, live });
  if (object === undefined) return undefined;
  const changes = live === undefined ? [] : fieldChanges(live, object);
  const action = live === undefined ? 'create' : changes.length > 0 ? 'update' : 'nothing';
  if (action !== 'nothing') ports.staged.stage(resource, object);
  const host = { action, changes } as const;
  return { located, object, resource, host, ...(type === undefined ? {} : { type }) };
}

/** Without its namespace an object cannot be made. */
async function lacksNamespace(
  { staged, find }: StagingPorts,
  { placeOf }: LocatedObject,
  namespace: string | undefined,
): Promise<boolean> {
  if (namespace === undefined) return false;
  const found = await staged.cluster.get(NAMESPACES, { name: namespace });
  const going = found.ok && valueAt(found.value, 'metadata', 'deletionTimestamp') !== undefined;
  if (!going && (found.ok || found.error.kind !== 'NotFound')) return false;
  find({
    severity: 'error',
    ...placeOf(['metadata', 'namespace']),
    path: 'metadata.namespace',
    message: `namespace ${namespace} ${going ? 'is being deleted' : 'is not there'} on the host`,
    remedy: going
      ? 'wait until it is gone, then make it anew'
      : `create the namespace ${namespace}, or put it into the files`,
  });
  return true;
}

/** @returns the object as the host's server would store it, or as well as can be said without its word */
async function applied(
  ports: StagingPorts,
  located: LocatedObject,
  wanted: { resource: Resource; file: JsonObject; live: JsonObject | undefined },
): Promise<JsonObject | undefined> {
  const { resource, file, live } = wanted;
  const key = keyOf(file);
  const own = appliedObject(file, live);
  const patch = live === undefined ? undefined : applyPatchOf(file, live);
  const namespaceIsNew =
    key.namespace !== undefined &&
    ports.staged.isStaged(NAMESPACES, objectKey(undefined, key.namespace));
  if (ports.hostDryRun === undefined) return own;
  if (live === undefined && namespaceIsNew) {
    ports.note(`namespace ${key.namespace} is new: what is in it is not checked by the servers`);
    return own;
  }
  if (live !== undefined && patch === undefined) return live;
  const answer = await (patch === undefined
    ? ports.hostDryRun.create(resource, file)
    : ports.hostDryRun.patch(resource, key, patch));
  if (answer.ok) return answer.value;
  if (answer.error.kind === 'Forbidden') {
    ports.note(`not checked by the host's server: ${answer.error.message}`);
    return own;
  }
  ports.find(refusal(located, answer.error));
  return undefined;
}

function refusal({ object, placeOf }: LocatedObject, error: ApiError): Finding {
  const path = isJsonObject(object) ? locateMessage(error.message, object) : undefined;
  return {
    ...placeOf(path ?? []),
    severity: 'error',
    ...(path === undefined ? {} : { path: fieldPathText(path) }),
    message: `the host refuses it: ${error.message}`,
    remedy: 'mend the object as the message says',
  };
}
