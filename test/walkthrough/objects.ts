import { join } from 'node:path';
import { readManifests } from '../../lib/adapters/files/manifests.ts';
import { type JsonObject, stringAt } from '../../lib/model/json.ts';
import { objectKey, type Resource } from '../../lib/model/resource.ts';
import { CONFIG_MAPS, NAMESPACES } from '../../lib/model/resources.ts';
import { pluralOf } from '../../lib/model/type-config.ts';
import type { ApiResult, Cluster } from '../../lib/ports.ts';

export const DEPLOYMENTS: Resource = {
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  namespaced: true,
};
export const FEDERATED_DEPLOYMENTS = federatedType('FederatedDeployment');
export const FEDERATED_CONFIG_MAPS = federatedType('FederatedConfigMap');
export const FEDERATED_NAMESPACES = federatedType('FederatedNamespace');

export function federatedType(kind: string): Resource {
  return {
    group: 'types.kubefed.io',
    version: 'v1beta1',
    kind,
    plural: pluralOf(kind),
    namespaced: true,
  };
}

const EXAMPLES = join(import.meta.dirname, '..', '..', 'examples', 'first-steps');

/** @returns the object of that name and kind in `examples/first-steps` */
export async function example(kind: string, name: string): Promise<JsonObject> {
  const objects = await readManifests(EXAMPLES);
  const found = objects.find(
    (object) => object['kind'] === kind && stringAt(object, 'metadata', 'name') === name,
  );
  if (found === undefined) throw new Error(`examples/first-steps has no ${kind} ${name}`);
  return found;
}

/** As `kubectl create -f`. */
export async function create(api: Cluster, object: JsonObject): Promise<JsonObject> {
  return must(await api.create(resourceOf(object), object));
}

/** @returns the object as it is now */
export async function read(
  api: Cluster,
  resource: Resource,
  namespace: string,
  name: string,
): Promise<JsonObject | undefined> {
  const found = await api.get(resource, objectKey(namespace, name));
  return !found.ok && found.error.kind === 'NotFound' ? undefined : must(found);
}

/** As `kubectl patch --type merge`. */
export async function patch(
  api: Cluster,
  resource: Resource,
  name: { namespace: string; name: string },
  change: JsonObject,
): Promise<void> {
  must(await api.patch(resource, name, change));
}

export function must<T>(result: ApiResult<T>): T {
  if (result.ok) return result.value;
  throw new Error(result.error.message);
}

function resourceOf(object: JsonObject): Resource {
  const kind = stringAt(object, 'kind') ?? '';
  if (kind === 'Namespace') return NAMESPACES;
  if (kind === 'ConfigMap') return CONFIG_MAPS;
  return federatedType(kind);
}
