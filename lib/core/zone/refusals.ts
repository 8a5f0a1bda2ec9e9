import type { Unit } from './plan-names.ts';

/** Route 53 names the sets that it refuses, in one of these ways. */
const NAMED = [/name='([^']+)'/g, /DNS name ([^\s,]+)/g, /Domain(?:Name)? ([^\s,]+) is/g];

/** What tells that the zone is not as we thought; a look at the names settles it. */
const UNEXPECTED =
  /already exists|not found|do not match the current values|conflicts with other records|cannot be created as|multiple .* record sets/i;

const QUOTA = /limit of \d+|LimitsExceeded/i;

/** @returns the units that the messages name; empty when they name none */
export function culpritsAmong<U extends Pick<Unit, 'name' | 'changes'>>(
  units: readonly U[],
  messages: readonly string[],
): U[] {
  const named = new Set(messages.flatMap(namesIn));
  return units.filter(({ changes }) => changes.some(({ set }) => named.has(set.name)));
}

/** @returns the messages that are about a unit, or all of them when none names it; one sentence after the other */
export function messageFor(unit: Pick<Unit, 'changes'>, messages: readonly string[]): string {
  const names = new Set(unit.changes.map(({ set }) => set.name));
  const about = messages.filter((message) => namesIn(message).some((name) => names.has(name)));
  return (about.length > 0 ? about : messages).join(' ');
}

export function isUnexpectedState(message: string): boolean {
  return UNEXPECTED.test(message);
}

export function isQuota(messages: readonly string[]): boolean {
  return messages.some((message) => QUOTA.test(message));
}

function namesIn(message: string): string[] {
  return NAMED.flatMap((pattern) =>
    [...message.matchAll(pattern)].map(([, name = '']) => plainName(name)),
  );
}

/** Source: AWS, Route 53 developer guide, "DNS domain name format": an asterisk comes back as an octal code */
function plainName(name: string): string {
  return name.toLowerCase().replaceAll('\\052', '*').replace(/\.$/, '');
}
