import type { Command } from 'commander';
import { CommandError } from './command-error.ts';
import type { MarkAction } from './drain/mark-cluster.ts';
import { addChangeFlags, addHostFlags } from './flags.ts';
import type { Invocation } from './invocation.ts';
import type { MarkRequest } from './requests.ts';

/** What a person reads of one of the three commands. */
export interface MarkWords {
  readonly description: string;
  readonly help: string;
}

/** Adds `cordon`, `uncordon` or `drain`. @returns the command, for flags of its own */
export function addMarkCommand(
  program: Command,
  invocation: Invocation,
  action: MarkAction,
  { description, help }: MarkWords,
): Command {
  const command = program
    .command(action)
    .description(description)
    .argument('[CLUSTER]', 'name of the KubeFedCluster, or the ARN or context of its cluster');
  return addHostFlags(addChangeFlags(command))
    .addHelpText('after', help)
    .action(async (name: string | undefined, flags: Omit<MarkRequest, 'name' | 'action'>) => {
      if (name === undefined) {
        throw new CommandError('Usage', 'CLUSTER is required', [`kubefed-eks ${action} --help`]);
      }
      const { runMark } = await import('./run-mark.ts');
      await runMark(invocation, { ...flags, name, action });
    });
}
