import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  listAt,
  stringAt,
} from '../../model/json.ts';
import { apiVersionOf, type Resource } from '../../model/resource.ts';
import { equalJson } from './json-copy.ts';
import type { KindRules } from './kind-rules.ts';
import { metadataOf } from './store.ts';

/** What a client may say in metadata; the rest is the server's. */
const CLIENT_METADATA = [
  ...['name', 'generateName', 'namespace', 'labels', 'annotations', 'finalizers'],
  'ownerReferences',
];
const SERVER_METADATA = [
  ...['uid', 'resourceVersion', 'creationTimestamp', 'generation'],
  ...['deletionTimestamp', 'deletionGracePeriodSeconds'],
];

/** The identity that a server gives to a new object. */
export interface Birth {
  readonly name: string;
  readonly uid: string;
  readonly nowMs: number;
}

/** @returns a new object as a server stores it, still without resourceVersion */
export function newObject(
  resource: Resource,
  given: JsonObject,
  birth: Birth,
  rules: KindRules,
): JsonObject {
  const { generation } = metadataOf(given);
  const metadata: JsonObject = {
    ...clientMetadata(given),
    name: birth.name,
    uid: birth.uid,
    creationTimestamp: timestamp(birth.nowMs),
  };
  if (!resource.namespaced) delete metadata['namespace'];
  // Where nobody counts, a server keeps what it was given.
  if (rules.hasGeneration(resource)) metadata['generation'] = 1;
  else if (generation !== undefined) metadata['generation'] = generation;
  const object: JsonObject = { ...withType(resource, given), metadata };
  if (rules.hasStatus(resource)) delete object['status'];
  return object;
}

/** @returns the object as it is after a full update; its generation counts a change of its content */
export function updatedObject(
  resource: Resource,
  current: JsonObject,
  wanted: JsonObject,
  rules: KindRules,
): JsonObject {
  const metadata: JsonObject = clientMetadata(wanted);
  for (const field of SERVER_METADATA) {
    const value = metadataOf(current)[field];
    if (value !== undefined) metadata[field] = value;
  }
  const next: JsonObject = { ...withType(resource, wanted), metadata };
  if (rules.hasStatus(resource)) restore(next, 'status', current['status']);
  const counts =
    rules.hasGeneration(resource) &&
    !equalJson(contentOf(resource, current, rules), contentOf(resource, next, rules));
  return counts ? nextGeneration(next) : next;
}

/** @returns the object marked as being deleted */
export function terminatingObject(object: JsonObject, nowMs: number): JsonObject {
  const deletionTimestamp = timestamp(nowMs);
  const metadata = { ...metadataOf(object), deletionTimestamp, deletionGracePeriodSeconds: 0 };
  return nextGeneration({ ...object, metadata });
}

export function isTerminating(object: JsonObject): boolean {
  return stringAt(object, 'metadata', 'deletionTimestamp') !== undefined;
}

/** @returns whether anything has still to be done before a terminating object can go */
export function isHeld(object: JsonObject): boolean {
  const ofNamespace = object['kind'] === 'Namespace' ? listAt(object, 'spec', 'finalizers') : [];
  return listAt(object, 'metadata', 'finalizers').length + ofNamespace.length > 0;
}

/** @returns RFC 3339 in whole seconds, as API servers write it */
export function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

function clientMetadata(object: JsonObject): JsonObject {
  const given = metadataOf(object);
  return Object.fromEntries(
    CLIENT_METADATA.map((field): [string, JsonValue | undefined] => [field, given[field]]).filter(
      ([, value]) => !isEmpty(value),
    ),
  );
}

function isEmpty(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isJsonObject(value) && Object.keys(value).length === 0;
}

function withType(resource: Resource, object: JsonObject): JsonObject {
  return { apiVersion: apiVersionOf(resource), kind: resource.kind, ...object };
}

function restore(object: JsonObject, key: string, value: JsonValue | undefined): void {
  if (value === undefined) delete object[key];
  else object[key] = value;
}

function contentOf(resource: Resource, object: JsonObject, rules: KindRules): JsonObject {
  const { metadata: _, status, ...content } = object;
  return rules.hasStatus(resource) ? content : { ...content, status };
}

function nextGeneration(object: JsonObject): JsonObject {
  const metadata = metadataOf(object);
  const { generation } = metadata;
  if (typeof generation !== 'number' || generation === 0) return object;
  return { ...object, metadata: { ...metadata, generation: generation + 1 } };
}
