import type { Command } from 'commander';
import { TYPES_GROUP } from '../model/names.ts';
import { CommandError } from './command-error.ts';
import { addHostFlags, parseBoolean, parseYamlOutput } from './flags.ts';
import type { Invocation } from './invocation.ts';
import type { EnableRequest } from './requests.ts';

const EXAMPLES = `
Examples:
  # federate Deployments, by any name that kubectl knows them by
  kubefed-eks enable deployments.apps

  # a custom resource; its CRD must be on the host, and in the members that get it
  kubefed-eks enable widgets.example.com

  # only show the FederatedTypeConfig and the CRD
  kubefed-eks enable statefulsets.apps --output yaml`;

/** Adds `enable`. */
export function addEnable(program: Command, invocation: Invocation): void {
  const command = program
    .command('enable')
    .description('enable the federation of a type')
    .argument('[NAME]', 'type: plural, singular, kind, short name, or plural.group')
    .option('--federated-group <group>', 'API group of the federated type', TYPES_GROUP)
    .option('--federated-version <version>', 'API version of the federated type', 'v1beta1')
    .option('--version <version>', 'API version of the type (default: the preferred one)')
    .option('-o, --output <format>', 'yaml: print the objects, change nothing', parseYamlOutput)
    .option('-f, --filename <file>', 'an EnableTypeDirective that says all this')
    .option('--dry-run [bool]', 'say what would be done, change nothing', parseBoolean, false);
  addHostFlags(command)
    .addHelpText('after', EXAMPLES)
    .action(async (name: string | undefined, flags: Omit<EnableRequest, 'name'>) => {
      if (name === undefined && flags.filename === undefined) {
        throw new CommandError('Usage', 'NAME is required', ['kubefed-eks enable --help']);
      }
      const { runEnable } = await import('./run-enable.ts');
      await runEnable(invocation, { ...flags, ...(name === undefined ? {} : { name }) });
    });
}
