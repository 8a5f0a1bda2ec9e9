import type { ZoneError } from '../../ports.ts';

const KINDS: Readonly<Record<string, ZoneError['kind']>> = {
  InvalidChangeBatch: 'Refused',
  InvalidInput: 'Refused',
  LimitsExceeded: 'Refused',
  PriorRequestNotComplete: 'Busy',
  Throttling: 'Throttled',
  ThrottlingException: 'Throttled',
  NoSuchHostedZone: 'NoSuchZone',
  AccessDenied: 'Denied',
  AccessDeniedException: 'Denied',
  UnrecognizedClientException: 'Denied',
};

/**
 * @param thrown by a client of Route 53, or while a role was assumed for it
 * @returns what it means. An InvalidChangeBatch in its old form (a list of messages without a code) comes as `Unknown`.
 * Source: AWS, Route 53 API reference, errors of ChangeResourceRecordSets; AWS SDK for JavaScript 3.1169 (tried out)
 */
export function zoneErrorOf(thrown: unknown): ZoneError {
  const { name, message } = thrown instanceof Error ? thrown : new Error(String(thrown));
  const messages = messagesOf(thrown);
  const told = messages.length > 0 ? messages : [message || name];
  const known = KINDS[name];
  if (known !== undefined) return { kind: known, messages: told };
  const isOldForm = messages.length > 0 || (name === 'Unknown' && statusOf(thrown) === 400);
  return isOldForm
    ? { kind: 'Refused', messages: told }
    : { kind: 'Failed', messages: [`${name}: ${message}`] };
}

/** Under `messages`, or as they stood in the body: `Messages.Message`, one or several. */
function messagesOf(thrown: unknown): string[] {
  const given = field(thrown, 'messages') ?? field(thrown, 'Messages');
  const listed = field(given, 'Message') ?? given;
  const all: unknown[] = Array.isArray(listed) ? listed : [listed];
  return all.flatMap((each) => (typeof each === 'string' && each !== '' ? [each] : []));
}

function statusOf(thrown: unknown): unknown {
  return field(field(thrown, '$metadata'), 'httpStatusCode');
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
