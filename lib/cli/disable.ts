import type { Command } from 'commander';
import { CommandError } from './command-error.ts';
import { addHostFlags, parseBoolean } from './flags.ts';
import type { Invocation } from './invocation.ts';
import type { DisableRequest } from './requests.ts';

const EXAMPLES = `
Examples:
  # stop propagating Deployments; what is in the members stays there
  kubefed-eks disable deployments.apps

  # and take the federated CRD away, which must have no objects any more
  kubefed-eks disable widgets.example.com --delete-crd`;

type Flags = Omit<DisableRequest, 'name'> & { readonly federatedGroup?: string };

/** Adds `disable`. */
export function addDisable(program: Command, invocation: Invocation): void {
  const command = program
    .command('disable')
    .description('disable the federation of a type')
    .argument('[NAME]', 'type, or name of its FederatedTypeConfig')
    .option('--delete-crd [bool]', 'delete the federated CRD too', parseBoolean, false)
    .option('--federated-group <group>', 'accepted with --delete-crd; the type itself says it')
    .option('--version <version>', 'API version of the type, with --delete-crd')
    .option(
      '--dry-run [bool]',
      'say whether there is such a type, change nothing',
      parseBoolean,
      false,
    );
  addHostFlags(command)
    .addHelpText('after', EXAMPLES)
    .action(async (name: string | undefined, flags: Flags) => {
      if (name === undefined) throw usage('NAME is required');
      if (!flags.deleteCrd && flags.version !== undefined) {
        throw usage('--version flag valid only with --delete-crd');
      }
      if (!flags.deleteCrd && flags.federatedGroup !== undefined) {
        throw usage('--kubefed-group flag valid only with --delete-crd');
      }
      const { runDisable } = await import('./run-disable.ts');
      await runDisable(invocation, { ...flags, name });
    });
}

function usage(message: string): CommandError {
  return new CommandError('Usage', message, ['kubefed-eks disable --help']);
}
