import type { JsonObject, JsonValue } from '../model/json.ts';
import { isJsonObject, listAt, stringAt, valueAt } from '../model/json.ts';
import { applyPatch, type PatchOperation } from './json-patch.ts';
import { type Labels, readLabelSelector } from './label-selector.ts';

export interface Overrides {
  readonly byCluster: ReadonlyMap<string, readonly PatchOperation[]>;
  /** in the order they are written */
  readonly bySelector: readonly SelectorOverrides[];
}

interface SelectorOverrides {
  readonly matches: (labels: Labels) => boolean;
  readonly operations: readonly PatchOperation[];
}

export type ReadOverridesResult =
  | ({ readonly ok: true } & Overrides)
  | { readonly ok: false; readonly message: string };

export type ApplyOverridesResult =
  | { readonly ok: true; readonly value: JsonObject }
  | { readonly ok: false; readonly message: string };

type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly message: string };

/** What says which object it is: no override may change it, however it goes about it. */
const IDENTITY: readonly (readonly string[])[] = [
  ['kind'],
  ['metadata', 'name'],
  ['metadata', 'namespace'],
];
const FORBIDDEN_PATHS: ReadonlySet<string> = new Set([
  '/kind',
  '/metadata/name',
  '/metadata/namespace',
  '/metadata/generateName',
]);

/**
 * Reads and checks `spec.overrides` as a whole: one bad entry spoils it for every cluster, even if
 * its own cluster is not selected. Fills in the default `op` (replace) and turns the dotted paths
 * of old manifests (`spec.replicas`, no slash in it) into pointers.
 *
 * @param spec `spec` of a federated object
 * @returns operations by cluster name and by selector, in their order; empty without overrides
 * Source: KubeFed v0.10.0, reading of cluster overrides; dotted paths, `clusterSelector` and a
 * repeated append (`add` at `…/-`) are ours
 */
export function readOverrides(spec: JsonObject | undefined): ReadOverridesResult {
  const overrides = spec?.['overrides'] ?? [];
  if (!Array.isArray(overrides)) return unreadable('spec.overrides must be a list');

  const byCluster = new Map<string, readonly PatchOperation[]>();
  const bySelector: SelectorOverrides[] = [];
  for (const [index, entry] of overrides.entries()) {
    const where = `spec.overrides[${index}]`;
    const read = readEntry(entry, where);
    if (!read.ok) return unreadable(read.message);
    const { cluster, matches, operations } = read.value;
    if (matches !== undefined) bySelector.push({ matches, operations });
    else if (byCluster.has(cluster)) {
      const remedy = `${where}: put all its clusterOverrides into one entry`;
      return unreadable(`cluster "${cluster}" appears more than once; ${remedy}`);
    } else byCluster.set(cluster, operations);
  }
  return { ok: true, byCluster, bySelector };
}

interface Entry {
  /** empty when there is a selector, and maybe when there is none */
  readonly cluster: string;
  readonly matches?: SelectorOverrides['matches'];
  readonly operations: readonly PatchOperation[];
}

function readEntry(entry: JsonValue, where: string): Read<Entry> {
  const cluster = stringAt(entry, 'clusterName') ?? '';
  const selector = valueAt(entry, 'clusterSelector') ?? undefined;
  const subject =
    selector === undefined ? `cluster "${cluster}"` : `the clusterSelector of ${where}`;
  const read = readOperations(subject, listAt(entry, 'clusterOverrides'));
  if (!read.ok) return read;
  if (selector === undefined) return { ok: true, value: { cluster, operations: read.value } };
  const matcher = readSelector(selector, cluster);
  if (!matcher.ok) return { ok: false, message: `${where}: ${matcher.message}` };
  return { ok: true, value: { cluster, matches: matcher.value, operations: read.value } };
}

/**
 * @returns what applies to one cluster, in order: the entries whose selector matches it, as they are written, then
 * the one that names it, which thus has the last word; may be empty
 */
export function operationsFor(
  { byCluster, bySelector }: Overrides,
  cluster: { readonly name: string; readonly labels: Labels },
): readonly PatchOperation[] {
  const matching = bySelector.filter(({ matches }) => matches(cluster.labels));
  const named = byCluster.get(cluster.name) ?? [];
  return [...matching.flatMap(({ operations }) => operations), ...named];
}

