import { mergePatch } from '../../core/merge-patch.ts';
import { type JsonObject, listAt, objectAt, stringAt } from '../../model/json.ts';
import { type ObjectKey, objectKey, type Resource } from '../../model/resource.ts';
import { NAMESPACES } from '../../model/resources.ts';
import type { ApiResult } from '../../ports.ts';
import { equalJson } from './json-copy.ts';
import type { KindRules } from './kind-rules.ts';
import {
  emptiedNamespace,
  furnishedNamespace,
  isNamespaces,
  namespaceRefusal,
  terminatingNamespace,
  updatedNamespace,
} from './namespaces.ts';
import {
  isHeld,
  isTerminating,
  newObject,
  terminatingObject,
  updatedObject,
} from './object-states.ts';
import { alreadyExists, conflict, invalid, notFound, notServed, refuse } from './refusals.ts';
import { metadataOf, type Store } from './store.ts';

export interface WriteSettings {
  readonly store: Store;
  readonly rules: KindRules;
  readonly nowMs: () => number;
  readonly nextUid: () => string;
  readonly nextSuffix: () => string;
  /** defaulting and validation of what is written */
  readonly admit: (resource: Resource, object: JsonObject) => ApiResult;
  readonly requireNamespaces: boolean;
  readonly namespaceController: boolean;
}

/** The writes of the port `Cluster`, done at once. Results are shared with the store: copy before handing them out. */
export interface Writes {
  create(resource: Resource, object: JsonObject): ApiResult;
  replace(resource: Resource, object: JsonObject): ApiResult;
  patch(resource: Resource, key: ObjectKey, patch: JsonObject, status: boolean): ApiResult;
  delete(resource: Resource, key: ObjectKey, options: JsonObject): ApiResult;
}

export function memoryWrites(settings: WriteSettings): Writes {
  return {
    create: (resource, object) => create(settings, resource, object),
    replace: (resource, object) => replace(settings, resource, object),
    patch: (resource, key, patch, status) =>
      status
        ? patchStatus(settings, resource, key, patch)
        : patchObject(settings, resource, key, patch),
    delete: (resource, key, options) => remove(settings, resource, key, options),
  };
}

function create(settings: WriteSettings, resource: Resource, object: JsonObject): ApiResult {
  const { store, rules } = settings;
  const metadata = metadataOf(object);
  const namespace = stringAt(metadata, 'namespace');
  if (resource.namespaced && namespace === undefined) {
    return refuse(
      'Invalid',
      'the server does not allow this method on the requested resource',
      405,
    );
  }
  const refusal = namespaceRefusal(store, resource, object, settings.requireNamespaces);
  if (refusal !== undefined) return refusal;
  const generateName = stringAt(metadata, 'generateName');
  const name =
    stringAt(metadata, 'name') || (generateName && `${generateName}${settings.nextSuffix()}`);
  if (!name) {
    const reason = 'metadata.name: Required value: name or generateName is required';
    return invalid(resource, '', reason);
  }
  if (metadata['resourceVersion']) {
    return refuse('ServerError', 'resourceVersion should not be set on objects to be created');
  }
  const existing = store.get(resource, objectKey(namespace, name));
  if (existing !== undefined) return alreadyExists(resource, name, isTerminating(existing));
  const birth = { name, uid: settings.nextUid(), nowMs: settings.nowMs() };
  const made = newObject(resource, object, birth, rules);
  const admitted = settings.admit(
    resource,
    isNamespaces(resource) ? furnishedNamespace(made) : made,
  );
  return admitted.ok ? { ok: true, value: store.put(resource, admitted.value) } : admitted;
}

function replace(settings: WriteSettings, resource: Resource, object: JsonObject): ApiResult {
  const { store, rules } = settings;
  const { name, namespace, uid, resourceVersion } = identityOf(object);
  const current = store.get(resource, objectKey(namespace, name));
  if (current === undefined) {
    if (!rules.createsOnReplace(resource)) return notFound(resource, name);
    if (uid) return conflict(resource, name, otherUid(uid, ''));
    const { resourceVersion: _, ...metadata } = metadataOf(object);
    return create(settings, resource, { ...object, metadata });
  }
  const is = identityOf(current);
  if (uid && uid !== is.uid) return conflict(resource, name, otherUid(uid, is.uid));
  if (!resourceVersion && !rules.replacesUnconditionally(resource)) {
    const reason = 'metadata.resourceVersion: Invalid value: 0: must be specified for an update';
    return invalid(resource, name, reason);
  }
  if (resourceVersion && resourceVersion !== is.resourceVersion) return conflict(resource, name);
  return update(settings, resource, current, object);
}

function patchObject(
  settings: WriteSettings,
  resource: Resource,
  key: ObjectKey,
  patch: JsonObject,
): ApiResult {
  const current = settings.store.get(resource, key);
  if (current === undefined) return notFound(resource, key.name);
  const wanted = mergePatch(current, patch);
  const is = identityOf(current);
  const to = identityOf(wanted);
  if (to.name !== is.name) {
    const reason = `the name of the object (${to.name}) does not match the name on the URL (${is.name})`;
    return refuse('Invalid', reason, 400);
  }
  if (to.namespace !== is.namespace) {
    const reason =
      'the namespace of the provided object does not match the namespace sent on the request';
    return refuse('Invalid', reason, 400);
  }
  if (to.resourceVersion !== is.resourceVersion) return conflict(resource, is.name);
  if (to.uid !== is.uid) {
    const reason = `metadata.uid: Invalid value: "${to.uid}": field is immutable`;
    return invalid(resource, is.name, reason);
  }
  return update(settings, resource, current, wanted);
}

