import type { JsonObject } from '../model/json.ts';
import type { ApiError, ApiResult } from '../ports.ts';
import { RETRY, type Verdict } from './verdict.ts';

/** The host refused or could not be reached: the whole message is tried again later. */
export class HostError extends Error {
  override readonly name = 'HostError';
  readonly error: ApiError;

  constructor(error: ApiError) {
    super(`host cluster: ${error.message}`);
    this.error = error;
  }
}

/** @throws {HostError} the call failed and the stage has no answer to that */
export function unwrap<T>(result: ApiResult<T>): T {
  if (result.ok) return result.value;
  throw new HostError(result.error);
}

/**
 * @returns the object, undefined where there is none
 * @throws {HostError} any other refusal
 */
export function unwrapIfFound(result: ApiResult): JsonObject | undefined {
  return !result.ok && result.error.kind === 'NotFound' ? undefined : unwrap(result);
}

/** @returns that a message is to be tried again after this error, no sooner than the host asked for */
export function tryAgainAfter(error: unknown): Verdict {
  const seconds = error instanceof HostError ? error.error.retryAfterSeconds : undefined;
  return seconds === undefined ? RETRY : { retryAfterSeconds: seconds };
}
