import type { Command } from 'commander';
import type { Invocation } from './invocation.ts';
import { addMarkCommand } from './mark-command.ts';

const HELP = `
Replicas that have moved away come back only where the preference says rebalance: true.

Examples:
  # cluster1 takes replicas again, and has DNS record sets again
  kubefed-eks uncordon cluster1`;

/** Adds `uncordon`. */
export function addUncordon(program: Command, invocation: Invocation): void {
  const description = 'undo cordon and drain';
  addMarkCommand(program, invocation, 'uncordon', { description, help: HELP });
}
