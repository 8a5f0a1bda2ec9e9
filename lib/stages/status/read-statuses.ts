import { isReady } from '../../core/readiness.ts';
import { targetStatus } from '../../core/target-status.ts';
import type { JsonObject } from '../../model/json.ts';
import { type ObjectKey, objectKey } from '../../model/resource.ts';
import type { FederatedType } from '../../model/type-config.ts';
import type { ApiError, ApiResult, Clock, Log, Members } from '../../ports.ts';
import type { Federation } from '../federation.ts';

export interface ReadPorts {
  readonly members: Members;
  readonly clock: Clock;
  readonly log: Log;
}

export interface StatusesRead {
  /** undefined where there is no target of ours, or it has no status; clusters that did not answer are left out */
  readonly statuses: ReadonlyMap<string, JsonObject | undefined>;
  /** whether another try may yield more */
  readonly isIncomplete: boolean;
}

export const NOTHING_READ: StatusesRead = { statuses: new Map(), isIncomplete: false };

/** A member that takes longer is not waited for. */
const ANSWER_WITHIN_MS = 5_000;

/** Refusals that a later try does not mend: the member has not let the stage in, or does not know the kind. */
const LASTING: ReadonlySet<ApiError['kind']> = new Set(['Forbidden', 'Unauthorized', 'Invalid']);

/**
 * Reads the statuses of the targets of one object, side by side.
 *
 * @param clusters one that is not ready, or not in the federation, is not asked
 */
export async function readStatuses(
  ports: ReadPorts,
  subject: {
    readonly federation: Federation;
    readonly type: FederatedType;
    readonly key: ObjectKey;
  },
  clusters: readonly string[],
): Promise<StatusesRead> {
  const { federation, type, key } = subject;
  const statuses = new Map<string, JsonObject | undefined>();
  let isIncomplete = false;
  await Promise.all(
    clusters.map(async (cluster) => {
      const kubeFedCluster = federation.clusters.get(cluster);
      if (kubeFedCluster === undefined || !isReady(kubeFedCluster)) return;
      const found = await readTarget(ports, kubeFedCluster, type, key);
      if (found.ok) statuses.set(cluster, targetStatus(found.value));
      else if (found.error.kind === 'NotFound') statuses.set(cluster, undefined);
      else {
        isIncomplete ||= !LASTING.has(found.error.kind);
        const { error } = found;
        ports.log.warn('status of target not read', { type: type.name, ...key, cluster, error });
      }
    }),
  );
  return { statuses, isIncomplete };
}

async function readTarget(
  { members, clock }: ReadPorts,
  kubeFedCluster: JsonObject,
  { target }: FederatedType,
  { namespace, name }: ObjectKey,
): Promise<ApiResult> {
  const done = new AbortController();
  const late = clock.sleep(ANSWER_WITHIN_MS, done.signal).then((): ApiResult => {
    const message = `it did not answer within ${ANSWER_WITHIN_MS / 1000} s`;
    return { ok: false, error: { kind: 'TimedOut', message } };
  });
  const read = members
    .connect(kubeFedCluster)
    .then((connected): ApiResult | Promise<ApiResult> =>
      connected.ok
        ? connected.value.get(target, objectKey(target.namespaced ? namespace : undefined, name))
        : connected,
    );
  try {
    return await Promise.race([read, late]);
  } finally {
    done.abort();
  }
}
