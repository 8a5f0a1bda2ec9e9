import type { JsonObject } from '../../model/json.ts';
import { TYPES_GROUP } from '../../model/names.ts';
import { objectKey, qualifiedName, type Resource } from '../../model/resource.ts';
import { FEDERATED_TYPE_CONFIGS, readFederatedType } from '../../model/type-config.ts';
import { describe, listObjects } from '../cluster-objects.ts';
import { CommandError } from '../command-error.ts';
import { apiFailure, type Side } from '../connect/side.ts';
import type { FederateRequest } from '../requests.ts';
import { type Discovery, findType, typeName } from './discovery.ts';
import { federate, type TypePair } from './federated-crd.ts';
import { federatedObject } from './federated-object.ts';
import { namespaceContents } from './namespace-contents.ts';

export interface FederatedItem {
  readonly resource: Resource;
  readonly object: JsonObject;
}

export interface Gathered {
  /** federated objects to make, the namespace's own first */
  readonly items: readonly FederatedItem[];
  /** types to enable before that; each once */
  readonly toEnable: readonly TypePair[];
  /** for a person: objects left out of `--contents`, with the reason */
  readonly skipped: readonly string[];
}

/**
 * Reads what is to be federated and makes federated objects of it; writes nothing.
 *
 * @throws CommandError TypeNotFound, ObjectNotFound, Usage, TypeNotEnabled when a type is not and may not be enabled
 * Source: KubeFed v0.10.0, kubefedctl federate
 */
export async function gatherObjects(
  host: Side,
  discovery: Discovery,
  request: FederateRequest & { readonly namespace: string },
): Promise<Gathered> {
  const { contents, namespace, kubefedNamespace } = request;
  const target = findType(discovery, request.type);
  const isNamespace = target.kind === 'Namespace' && target.group === '';
  if (contents && !isNamespace) {
    throw new CommandError('Usage', "Flag '--contents' can only be used with type 'namespaces'.", [
      'kubefed-eks federate namespaces NAME --contents',
    ]);
  }
  const configs = await listObjects(host, FEDERATED_TYPE_CONFIGS, kubefedNamespace);
  const types = configs.map(readFederatedType).filter((type) => type !== undefined);
  const toEnable = new Map<string, TypePair>();
  const pairOf = (resource: Resource): TypePair => {
    const name = typeName(resource);
    const installed = types.find((type) => type.name === name);
    if (installed !== undefined) return installed;
    const pair = federate(resource, { group: TYPES_GROUP, version: 'v1beta1' });
    if (request.output === undefined && !request.enableType) throw notEnabled(name, contents);
    if (request.output === undefined) toEnable.set(name, pair);
    return pair;
  };

  const own = pairOf(target);
  const first = await readTarget(host, own.target, { namespace, name: request.name });
  const items = [{ resource: own.federated, object: federatedObject(first, own.federated) }];
  if (!contents) return { items, toEnable: [...toEnable.values()], skipped: [] };
  const skip = request.skipApiResources;
  const found = await namespaceContents(host, discovery, { namespace: request.name, skip });
  for (const { resource, object } of found.contents) {
    const { federated } = pairOf(resource);
    items.push({ resource: federated, object: federatedObject(object, federated) });
  }
  return { items, toEnable: [...toEnable.values()], skipped: found.skipped };
}

async function readTarget(
  host: Side,
  target: Resource,
  { namespace, name }: { namespace: string; name: string },
): Promise<JsonObject> {
  const key = objectKey(target.namespaced ? namespace : undefined, name);
  const found = await host.cluster.get(target, key);
  if (found.ok) return found.value;
  if (found.error.kind !== 'NotFound') {
    throw apiFailure(host, `read ${describe(target, key)}`, found.error);
  }
  throw new CommandError(
    'ObjectNotFound',
    `Failed to retrieve resource: "${qualifiedName(key)}": ${found.error.message}`,
    [`kubectl get ${typeName(target)} --all-namespaces`, 'another namespace with --namespace'],
  );
}

function notEnabled(name: string, contents: boolean): CommandError {
  return new CommandError(
    'TypeNotEnabled',
    `federatedtypeconfigs.core.kubefed.io "${name}" not found. Consider using '--enable-type' to optionally enable type while federating the resource`,
    [
      '--enable-type',
      `kubefed-eks enable ${name}`,
      ...(contents ? [`--skip-api-resources ${name}`] : []),
    ],
  );
}
