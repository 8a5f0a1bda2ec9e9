import type { ClusterResult, Job } from '../../model/messages.ts';
import type { PropagationCode } from '../../model/propagation.ts';
import type { ApiError, ApiResult } from '../../ports.ts';

/** `superseded`: the object has changed since it was planned; a newer plan says what to do. */
export type Applied =
  | {
      readonly superseded: false;
      readonly result: ClusterResult;
      readonly retryAfterSeconds?: number;
    }
  | { readonly superseded: true };

/** Nothing of ours is left in the member. */
export function gone(job: Job): Applied {
  return { superseded: false, result: { cluster: job.cluster, code: 'gone' } };
}

/** Deletion has been accepted; the job comes back until the object has vanished. */
export function waiting(job: Job): Applied {
  const result = { cluster: job.cluster, code: 'WaitingForRemoval' } as const;
  return { superseded: false, result, retryAfterSeconds: 0 };
}

/** It is as it should not be, and no other try will mend that. */
export function failed(job: Job, code: PropagationCode, message?: string): Applied {
  const why = message === undefined ? {} : { message };
  return { superseded: false, result: { cluster: job.cluster, code, ...why } };
}

const WORTH_RETRYING = new Set<ApiError['kind']>([
  'Conflict',
  'NotFound',
  'Unauthorized',
  'Forbidden',
  'Throttled',
  'Unreachable',
  'TimedOut',
  'ServerError',
]);

/** What a member refused is tried again unless only an edit can help (a validation error). */
export function refused(job: Job, code: PropagationCode, error: ApiError): Applied {
  const said = failed(job, code, error.message);
  if (said.superseded || !WORTH_RETRYING.has(error.kind)) return said;
  return { ...said, retryAfterSeconds: error.retryAfterSeconds ?? 0 };
}

/**
 * What a write says of something that was to go: that it is gone is as good as done.
 *
 * @param result a refusal
 */
export function absentOr(job: Job, result: ApiResult, code: PropagationCode): Applied {
  if (result.ok) throw new Error('absentOr is for refusals');
  return result.error.kind === 'NotFound' ? gone(job) : refused(job, code, result.error);
}
