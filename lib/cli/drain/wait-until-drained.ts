import type { Clock } from '../../ports.ts';
import { throwIfInterrupted } from '../changes.ts';
import type { Terminal } from '../terminal.ts';
import type { Leftover } from './leftovers.ts';

const POLL_MS = 1_000;

export interface WaitOptions {
  /** 0: as long as it takes */
  readonly timeoutSeconds: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly terminal: Terminal;
}

/**
 * Looks until a drained cluster is empty, and tells what has left it.
 *
 * @returns what is left when the time is over; nothing when the cluster is empty
 * @throws CommandError Interrupted on Ctrl-C; the cluster stays drained
 */
export async function waitUntilDrained(
  cluster: string,
  look: () => Promise<readonly Leftover[]>,
  { timeoutSeconds, clock, signal, terminal }: WaitOptions,
): Promise<readonly Leftover[]> {
  const startMs = clock.nowMs();
  let before: readonly Leftover[] = [];
  for (;;) {
    throwIfInterrupted(signal);
    const left = await look();
    for (const { what, is } of goneSince(before, left)) {
      const gone = is === 'replicas' ? 'no replicas' : 'no record set';
      terminal.progress(`${what}: ${gone} in ${cluster} any more`);
    }
    if (left.length === 0) return left;
    before = left;
    const seconds = Math.round((clock.nowMs() - startMs) / 1000);
    if (timeoutSeconds > 0 && seconds >= timeoutSeconds) return left;
    terminal.status(`draining ${cluster}: ${inShort(left)}`, `(${seconds} s)`);
    await clock.sleep(POLL_MS, signal);
  }
}

function goneSince(before: readonly Leftover[], left: readonly Leftover[]): Leftover[] {
  const whats = new Set(left.map(({ what }) => what));
  return before.filter(({ what }) => !whats.has(what));
}

function inShort(left: readonly Leftover[]): string {
  const more = left.length === 1 ? '' : `, and ${left.length - 1} more`;
  return `${leftoverText(left[0])}${more}`;
}

/** @returns e.g. `FederatedDeployment shop/web, 3 replicas: they are not shared out anew yet` */
export function leftoverText(left: Leftover | undefined): string {
  if (left === undefined) return '';
  const { what, is, replicas, why } = left;
  const counted = replicas === 1 ? ', 1 replica' : `, ${replicas} replicas`;
  if (is === 'recordSet') return `${what}, record set: ${why}`;
  return `${what}${replicas === undefined ? '' : counted}: ${why}`;
}
