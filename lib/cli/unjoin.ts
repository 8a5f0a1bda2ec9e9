import type { Command } from 'commander';
import { CommandError } from './command-error.ts';
import { addChangeFlags, addHostFlags, parseBoolean } from './flags.ts';
import type { Invocation } from './invocation.ts';
import type { UnjoinRequest } from './requests.ts';

const EXAMPLES = `
Examples:
  # leave the federation; objects that were propagated stay in the cluster
  kubefed-eks unjoin cluster1

  # the cluster is gone for good: clean up the host all the same
  kubefed-eks unjoin cluster1 --force`;

/** Adds `unjoin`. */
export function addUnjoin(program: Command, invocation: Invocation): void {
  const command = program
    .command('unjoin')
    .description('end the membership of a cluster')
    .argument(
      '[NAME]',
      'name of the KubeFedCluster, or the ARN or context that it was derived from',
    )
    .option(
      '--cluster-context <context>',
      'context to reach the member by (default: IAM, or NAME if it is not EKS)',
    )
    .option('--profile <profile>', 'AWS profile for the calls to EKS')
    .option(
      '--host-cluster-name <name>',
      "the host's part of names made in a member that is not EKS",
    )
    .option('--force [bool]', 'go on past errors in the member', parseBoolean, false);
  addHostFlags(addChangeFlags(command))
    .addHelpText('after', EXAMPLES)
    .action(async (name: string | undefined, flags: Omit<UnjoinRequest, 'name'>) => {
      if (name === undefined) {
        throw new CommandError('Usage', 'NAME is required', ['kubefed-eks unjoin --help']);
      }
      const { runUnjoin } = await import('./run-unjoin.ts');
      await runUnjoin(invocation, { ...flags, name });
    });
}
