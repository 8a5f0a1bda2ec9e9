import { isJsonObject, listAt, stringAt } from '../../model/json.ts';
import type { ApiError, ApiErrorKind } from '../../ports.ts';
import { parseJson } from './json-text.ts';

const KIND_BY_STATUS: Readonly<Record<number, ApiErrorKind>> = {
  400: 'Invalid',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'Invalid',
  408: 'TimedOut',
  409: 'Conflict',
  410: 'Gone',
  413: 'Invalid',
  415: 'Invalid',
  422: 'Invalid',
  429: 'Throttled',
  504: 'TimedOut',
};

/**
 * @param body what the server sent with a status of 300 or more; a metav1.Status where the API server answered itself,
 *   plain text where something in front of it did
 */
export function errorOfResponse(status: number, body: string, retryAfter?: string): ApiError {
  const parsed = parseStatus(body);
  const kind =
    status === 409 && parsed.reason === 'AlreadyExists'
      ? 'AlreadyExists'
      : (KIND_BY_STATUS[status] ?? 'ServerError');
  const seconds = Number(retryAfter);
  return {
    kind,
    status,
    message: parsed.message || `HTTP ${status}`,
    ...(kind === 'Invalid' && parsed.causes.length > 0 ? { causes: parsed.causes } : {}),
    ...(retryAfter && Number.isFinite(seconds) ? { retryAfterSeconds: seconds } : {}),
  };
}

interface ParsedStatus {
  readonly reason?: string | undefined;
  readonly message: string;
  readonly causes: NonNullable<ApiError['causes']>;
}

function parseStatus(body: string): ParsedStatus {
  try {
    const status = parseJson(body);
    if (isJsonObject(status)) {
      const causes = listAt(status, 'details', 'causes').map((cause) => ({
        field: stringAt(cause, 'field') ?? '',
        message: stringAt(cause, 'message') ?? '',
      }));
      const message = stringAt(status, 'message') ?? '';
      return { reason: stringAt(status, 'reason'), message, causes };
    }
  } catch {
    // Not from the API server: a load balancer's page, for instance.
  }
  return { message: body.trim().slice(0, 200), causes: [] };
}

/** The ERROR event of a watch carries a metav1.Status. */
export function errorOfStatus(status: unknown): ApiError {
  const code = isJsonObject(status) && typeof status['code'] === 'number' ? status['code'] : 500;
  return errorOfResponse(code, JSON.stringify(status ?? {}));
}

/** The request got no answer at all. */
export function errorOfConnection(cause: unknown): ApiError {
  if (cause instanceof RequestTimeout) return { kind: 'TimedOut', message: cause.message };
  const message = cause instanceof Error ? describe(cause) : String(cause);
  return { kind: 'Unreachable', message };
}

function describe(error: Error): string {
  // HTTP/2 wraps what befell the connection ("the pending stream has been canceled").
  if (error.cause instanceof Error) return describe(error.cause);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return code && !error.message.includes(code) ? `${code}: ${error.message}` : error.message;
}

/** No answer within the time that the caller gave. */
export class RequestTimeout extends Error {
  override readonly name = 'RequestTimeout';
}
