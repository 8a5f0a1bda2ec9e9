import type { Command } from 'commander';
import { CommandError } from './command-error.ts';
import { addHostFlags, addReadFlags, parseBoolean, parseSeconds } from './flags.ts';
import type { Invocation } from './invocation.ts';
import type { StatusRequest } from './requests.ts';

const EXAMPLES = `
Examples:
  # clusters, types, what is not in sync, what waits for a deletion, queues
  kubefed-eks status

  # one object in all members: where it should be, is said to be, and is
  kubefed-eks status deployment web --namespace shop

  # again and again, whenever something has changed
  kubefed-eks status --watch

  # with nothing but read access to the host; objects out of sync, for a script
  kubefed-eks status --host-only --output json | jq '.outOfSync[]'`;

/** Adds `status`. */
export function addStatus(program: Command, invocation: Invocation): void {
  const command = program
    .command('status')
    .description('show how the federation, or one object in it, is doing')
    .argument('[KIND]', 'type of the object: target or federated kind, plural, or short name')
    .argument('[NAME]', 'its name')
    .option(
      '-n, --namespace <namespace>',
      "namespace of the object (default: that of the host's context); without one: look in it only",
    )
    .option('-w, --watch [bool]', 'print again whenever something has changed', parseBoolean, false)
    .option('--interval <seconds>', 'with --watch: how often to look', parseSeconds, 5)
    .option(
      '--host-only [bool]',
      'ask neither members nor AWS: no latencies, live versions and queues',
      parseBoolean,
      false,
    )
    .option('--profile <name>', 'AWS profile for members and queues');
  addReadFlags(addHostFlags(command))
    .addHelpText('after', EXAMPLES)
    .action(async (kind?: string, name?: string, flags?: StatusRequest) => {
      if (flags === undefined) return;
      if (kind !== undefined && name === undefined) {
        throw new CommandError('Usage', 'NAME is required with KIND', [
          'kubefed-eks status --help',
        ]);
      }
      const { runStatus } = await import('./run-status.ts');
      const object = kind === undefined || name === undefined ? {} : { object: { kind, name } };
      await runStatus(invocation, { ...flags, ...object });
    });
}
