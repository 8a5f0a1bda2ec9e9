import { storedEntries } from '../../core/entries.ts';
import { objectAt, stringAt, valueAt } from '../../model/json.ts';
import type { Change, Outcome } from '../../model/messages.ts';
import { objectKey } from '../../model/resource.ts';
import { HostError, unwrapIfFound } from '../unwrap.ts';
import type { PlanPorts } from './plan-object.ts';

/** A first failure or two may be over before anybody reads of it. */
const TOLD_FROM_ATTEMPT = 3;

/**
 * An object that cannot be planned ends as a dead letter of changes. Its status is to say why before that; what is known
 * of its copies in members stays, in status and on record.
 *
 * @returns an outcome without results, for the status stage to report; undefined at first tries, when the object is
 *   gone or is being deleted, and while the host cannot be reached: nobody could tell it
 * Source: KubeFed v0.10.0, event EnsureFinalizerError
 */
export async function unplannable(
  ports: PlanPorts,
  change: Change,
  { error, attempt }: { readonly error: unknown; readonly attempt: number },
): Promise<Outcome | undefined> {
  if (attempt < TOLD_FROM_ATTEMPT || isPassing(error)) return undefined;
  const { v, type: typeName, namespace, name, seenAtMs, contextRevision } = change;
  const federation = await ports.federation.at(contextRevision);
  const type = federation.types.get(typeName);
  if (type === undefined) return undefined;
  const federated = unwrapIfFound(await ports.host.get(type.federated, objectKey(namespace, name)));
  // The entries of one that is being deleted say what is still to be removed: they must stay.
  const isDeleting = valueAt(federated, 'metadata', 'deletionTimestamp') !== undefined;
  if (federated === undefined || isDeleting) return undefined;
  const generation = valueAt(federated, 'metadata', 'generation');
  const message = `cannot be planned: ${error instanceof Error ? error.message : String(error)}`;
  const reason = error instanceof HostError ? 'EnsureFinalizerError' : 'ComputePlacementFailed';
  return {
    ...{ v, type: typeName, name, seenAtMs, results: [] },
    ...(namespace === undefined ? {} : { namespace }),
    ...(contextRevision === undefined ? {} : { contextRevision }),
    plan: {
      uid: stringAt(federated, 'metadata', 'uid') ?? '',
      generation: typeof generation === 'number' ? generation : 0,
      resourceVersion: stringAt(federated, 'metadata', 'resourceVersion') ?? '',
      ...{ planned: [], selected: [], templateVersion: '', overridesVersion: '' },
      known: storedEntries(objectAt(federated, 'status')).map(({ name: cluster, ...entry }) => ({
        ...{ cluster, ...entry },
      })),
      ...{ deleting: false, fresh: false, reason: 'ComputePlacementFailed' },
      warnings: [{ reason, message }],
    },
  };
}

/** What the host refuses outright it will refuse again; anything else may be over soon. */
function isPassing(error: unknown): boolean {
  return error instanceof HostError && !['Invalid', 'Forbidden'].includes(error.error.kind);
}
