import type { Command } from 'commander';
import { CommandError } from './command-error.ts';
import { addHostFlags, collectList, parseBoolean, parseYamlOutput } from './flags.ts';
import type { Invocation } from './invocation.ts';
import type { FederateRequest } from './requests.ts';

const EXAMPLES = `
Examples:
  # make a federated object of what the host has; it goes to all clusters
  kubefed-eks federate configmaps app --namespace shop

  # a namespace and all that people made in it, enabling the types on the way
  kubefed-eks federate namespaces shop --contents --enable-type

  # only show it
  kubefed-eks federate deployments.apps web --namespace shop --output yaml

  # convert manifests, without any cluster
  kubefed-eks federate --filename app.yaml > federated.yaml`;

type Flags = Omit<FederateRequest, 'type' | 'name'> & { readonly filename?: string };

/** Adds `federate`. */
export function addFederate(program: Command, invocation: Invocation): void {
  const command = program
    .command('federate')
    .description('make federated objects of plain ones')
    .argument('[TYPE-NAME]', 'type: plural, singular, kind, short name, or plural.group')
    .argument('[RESOURCE-NAME]', 'name of the object on the host')
    .option('-n, --namespace <namespace>', "its namespace (default: that of the host's context)")
    .option('-o, --output <format>', 'yaml: print the objects, change nothing', parseYamlOutput)
    .option('-t, --enable-type [bool]', 'enable types that are not', parseBoolean, false)
    .option('-c, --contents [bool]', 'of a namespace: all that is in it too', parseBoolean, false)
    .option('-f, --filename <file>', 'convert the objects of a file, - for stdin, to stdout')
    .option(
      '-s, --skip-api-resources <types>',
      'with --contents: types or groups to leave out (repeatable, or with commas)',
      collectList,
      [],
    )
    .option('--dry-run [bool]', 'say what would be done, change nothing', parseBoolean, false);
  addHostFlags(command)
    .addHelpText('after', EXAMPLES)
    .action(async (type?: string, name?: string, flags?: Flags) => {
      if (flags?.filename !== undefined) return convert(invocation, flags.filename, [type, name]);
      if (type === undefined) throw usage('TYPE-NAME is required');
      if (name === undefined) throw usage('RESOURCE-NAME is required');
      if (flags === undefined) return;
      if (flags.enableType && flags.output !== undefined) {
        throw usage("Flag '--enable-type' cannot be used with '--output [yaml]'");
      }
      const { runFederate } = await import('./run-federate.ts');
      await runFederate(invocation, { ...flags, type, name });
    });
}

async function convert(
  invocation: Invocation,
  filename: string,
  args: readonly (string | undefined)[],
): Promise<void> {
  const given = args.filter((one) => one !== undefined);
  if (given.length > 0) {
    throw usage(`Flag '--filename' does not take any args. Got args: [${given.join(' ')}]`);
  }
  const { runConvert } = await import('./run-convert.ts');
  await runConvert(invocation, filename);
}

function usage(message: string): CommandError {
  return new CommandError('Usage', message, ['kubefed-eks federate --help']);
}
