import type { Command } from 'commander';
import type { Invocation } from './invocation.ts';
import { addMarkCommand } from './mark-command.ts';

const HELP = `
The cluster keeps what it has. Only replicas that a ReplicaSchedulingPreference shares out are concerned: objects that
are placed by hand or by label are placed as before.

Examples:
  # no new replicas for cluster1 from now on
  kubefed-eks cordon cluster1`;

/** Adds `cordon`. */
export function addCordon(program: Command, invocation: Invocation): void {
  const description = 'give a cluster no more replicas';
  addMarkCommand(program, invocation, 'cordon', { description, help: HELP });
}