function readSelector(selector: JsonValue, cluster: string): Read<SelectorOverrides['matches']> {
  if (cluster !== '') {
    return { ok: false, message: 'give either clusterName or clusterSelector, not both' };
  }
  if (!isJsonObject(selector)) {
    return { ok: false, message: 'clusterSelector must be a label selector' };
  }
  const read = readLabelSelector(selector);
  return read.ok ? { ok: true, value: read.matches } : read;
}

/**
 * Applies the operations of one cluster in order.
 *
 * Unlike a plain patch it creates `metadata.annotations` and `metadata.labels` for a key below
 * them, and merges an `add` of a map at `/metadata/annotations` into what is there: annotations of
 * the live object (a Deployment's revision) must survive, or its controller and we undo each other
 * for ever.
 *
 * @param object never changed
 * @returns a message that names the operation by its index, when one does not apply or when kind,
 * name or namespace of the object would change
 * Source: KubeFed v0.10.0, application of cluster overrides; maps and identity check are ours
 */
export function applyOverrides(
  object: JsonObject,
  operations: readonly PatchOperation[],
): ApplyOverridesResult {
  let value: JsonValue = object;
  for (const [index, operation] of operations.entries()) {
    const result = applyPatch(value, withMetadataMaps(value, operation));
    if (!result.ok) return { ok: false, message: `override[${index}]: ${result.message}` };
    value = result.value;
  }
  if (!isJsonObject(value)) return { ok: false, message: 'overrides must leave an object' };

  for (const path of IDENTITY) {
    if (stringAt(value, ...path) !== stringAt(object, ...path)) {
      return { ok: false, message: `overrides must not change ${path.join('.')} of the object` };
    }
  }
  return { ok: true, value };
}

function readOperations(of: string, items: readonly JsonValue[]): Read<PatchOperation[]> {
  const operations: PatchOperation[] = [];
  const paths = new Set<string>();
  for (const [index, item] of items.entries()) {
    const read = readOperation(item);
    const subject = `override[${index}] for ${of}`;
    if (!read.ok) return { ok: false, message: `${subject} has ${read.message}` };

    const { op, path } = read.value;
    if (paths.has(path)) {
      const message = `path "${path}" appears more than once for ${of}`;
      return { ok: false, message: `${message} (override[${index}])` };
    }
    const appends = op === 'add' && path.endsWith('/-');
    if (!appends) paths.add(path);
    operations.push(read.value);
  }
  return { ok: true, value: operations };
}

function readOperation(item: JsonValue): Read<PatchOperation> {
  const written = stringAt(item, 'path');
  const path = pointerOf(written ?? '');
  if (written === undefined || FORBIDDEN_PATHS.has(path)) {
    return { ok: false, message: `an invalid path: ${written ?? '(none)'}` };
  }
  const op = valueAt(item, 'op') || 'replace';
  if (!isOp(op)) {
    return { ok: false, message: `an invalid op at path ${path}: use add, remove or replace` };
  }
  const value = valueAt(item, 'value');
  return { ok: true, value: value === undefined ? { op, path } : { op, path, value } };
}

function isOp(op: JsonValue): op is PatchOperation['op'] {
  return op === 'add' || op === 'remove' || op === 'replace';
}

function pointerOf(path: string): string {
  if (path === '' || path.includes('/')) return path;
  return `/${path.replaceAll('~', '~0').replaceAll('.', '/')}`;
}

function withMetadataMaps(document: JsonValue, operation: PatchOperation): PatchOperation[] {
  const { op, path, value } = operation;
  const [, metadata, map, key, ...deeper] = path.split('/');
  if (op === 'remove' || metadata !== 'metadata' || deeper.length > 0) return [operation];
  if (map !== 'annotations' && map !== 'labels') return [operation];

  const present = valueAt(document, metadata, map) ?? null;
  if (key !== undefined && present === null) {
    return [{ op: 'add', path: `/metadata/${map}`, value: {} }, operation];
  }
  const merges = op === 'add' && map === 'annotations' && key === undefined;
  return merges && isJsonObject(present) && isJsonObject(value)
    ? [{ op, path, value: { ...present, ...value } }]
    : [operation];
}

function unreadable(cause: string): ReadOverridesResult {
  return { ok: false, message: `Error reading cluster overrides: ${cause}` };
}
