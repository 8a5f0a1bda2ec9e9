import { type ClusterEntry, storedEntries } from '../../core/entries.ts';
import { storedRemoteStatuses, withRemoteStatuses } from '../../core/remote-status.ts';
import type { StatusEntry } from '../../core/status.ts';
import { collectsRemoteStatus, statusPrint } from '../../core/target-status.ts';
import { type JsonObject, objectAt } from '../../model/json.ts';
import type { ClusterResult } from '../../model/messages.ts';
import type { ObjectKey } from '../../model/resource.ts';
import type { FederatedType } from '../../model/type-config.ts';
import type { Federation } from '../federation.ts';
import { NOTHING_READ, type ReadPorts, readStatuses } from './read-statuses.ts';

export interface RemoteStatusInput {
  readonly federation: Federation;
  readonly type: FederatedType;
  readonly key: ObjectKey;
  /** as it is stored; without status for one that has not been reported before */
  readonly federated: JsonObject;
  readonly results: readonly ClusterResult[];
  readonly attempt: number;
}

/**
 * Gives the entries of a report the status of their targets. Asks a member only for what the host cannot know: of a
 * target that was not listed before, whose changes nobody can have told yet, and of one that was found to have another
 * status than is stored.
 *
 * @param entries what is to be written; in the order in which they come back
 * @returns isIncomplete when a member did not answer, and another try may help
 */
export async function addRemoteStatuses(
  ports: ReadPorts,
  input: RemoteStatusInput,
  entries: readonly ClusterEntry[],
): Promise<{ readonly entries: readonly StatusEntry[]; readonly isIncomplete: boolean }> {
  const { federation, type, federated, results, attempt } = input;
  if (!collectsRemoteStatus(federation.config.gates, type)) return { entries, isIncomplete: false };
  const status = objectAt(federated, 'status');
  const stored = storedRemoteStatuses(status);
  const listed = new Set(storedEntries(status).map(({ name }) => name));
  const found = new Map(results.map(({ cluster, targetStatus }) => [cluster, targetStatus]));
  const isUnknown = ({ name, code }: ClusterEntry): boolean => {
    if (code !== 'OK') return false;
    if (!listed.has(name) || (attempt > 1 && !stored.has(name))) return true;
    const print = found.get(name);
    return print !== undefined && print !== statusPrint(stored.get(name));
  };
  const unknown = entries.filter(isUnknown).map(({ name }) => name);
  const { statuses, isIncomplete } =
    unknown.length === 0 ? NOTHING_READ : await readStatuses(ports, input, unknown);
  return { entries: withRemoteStatuses(entries, stored, statuses), isIncomplete };
}
