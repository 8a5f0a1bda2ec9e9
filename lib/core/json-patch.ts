import type { JsonObject, JsonValue } from '../model/json.ts';
import { isJsonObject } from '../model/json.ts';

/** One step of an RFC 6902 patch, of the three kinds that overrides may use. */
export interface PatchOperation {
  readonly op: 'add' | 'remove' | 'replace';
  /** RFC 6901 pointer */
  readonly path: string;
  /** absent means null; of no meaning to `remove` */
  readonly value?: JsonValue;
}

export type PatchResult =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly message: string };

/**
 * Applies operations in order; the first that does not apply ends it.
 *
 * As lenient as KubeFed's library where the RFC is not: `replace` of a missing object key adds it,
 * and negative array indices count from the end (for `add`, -1 is behind the last item). Stricter
 * in one thing: a pointer that does not start with `/` is refused, not cut off at its first slash.
 *
 * @param document never changed; the result shares the parts that no operation touched
 * Source: evanphx/json-patch v4.12, as in KubeFed v0.10.0; error texts included
 */
export function applyPatch(
  document: JsonValue,
  operations: readonly PatchOperation[],
): PatchResult {
  let value = document;
  for (const operation of operations) {
    const result = applyOperation(value, operation);
    if (!result.ok) return result;
    value = result.value;
  }
  return { ok: true, value };
}

function applyOperation(document: JsonValue, operation: PatchOperation): PatchResult {
  if (operation.op === 'replace' && operation.path === '') {
    return wholeDocument(operation.value ?? null);
  }
  const [before, first, ...rest] = operation.path.split('/').map(unescapeKey);
  if (before !== '' || first === undefined) return missing(operation, 'path');
  return edit(document, first, rest, operation);
}

function wholeDocument(value: JsonValue): PatchResult {
  return typeof value === 'object' && value !== null
    ? { ok: true, value }
    : { ok: false, message: 'replace operation value must be object or array' };
}

/** Rebuilds the containers on the way down to the one that the operation changes. */
function edit(
  container: JsonValue | undefined,
  key: string,
  rest: readonly string[],
  operation: PatchOperation,
): PatchResult {
  const [next, ...after] = rest;
  if (next === undefined) return editMember(container, key, operation);

  if (Array.isArray(container)) {
    const index = indexOf(key, container.length);
    if (index === undefined) return missing(operation, 'path');
    const item = edit(container[index], next, after, operation);
    return item.ok ? { ok: true, value: container.with(index, item.value) } : item;
  }
  if (isJsonObject(container) && Object.hasOwn(container, key)) {
    const member = edit(container[key], next, after, operation);
    return member.ok ? { ok: true, value: { ...container, [key]: member.value } } : member;
  }
  return missing(operation, 'path');
}

function editMember(
  container: JsonValue | undefined,
  key: string,
  operation: PatchOperation,
): PatchResult {
  if (Array.isArray(container)) return editArray(container, key, operation);
  if (isJsonObject(container)) return editObject(container, key, operation);
  return missing(operation, 'path');
}

function editObject(container: JsonObject, key: string, operation: PatchOperation): PatchResult {
  if (operation.op !== 'remove') {
    return { ok: true, value: { ...container, [key]: operation.value ?? null } };
  }
  if (!Object.hasOwn(container, key)) {
    return failure(operation, `Unable to remove nonexistent key: ${key}: missing value`);
  }
  const { [key]: _removed, ...kept } = container;
  return { ok: true, value: kept };
}

function editArray(container: JsonValue[], key: string, operation: PatchOperation): PatchResult {
  const { op, value = null } = operation;
  const places = op === 'add' ? container.length + 1 : container.length;
  const index = op === 'add' && key === '-' ? container.length : indexOf(key, places);
  if (index === undefined && op === 'replace') return missing(operation, 'key');
  if (index === undefined) {
    return failure(operation, `Unable to access invalid index: ${key}: invalid index referenced`);
  }
  if (op === 'add') return { ok: true, value: container.toSpliced(index, 0, value) };
  if (op === 'remove') return { ok: true, value: container.toSpliced(index, 1) };
  return { ok: true, value: container.with(index, value) };
}

/** @returns a place in 0 to `places` - 1, or undefined when `key` names none */
function indexOf(key: string, places: number): number | undefined {
  if (!/^[+-]?\d+$/.test(key)) return undefined;
  const index = Number(key) < 0 ? Number(key) + places : Number(key);
  return index >= 0 && index < places ? index : undefined;
}

function unescapeKey(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~');
}

function missing({ op, path }: PatchOperation, what: 'path' | 'key'): PatchResult {
  const shown = op === 'replace' ? path : `"${path}"`;
  const message = `${op} operation does not apply: doc is missing ${what}: ${shown}: missing value`;
  return { ok: false, message };
}

function failure({ op, path }: PatchOperation, cause: string): PatchResult {
  return { ok: false, message: `error in ${op} for path: '${path}': ${cause}` };
}
