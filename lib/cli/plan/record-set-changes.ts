import { isDeepStrictEqual } from 'node:util';
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  listAt,
  objectAt,
  stringAt,
} from '../../model/json.ts';
import type { FieldChange } from './field-changes.ts';
import type { PlannedRecordSet } from './planned-dns.ts';

/**
 * Compares two states of a DNSEndpoint record set by record set. A set that gets another type goes, and another comes.
 *
 * @returns those that differ, sorted by name, type and set identifier; empty when nothing does
 */
export function recordSetChanges(
  before: JsonObject | undefined,
  after: JsonObject | undefined,
): PlannedRecordSet[] {
  const [old, next] = [setsOf(before), setsOf(after)];
  const ids = new Set([...old.keys(), ...next.keys()]);
  return [...ids].sort().flatMap((id) => changeOf(old.get(id), next.get(id)));
}

function setsOf(endpoint: JsonObject | undefined): Map<string, JsonObject> {
  const sets = listAt(endpoint, 'spec', 'endpoints').filter(isJsonObject);
  const idOf = (set: JsonObject) =>
    ['dnsName', 'recordType', 'setIdentifier'].map((field) => stringAt(set, field) ?? '').join(' ');
  return new Map(sets.map((set) => [idOf(set), set]));
}

function changeOf(
  before: JsonObject | undefined,
  after: JsonObject | undefined,
): PlannedRecordSet[] {
  const shown = after ?? before ?? {};
  const setIdentifier = stringAt(shown, 'setIdentifier');
  const { targets, ...properties } = fieldsOf(shown);
  const common = {
    dnsName: stringAt(shown, 'dnsName') ?? '',
    recordType: stringAt(shown, 'recordType') ?? '',
    ...(setIdentifier === undefined ? {} : { setIdentifier }),
    targets: String(targets),
    properties,
  };
  if (before === undefined) return [{ action: 'create', ...common, changes: [] }];
  if (after === undefined) return [{ action: 'delete', ...common, changes: [] }];
  const changes = differences(fieldsOf(before), fieldsOf(after));
  return changes.length === 0 ? [] : [{ action: 'update', ...common, changes }];
}

/** Everything but what tells one set from another, in one level. */
function fieldsOf(set: JsonObject): Record<string, JsonValue> {
  const properties = listAt(set, 'providerSpecific').map((each) => [
    stringAt(each, 'name') ?? '',
    stringAt(each, 'value') ?? '',
  ]);
  const labels = Object.entries(objectAt(set, 'labels') ?? {}).map(([name, value]) => [
    `labels.${name}`,
    value,
  ]);
  const { recordTTL } = set;
  return {
    targets: listAt(set, 'targets').join(', '),
    ...(recordTTL === undefined ? {} : { recordTTL }),
    ...Object.fromEntries([...properties, ...labels]),
  };
}

function differences(
  before: Readonly<Record<string, JsonValue>>,
  after: Readonly<Record<string, JsonValue>>,
): FieldChange[] {
  const paths = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...paths].sort().flatMap((path): FieldChange[] => {
    const [old, next] = [before[path], after[path]];
    if (isDeepStrictEqual(old, next)) return [];
    return [
      {
        path,
        ...(old === undefined ? {} : { before: old }),
        ...(next === undefined ? {} : { after: next }),
      },
    ];
  });
}
