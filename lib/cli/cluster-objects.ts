import { type JsonObject, objectAt, stringAt } from '../model/json.ts';
import { type ObjectKey, qualifiedName, type Resource } from '../model/resource.ts';
import type { ApiResult } from '../ports.ts';
import type { Changes } from './changes.ts';
import { CommandError } from './command-error.ts';
import { apiFailure, type Side } from './connect/side.ts';
import { inversePatch, patchTowards } from './merge-patch.ts';

/** An object that a command wants to be there. */
export interface WantedObject {
  readonly resource: Resource;
  /** with apiVersion, kind, metadata.name, and metadata.namespace where it has one */
  readonly object: JsonObject;
  /** the message to refuse with when the object exists already; absent means take it over */
  readonly refuseExisting?: string;
}

/** @returns the object, or undefined when there is none. @throws CommandError on any other refusal */
export async function readObject(
  side: Side,
  resource: Resource,
  key: ObjectKey,
): Promise<JsonObject | undefined> {
  const found = await side.cluster.get(resource, key);
  if (found.ok) return found.value;
  if (found.error.kind === 'NotFound') return undefined;
  throw apiFailure(side, `read ${describe(resource, key)}`, found.error);
}

/** @returns all objects of a resource, in one namespace where one is given; none when the resource itself is unknown there */
export async function listObjects(
  side: Side,
  resource: Resource,
  namespace?: string,
): Promise<JsonObject[]> {
  const options = namespace === undefined ? {} : { namespace };
  const found = await side.cluster.list(resource, options);
  if (found.ok) return found.value.items;
  if (found.error.kind === 'NotFound') return [];
  throw apiFailure(
    side,
    `list ${resource.plural} in ${namespace ?? 'all namespaces'}`,
    found.error,
  );
}

/**
 * Makes an object be there and say what is wanted. Fields that the wanted object does not mention stay as they are. A
 * binding to another role is made anew, because a binding's role cannot be changed.
 *
 * @returns the object as it is then; as it would be, in a dry run
 * @throws CommandError AlreadyExists with the `refuseExisting` message, RequestFailed when it is being deleted
 */
export async function ensureObject(
  changes: Changes,
  side: Side,
  wanted: WantedObject,
): Promise<JsonObject> {
  const { resource, object } = wanted;
  const key = keyOf(object);
  const live = await readObject(side, resource, key);
  if (live === undefined) return createObject(changes, side, wanted);
  if (wanted.refuseExisting !== undefined) {
    throw new CommandError('AlreadyExists', wanted.refuseExisting, ['--error-on-existing=false']);
  }
  if (isBeingDeleted(live)) throw beingDeleted(side, describe(resource, key));
  const patch = patchTowards(withoutIdentity(object), live);
  if (patch === undefined) {
    changes.unchanged(side.place, describe(resource, key));
    return live;
  }
  if (patch['roleRef'] !== undefined) {
    await removeObject(changes, side, { resource, key });
    return createObject(changes, side, wanted);
  }
  return patchObject(changes, side, { resource, key, patch, live });
}

/** Deletes an object; that it is not there is fine. */
export async function removeObject(
  changes: Changes,
  side: Side,
  { resource, key }: { resource: Resource; key: ObjectKey },
): Promise<void> {
  const live = await readObject(side, resource, key);
  if (live === undefined) return;
  const what = describe(resource, key);
  await changes.make(
    { action: 'delete', place: side.place, what },
    () => deleteNow(side, resource, key),
    async () => {
      expectOk(side, `create ${what}`, await side.cluster.create(resource, bare(live)));
    },
  );
}

export function isBeingDeleted(object: JsonObject): boolean {
  return stringAt(object, 'metadata', 'deletionTimestamp') !== undefined;
}

/** @returns kind and qualified name */
export function describe(resource: Resource, key: ObjectKey): string {
  return `${resource.kind} ${qualifiedName(key)}`;
}

async function createObject(
  changes: Changes,
  side: Side,
  { resource, object }: WantedObject,
): Promise<JsonObject> {
  const key = keyOf(object);
  const what = describe(resource, key);
  let made = object;
  await changes.make(
    { action: 'create', place: side.place, what, object },
    async () => {
      made = expectOk(side, `create ${what}`, await side.cluster.create(resource, object));
    },
    () => deleteNow(side, resource, key, stringAt(made, 'metadata', 'uid')),
  );
  return made;
}

async function patchObject(
  changes: Changes,
  side: Side,
  edit: { resource: Resource; key: ObjectKey; patch: JsonObject; live: JsonObject },
): Promise<JsonObject> {
  const { resource, key, patch, live } = edit;
  const what = describe(resource, key);
  const send = async (body: JsonObject) =>
    expectOk(side, `update ${what}`, await side.cluster.patch(resource, key, body));
  let updated = live;
  await changes.make(
    { action: 'update', place: side.place, what, object: patch },
    async () => {
      updated = await send(patch);
    },
    async () => {
      await send(inversePatch(patch, live));
    },
  );
  return updated;
}

/** @param uid delete only this very object; one that was made anew meanwhile stays */
async function deleteNow(
  side: Side,
  resource: Resource,
  key: ObjectKey,
  uid?: string,
): Promise<void> {
  const options = uid === undefined ? {} : { preconditions: { uid } };
  const gone = await side.cluster.delete(resource, key, options);
  if (gone.ok || gone.error.kind === 'NotFound') return;
  throw apiFailure(side, `delete ${describe(resource, key)}`, gone.error);
}

function beingDeleted(side: Side, what: string): CommandError {
  return new CommandError('RequestFailed', `${side.label}: ${what} is still being deleted`, [
    'the same command again, when it is gone',
  ]);
}

function expectOk(side: Side, doing: string, result: ApiResult): JsonObject {
  if (result.ok) return result.value;
  throw apiFailure(side, doing, result.error);
}

function keyOf(object: JsonObject): ObjectKey {
  const name = stringAt(object, 'metadata', 'name') ?? '';
  const namespace = stringAt(object, 'metadata', 'namespace');
  return namespace === undefined ? { name } : { namespace, name };
}

function withoutIdentity(object: JsonObject): JsonObject {
  const { apiVersion: _version, kind: _kind, metadata: _metadata, ...rest } = object;
  const { name: _name, namespace: _namespace, ...metadata } = objectAt(object, 'metadata') ?? {};
  return Object.keys(metadata).length === 0 ? rest : { ...rest, metadata };
}

/** The object without what only the server may set. */
function bare(live: JsonObject): JsonObject {
  const {
    uid: _uid,
    resourceVersion: _version,
    creationTimestamp: _created,
    managedFields: _fields,
    ...metadata
  } = objectAt(live, 'metadata') ?? {};
  return { ...live, metadata };
}
