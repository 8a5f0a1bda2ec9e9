import { nextRemoteStatuses, type TargetStatuses } from '../../core/remote-status.ts';
import { collectsRemoteStatus, gatheredStatusType } from '../../core/target-status.ts';
import { type JsonObject, listAt, objectAt, stringAt, valueAt } from '../../model/json.ts';
import type { OutcomeMessage } from '../../model/messages.ts';
import { type ObjectKey, objectKey } from '../../model/resource.ts';
import type { FederatedType } from '../../model/type-config.ts';
import type { Federation } from '../federation.ts';
import { unwrapIfFound } from '../unwrap.ts';
import { gatherStatus } from './gather-status.ts';
import { readStatuses } from './read-statuses.ts';
import type { StatusPorts } from './report.ts';

/** An object whose targets have other statuses than the host has been told. */
interface Subject {
  readonly federation: Federation;
  readonly type: FederatedType;
  readonly key: ObjectKey;
}

/**
 * Brings the status of targets to the host: `remoteStatus` in the federated object, and the object that gathers them for
 * types that ask for one. Reads what it tells, so the newest state wins whatever a message was sent for; writes nothing
 * when nothing has changed. A cluster that the status does not list yet is left to the report that will list it.
 *
 * @param messages of one object, oldest first. A change of status has its clusters read; an outcome has all of them read,
 *   for types whose statuses are gathered.
 * @returns whether a member did not answer, and another try may help; what the others said is written
 * @throws {HostError} the host refused: to be tried again
 */
export async function collect(
  ports: StatusPorts,
  messages: readonly OutcomeMessage[],
  attempt: number,
): Promise<{ readonly isIncomplete: boolean }> {
  const newest = messages.at(-1);
  if (newest === undefined) return { isIncomplete: false };
  // What an outcome needed has been read for its report just now.
  const tries = messages.some((message) => 'clusters' in message) ? attempt : 1;
  const federation = await ports.federation.at(newest.contextRevision, tries);
  const type = federation.types.get(newest.type);
  const asked = type === undefined ? undefined : askedClusters(federation, type, messages);
  if (type === undefined || asked === undefined) return { isIncomplete: false };
  const subject = { federation, type, key: objectKey(newest.namespace, newest.name) };
  const federated = unwrapIfFound(await ports.host.get(type.federated, subject.key));
  if (federated === undefined || isTerminating(federated)) return { isIncomplete: false };
  const listed = listAt(federated, 'status', 'clusters').map((entry) => stringAt(entry, 'name'));
  const clusters = listed.filter((name) => name !== undefined);
  const { statuses, isIncomplete } = await readStatuses(
    ports,
    subject,
    clusters.filter((name) => asked === 'all' || asked.has(name)),
  );
  await writeRemoteStatuses(ports, subject, federated, statuses);
  await gatherStatus(ports, subject, federated, statuses);
  return { isIncomplete };
}

/** @returns undefined when there is nothing to collect */
function askedClusters(
  { config }: Federation,
  type: FederatedType,
  messages: readonly OutcomeMessage[],
): ReadonlySet<string> | 'all' | undefined {
  const isGathered = gatheredStatusType(type) !== undefined;
  if (isGathered && messages.some((message) => !('clusters' in message))) return 'all';
  if (!isGathered && !collectsRemoteStatus(config.gates, type)) return undefined;
  const changed = messages.flatMap((message) => ('clusters' in message ? message.clusters : []));
  return changed.length === 0 ? undefined : new Set(changed);
}

async function writeRemoteStatuses(
  { host, clock }: StatusPorts,
  { federation, type, key }: Subject,
  federated: JsonObject,
  read: TargetStatuses,
): Promise<void> {
  if (!collectsRemoteStatus(federation.config.gates, type)) return;
  const nowIso = `${new Date(clock.nowMs()).toISOString().slice(0, 19)}Z`;
  const next = nextRemoteStatuses({ current: objectAt(federated, 'status'), read, nowIso });
  if (!next.changed) return;
  const resourceVersion = stringAt(federated, 'metadata', 'resourceVersion') ?? '';
  const patch = { metadata: { resourceVersion }, status: next.status };
  unwrapIfFound(await host.patch(type.federated, key, patch, 'status'));
}

function isTerminating(object: JsonObject): boolean {
  return valueAt(object, 'metadata', 'deletionTimestamp') !== undefined;
}
