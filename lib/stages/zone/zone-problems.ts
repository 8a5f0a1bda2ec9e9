import type { Problem } from '../../core/zone/desired-names.ts';
import { DONE, RETRY, type Verdict } from '../verdict.ts';
import type { Written } from './write-units.ts';

type Stop = NonNullable<Written['stop']>;

const THROTTLED_SECONDS = 5;
const LONGEST_SECONDS = 120;

/**
 * @returns when to try again. All of the account share one rate at Route 53: when it is used up, we wait first, and
 *   longer each time. What only a person can mend is left to the next sweep.
 */
export function verdictOf({ kind }: Stop, attempt: number): Verdict {
  switch (kind) {
    case 'Late':
      return { retryAfterSeconds: 1 };
    case 'Throttled': {
      const seconds = THROTTLED_SECONDS * 2 ** (attempt - 1);
      return { retryAfterSeconds: Math.min(seconds, LONGEST_SECONDS) };
    }
    case 'Busy':
    case 'Failed':
      return RETRY;
    case 'NoSuchZone':
    case 'Denied':
    case 'Refused':
      return DONE;
  }
}

/** @returns what is said on each of the DNSEndpoints about the zone as a whole; empty when it passes by itself */
export function toldOfZone(
  zoneId: string,
  { kind, messages }: Stop,
  by: readonly string[],
): Map<string, Problem[]> {
  const remedy = remedyOf(kind);
  if (remedy === undefined) return new Map();
  const message = `Hosted zone ${zoneId}: ${messages.join(' ')} ${remedy}`;
  return new Map(by.map((each) => [each, [{ dnsName: '*', reason: 'ZoneProblem', message }]]));
}

function remedyOf(kind: Stop['kind']): string | undefined {
  switch (kind) {
    case 'NoSuchZone':
      return 'Make the zone again and put its id into the setting dns.zones, or take it out there.';
    case 'Denied':
      return 'Allow route53:ChangeResourceRecordSets, ListResourceRecordSets and GetHostedZone to the role of the function zone, or to the one in the setting dns.';
    case 'Refused':
      return 'The zone is full: ask AWS for a higher quota, or take records away.';
    case 'Late':
    case 'Throttled':
    case 'Busy':
    case 'Failed':
      return undefined;
  }
}
