import { isJsonObject, type JsonObject, listAt, stringAt } from '../../model/json.ts';
import { TYPES_GROUP } from '../../model/names.ts';
import { apiVersionOf } from '../../model/resource.ts';
import { apiFailure, type Side } from '../connect/side.ts';
import {
  type ApiResource,
  type Discovery,
  isCalled,
  preferredResources,
  typeName,
} from './discovery.ts';

export interface Content {
  readonly resource: ApiResource;
  /** with apiVersion and kind, which lists leave out */
  readonly object: JsonObject;
}

export interface Contents {
  /** by type in the order of discovery, then by name */
  readonly contents: readonly Content[];
  /** objects that are left out, each with its reason; for a person */
  readonly skipped: readonly string[];
}

/** Never federated: derived from other objects, or the federation's own. */
const NEVER: ReadonlySet<string> = new Set([
  'endpoints',
  'endpointslices.discovery.k8s.io',
  'events',
  'events.events.k8s.io',
  'leases.coordination.k8s.io',
  'propagatedversions.core.kubefed.io',
  'pods.metrics.k8s.io',
]);
const NAME = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/**
 * Lists what is in a namespace and is worth federating. Unlike kubefedctl it leaves out what a controller or the cluster
 * made by itself: objects with a controlling owner (ReplicaSets of Deployments, their Pods), tokens of ServiceAccounts,
 * the ServiceAccount `default`, the ConfigMap `kube-root-ca.crt`, endpoint slices, leases.
 *
 * @param skip types or whole groups, as `--skip-api-resources` names them
 * @throws CommandError when a list is refused
 * Source: KubeFed v0.10.0, kubefedctl federate --contents (selection of types)
 */
export async function namespaceContents(
  host: Side,
  discovery: Discovery,
  { namespace, skip }: { namespace: string; skip: readonly string[] },
): Promise<Contents> {
  const unwanted = new Set(skip.map((name) => name.toLowerCase()));
  const resources = preferredResources(discovery).filter(
    (resource) => isContent(resource) && !isSkipped(resource, unwanted),
  );
  const contents: Content[] = [];
  const skipped: string[] = [];
  const lists = await Promise.all(resources.map((one) => host.cluster.list(one, { namespace })));
  for (const [at, found] of lists.entries()) {
    const resource = resources[at];
    if (resource === undefined) continue;
    if (!found.ok)
      throw apiFailure(host, `list ${typeName(resource)} in ${namespace}`, found.error);
    for (const item of found.value.items) {
      const object = { ...item, apiVersion: apiVersionOf(resource), kind: resource.kind };
      const reason = whyNot(object);
      if (reason === undefined) contents.push({ resource, object });
      else skipped.push(`${resource.kind} ${nameOf(object)}: ${reason}`);
    }
  }
  return { contents, skipped };
}

function isContent(resource: ApiResource): boolean {
  const { group, kind, namespaced, verbs } = resource;
  if (!namespaced || !verbs.includes('list') || group === 'extensions') return false;
  if (group === TYPES_GROUP && kind.startsWith('Federated')) return false;
  return !NEVER.has(typeName(resource));
}

function isSkipped(resource: ApiResource, unwanted: ReadonlySet<string>): boolean {
  return [...unwanted].some((name) => name === resource.group || isCalled(resource, name));
}

/** @returns why an object is not federated; undefined when it is */
function whyNot(object: JsonObject): string | undefined {
  const { kind } = object;
  const name = nameOf(object);
  const owners = listAt(object, 'metadata', 'ownerReferences').filter(isJsonObject);
  const owner = owners.find((one) => one['controller'] === true);
  if (owner !== undefined) return `${owner['kind']} ${owner['name']} makes it`;
  if (kind === 'Secret' && object['type'] === 'kubernetes.io/service-account-token') {
    return 'the token of a ServiceAccount is good in its own cluster only';
  }
  const byCluster =
    (kind === 'ServiceAccount' && name === 'default') ||
    (kind === 'ConfigMap' && name === 'kube-root-ca.crt');
  if (byCluster) return 'every cluster makes its own';
  return NAME.test(name) ? undefined : 'its name is not a DNS-1123 subdomain';
}

function nameOf(object: JsonObject): string {
  return stringAt(object, 'metadata', 'name') ?? '';
}