/** A patch of status leaves metadata alone; only its resourceVersion counts. */
function patchStatus(
  { store, rules }: WriteSettings,
  resource: Resource,
  key: ObjectKey,
  patch: JsonObject,
): ApiResult {
  if (!rules.hasStatus(resource)) return notServed();
  const current = store.get(resource, key);
  if (current === undefined) return notFound(resource, key.name);
  const { status, ...wanted } = mergePatch(current, patch);
  if (identityOf(wanted).resourceVersion !== identityOf(current).resourceVersion) {
    return conflict(resource, key.name);
  }
  if (equalJson(status, current['status'])) return { ok: true, value: current };
  const { status: _, ...rest } = current;
  return {
    ok: true,
    value: store.put(resource, status === undefined ? rest : { ...rest, status }),
  };
}

function update(
  settings: WriteSettings,
  resource: Resource,
  current: JsonObject,
  wanted: JsonObject,
): ApiResult {
  const { store, rules } = settings;
  const refusal = deletionRefusal(resource, current, wanted);
  if (refusal !== undefined) return refusal;
  const updated = updatedObject(resource, current, wanted, rules);
  const admitted = settings.admit(
    resource,
    isNamespaces(resource) ? updatedNamespace(current, updated) : updated,
  );
  if (!admitted.ok) return admitted;
  const next = admitted.value;
  if (equalJson(next, current)) return { ok: true, value: current };
  if (isTerminating(next) && !isHeld(next)) {
    erase(settings, resource, current);
    return { ok: true, value: next };
  }
  return { ok: true, value: store.put(resource, next) };
}

function deletionRefusal(resource: Resource, current: JsonObject, wanted: JsonObject) {
  const { name } = identityOf(current);
  const asked = stringAt(wanted, 'metadata', 'deletionTimestamp');
  if (asked !== undefined && asked !== stringAt(current, 'metadata', 'deletionTimestamp')) {
    const reason = `metadata.deletionTimestamp: Invalid value: "${asked}": field is immutable`;
    return invalid(resource, name, reason);
  }
  if (!isTerminating(current)) return undefined;
  const known = new Set(listAt(current, 'metadata', 'finalizers'));
  const added = listAt(wanted, 'metadata', 'finalizers').filter((item) => !known.has(item));
  if (added.length === 0) return undefined;
  return invalid(
    resource,
    name,
    `metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers ${JSON.stringify(added)}`,
  );
}

/** Deletes in the background; nobody follows owner references. */
function remove(
  settings: WriteSettings,
  resource: Resource,
  key: ObjectKey,
  options: JsonObject,
): ApiResult {
  const { store } = settings;
  const current = store.get(resource, key);
  if (current === undefined) return notFound(resource, key.name);
  const is = identityOf(current);
  const { uid, resourceVersion } = objectAt(options, 'preconditions') ?? {};
  if (uid !== undefined && uid !== is.uid) {
    return conflict(resource, key.name, otherUid(String(uid), is.uid));
  }
  if (resourceVersion !== undefined && resourceVersion !== is.resourceVersion) {
    const reason = `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${is.resourceVersion}). The object might have been modified`;
    return conflict(resource, key.name, reason);
  }
  if (isTerminating(current)) return { ok: true, value: current };
  if (!isHeld(current)) {
    const last = erase(settings, resource, current);
    const isReturned = settings.rules.returnsDeleted(resource);
    return { ok: true, value: isReturned ? last : deletedStatus(resource, is) };
  }
  const marked = terminatingObject(current, settings.nowMs());
  const value = store.put(resource, isNamespaces(resource) ? terminatingNamespace(marked) : marked);
  if (isNamespaces(resource)) emptyNamespace(settings, key.name);
  return { ok: true, value };
}

function erase(settings: WriteSettings, resource: Resource, object: JsonObject): JsonObject {
  const last = settings.store.remove(resource, object);
  const { namespace } = identityOf(object);
  if (namespace !== undefined) emptyNamespace(settings, namespace);
  return last;
}

/** What the namespace controller does: deletes the content, and when nothing is left, lets the Namespace go. */
function emptyNamespace(settings: WriteSettings, name: string): void {
  const { store } = settings;
  const namespace = store.get(NAMESPACES, { name });
  if (!settings.namespaceController || namespace === undefined || !isTerminating(namespace)) return;
  if (listAt(namespace, 'spec', 'finalizers').length === 0) return;
  for (const { resource, object } of store.contents(name)) {
    if (!isTerminating(object)) {
      remove(settings, resource, { namespace: name, name: identityOf(object).name }, {});
    }
  }
  const left = store.get(NAMESPACES, { name });
  if (left === undefined || store.contents(name).length > 0) return;
  const emptied = emptiedNamespace(left);
  if (isHeld(emptied)) store.put(NAMESPACES, emptied);
  else store.remove(NAMESPACES, left);
}

function identityOf(object: JsonObject) {
  const metadata = metadataOf(object);
  return {
    name: stringAt(metadata, 'name') ?? '',
    namespace: stringAt(metadata, 'namespace'),
    uid: stringAt(metadata, 'uid') ?? '',
    resourceVersion: stringAt(metadata, 'resourceVersion') ?? '',
  };
}

function otherUid(asked: string, is: string): string {
  return `Precondition failed: UID in precondition: ${asked}, UID in object meta: ${is}`;
}

function deletedStatus(resource: Resource, is: { name: string; uid: string }): JsonObject {
  const group = resource.group === '' ? {} : { group: resource.group };
  const details = { name: is.name, ...group, kind: resource.plural, uid: is.uid };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}
