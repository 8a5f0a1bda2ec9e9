import { isJsonObject, type JsonObject, listAt, stringAt } from '../../model/json.ts';
import { apiVersionOf, type Resource } from '../../model/resource.ts';
import { CommandError } from '../command-error.ts';
import { apiFailure, type Side } from '../connect/side.ts';

/** A resource as API discovery tells it. */
export interface ApiResource extends Resource {
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly verbs: readonly string[];
}

export interface Discovery {
  /** every resource in every version, the preferred version of a group first; subresources left out */
  readonly resources: readonly ApiResource[];
  /** group versions that did not answer, e.g. of an aggregated API whose server is down */
  readonly failed: readonly string[];
}

const TIMEOUT_SECONDS = 30;

/**
 * Asks a cluster which resources it has. That some group does not answer is no failure.
 *
 * @throws CommandError when the cluster itself does not answer
 * Source: Kubernetes, API discovery (unaggregated)
 */
export async function discover(side: Side): Promise<Discovery> {
  const groups = await readJson(side, '/apis');
  const versions = listAt(groups, 'groups').filter(isJsonObject).flatMap(versionsOf);
  const failed: string[] = [];
  const lists = await Promise.all(
    ['v1', ...versions].map(async (groupVersion) => {
      const path = groupVersion === 'v1' ? '/api/v1' : `/apis/${groupVersion}`;
      const found = await side.cluster.raw(path, TIMEOUT_SECONDS);
      if (found.ok) return resourcesOf(groupVersion, parseObject(found.value));
      if (groupVersion === 'v1') throw apiFailure(side, `read ${path}`, found.error);
      failed.push(groupVersion);
      return [];
    }),
  );
  return { resources: lists.flat(), failed };
}

/** @returns each resource of a group once, in the preferred version or the first that has it */
export function preferredResources(discovery: Discovery): ApiResource[] {
  const byName = new Map<string, ApiResource>();
  for (const resource of discovery.resources) {
    const name = typeName(resource);
    if (!byName.has(name)) byName.set(name, resource);
  }
  return [...byName.values()];
}

/**
 * Finds a type by what a person calls it: plural, singular, kind, short name or `plural.group`, in any case. A match in
 * the core group wins.
 *
 * @param version look in this API version of the group only
 * @throws CommandError TypeNotFound, TypeAmbiguous
 * Source: KubeFed v0.10.0, kubefedctl enable (look-up and messages)
 */
export function findType(discovery: Discovery, name: string, version?: string): ApiResource {
  const candidates =
    version === undefined || version === ''
      ? preferredResources(discovery)
      : discovery.resources.filter((one) => one.version === version);
  const matches = candidates.filter((one) => isCalled(one, name.toLowerCase()));
  const core = matches.find((one) => one.group === '');
  const found = core ?? matches[0];
  if (found === undefined) throw typeNotFound(discovery, name);
  if (core === undefined && matches.length > 1) {
    const names = matches.map(typeName).join(', ');
    throw new CommandError(
      'TypeAmbiguous',
      `Multiple resources are matched by "${name}": ${names}. A group-qualified plural name must be provided.`,
      [`one of: ${names}`],
    );
  }
  return found;
}

/** @returns `plural.group`, or the plural alone for the core group: the name of a FederatedTypeConfig */
export function typeName(resource: Resource): string {
  return resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`;
}

/** @returns `plural.group/version`. Source: KubeFed v0.10.0, how messages name a type */
export function qualifiedType(resource: Resource): string {
  return `${typeName(resource)}/${resource.version}`;
}

/** @param name in lower case */
export function isCalled(resource: ApiResource, name: string): boolean {
  const { kind, plural, singular, shortNames } = resource;
  const names = [plural, singular, kind.toLowerCase(), typeName(resource), ...shortNames];
  return names.includes(name);
}

function typeNotFound(discovery: Discovery, name: string): CommandError {
  const silent = discovery.failed.join(', ');
  return new CommandError('TypeNotFound', `Unable to find api resource named "${name}".`, [
    'kubectl api-resources shows the names that the host knows; a CRD must be there first',
    ...(silent === '' ? [] : [`these APIs of the host do not answer: ${silent}`]),
  ]);
}

function versionsOf(group: JsonObject): string[] {
  const all = listAt(group, 'versions').map((one) => stringAt(one, 'groupVersion') ?? '');
  const preferred = stringAt(group, 'preferredVersion', 'groupVersion');
  return [...new Set([...(preferred === undefined ? [] : [preferred]), ...all])];
}

function resourcesOf(groupVersion: string, list: JsonObject): ApiResource[] {
  const [version = '', group = ''] = groupVersion.split('/').reverse();
  return listAt(list, 'resources')
    .filter(isJsonObject)
    .map((one) => ({
      group,
      version,
      kind: stringAt(one, 'kind') ?? '',
      plural: stringAt(one, 'name') ?? '',
      namespaced: one['namespaced'] === true,
      singular: stringAt(one, 'singularName') ?? '',
      shortNames: listAt(one, 'shortNames').map(String),
      verbs: listAt(one, 'verbs').map(String),
    }))
    .filter((one) => !one.plural.includes('/'));
}

/** @throws CommandError when there is no such document, or it is no JSON object */
export async function readJson(side: Side, path: string): Promise<JsonObject> {
  const found = await side.cluster.raw(path, TIMEOUT_SECONDS);
  if (!found.ok) throw apiFailure(side, `read ${path}`, found.error);
  return parseObject(found.value);
}

function parseObject(text: string): JsonObject {
  const parsed: unknown = JSON.parse(text);
  return isJsonObject(parsed) ? parsed : {};
}

/** @returns the resource of a kind in an `apiVersion`; undefined when the cluster has none */
export function findKind(
  discovery: Discovery,
  apiVersion: string,
  kind: string,
): ApiResource | undefined {
  return discovery.resources.find((one) => one.kind === kind && apiVersionOf(one) === apiVersion);
}
