import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { type FieldPath, fieldPathText } from './field-path.ts';

/** One field that differs; `before` is absent for one that is new, `after` for one that goes. */
export interface FieldChange {
  readonly path: string;
  readonly before?: JsonValue;
  readonly after?: JsonValue;
}

/** What API servers and controllers write, never a person. */
const OF_THE_SERVER: ReadonlySet<string> = new Set([
  'status',
  'metadata.creationTimestamp',
  'metadata.generation',
  'metadata.managedFields',
  'metadata.resourceVersion',
  'metadata.selfLink',
  'metadata.uid',
]);
const HIDDEN = '(not shown)';
const SECRET_KINDS: ReadonlySet<string> = new Set(['Secret', 'FederatedSecret']);
/** Of a Secret these alone hold nothing of what it keeps; annotations may (the last applied manifest). */
const OPEN_FIELDS = /^(metadata\.labels|spec\.placement|type|immutable)\b/;

/**
 * Compares two states of an object field by field; the server's own fields do not count.
 *
 * @returns sorted by field, items of lists in their order; empty when nothing differs. Of a Secret, and
 *   of a FederatedSecret, what the fields hold is not shown.
 */
export function fieldChanges(before: JsonObject, after: JsonObject): FieldChange[] {
  const changes = compare(before, after, []);
  return SECRET_KINDS.has(String(after['kind'])) ? changes.map(withoutSecrets) : changes;
}

function compare(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  path: FieldPath,
): FieldChange[] {
  const text = fieldPathText(path);
  if (OF_THE_SERVER.has(text) || isDeepStrictEqual(before, after)) return [];
  if (isJsonObject(before) && isJsonObject(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].sort().flatMap((key) => compare(before[key], after[key], [...path, key]));
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const places = Array.from({ length: Math.max(before.length, after.length) }, (_, i) => i);
    return places.flatMap((i) => compare(before[i], after[i], [...path, i]));
  }
  return [
    {
      path: text,
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    },
  ];
}

function withoutSecrets(change: FieldChange): FieldChange {
  if (OPEN_FIELDS.test(change.path)) return change;
  return {
    path: change.path,
    ...(change.before === undefined ? {} : { before: HIDDEN }),
    ...(change.after === undefined ? {} : { after: HIDDEN }),
  };
}
