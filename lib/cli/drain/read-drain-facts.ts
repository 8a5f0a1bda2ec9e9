import { RECORD_KINDS, RECORDS } from '../../model/dns-record.ts';
import { type JsonObject, stringAt, valueAt } from '../../model/json.ts';
import { objectKey, type Resource } from '../../model/resource.ts';
import { PREFERENCES, SCHEDULED_TYPES } from '../../model/scheduling.ts';
import { describe, listObjects } from '../cluster-objects.ts';
import type { Side } from '../connect/side.ts';
import type { Federation } from '../host/federation.ts';
import { type DrainFacts, scheduledBy } from './leftovers.ts';

/**
 * Reads what a drain waits for: a list of the preferences, one of each kind of record, and one of each kind that is
 * scheduled.
 *
 * @throws CommandError when the host refuses; a kind that it does not know has no objects
 */
export async function readDrainFacts(host: Side, federation: Federation): Promise<DrainFacts> {
  const namespace = federation.scope === 'Namespaced' ? federation.namespace : undefined;
  const list = async (resource: Resource) =>
    (await listObjects(host, resource, namespace)).filter(isStaying);
  const [preferences, ...records] = await Promise.all([
    list(PREFERENCES),
    ...RECORD_KINDS.map(async (kind) => byName(RECORDS[kind], await list(RECORDS[kind]))),
  ]);
  const wanted = new Set(preferences.map(scheduledBy));
  const resources = scheduledResources(preferences, federation);
  const federated = await Promise.all(
    resources.map(async (resource) => byName(resource, await list(resource))),
  );
  return {
    preferences,
    federated: new Map(federated.flat().filter(([what]) => wanted.has(what))),
    records: new Map(records.flat()),
  };
}

function scheduledResources(preferences: readonly JsonObject[], { types }: Federation): Resource[] {
  const kinds = new Set(preferences.map((each) => stringAt(each, 'spec', 'targetKind') ?? ''));
  const names = [...kinds].map((kind) => SCHEDULED_TYPES.get(kind));
  return types.filter(({ name }) => names.includes(name)).map(({ federated }) => federated);
}

function isStaying(object: JsonObject): boolean {
  return valueAt(object, 'metadata', 'deletionTimestamp') === undefined;
}

function byName(resource: Resource, objects: readonly JsonObject[]): [string, JsonObject][] {
  return objects.map((object) => {
    const namespace = stringAt(object, 'metadata', 'namespace');
    const name = stringAt(object, 'metadata', 'name') ?? '';
    return [describe(resource, objectKey(namespace, name)), object];
  });
}
