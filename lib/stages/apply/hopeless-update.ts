import { immutableMessage, updateFingerprint } from '../../core/immutable.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Job } from '../../model/messages.ts';
import type { ObjectKey } from '../../model/resource.ts';
import type { FederatedType } from '../../model/type-config.ts';
import type { ApiError } from '../../ports.ts';
import type { Applied } from './applied.ts';

/** One update of one object in a member. */
interface Update {
  readonly job: Job;
  readonly type: FederatedType;
  readonly target: ObjectKey;
  readonly federated: JsonObject;
  readonly desired: JsonObject;
  readonly live: JsonObject;
}

/**
 * @returns what was said of the very same update of the very same object before; undefined when it is worth a try. So a
 *   sweep costs one read, and no write that can only be refused
 */
export function hopelessBefore({ job, federated, desired, live }: Update): Applied | undefined {
  if (job.refused === undefined) return undefined;
  const fingerprint = updateFingerprint(federated, desired, live);
  return job.refused.fingerprint === fingerprint ? hopeless(job, job.refused) : undefined;
}

/** @returns the result of an update that changes what is immutable; undefined for any other refusal */
export function hopelessNow(update: Update, error: ApiError): Applied | undefined {
  const { job, type, target, federated, desired, live } = update;
  const of = { kind: type.target.kind, key: target, cluster: job.cluster };
  const message = immutableMessage(error.causes ?? [], of);
  if (message === undefined) return undefined;
  return hopeless(job, { fingerprint: updateFingerprint(federated, desired, live), message });
}

function hopeless({ cluster }: Job, why: NonNullable<Job['refused']>): Applied {
  const { message, fingerprint: refused } = why;
  return { superseded: false, result: { cluster, code: 'UpdateFailed', message, refused } };
}
