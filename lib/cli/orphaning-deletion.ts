import type { Command } from 'commander';
import { CommandError } from './command-error.ts';
import { addHostFlags } from './flags.ts';
import type { Invocation } from './invocation.ts';
import type { OrphaningRequest } from './requests.ts';

const ACTIONS = {
  enable: 'leave the copies in the members when the federated object is deleted',
  disable: 'delete the copies in the members with the federated object',
  status: 'print Enabled or Disabled',
} as const;

/** Adds `orphaning-deletion` with its three actions. */
export function addOrphaningDeletion(program: Command, invocation: Invocation): void {
  const group = program
    .command('orphaning-deletion')
    .description('what becomes of the copies when a federated object is deleted')
    .addHelpText('after', exampleOf('enable'));
  for (const action of ['enable', 'disable', 'status'] as const) {
    const command = group
      .command(action)
      .description(ACTIONS[action])
      .argument('[TYPE]', 'federated type, e.g. federateddeployments or fdeploy')
      .argument('[NAME]', 'name of the federated object')
      .option('-n, --namespace <namespace>', "its namespace (default: that of the host's context)");
    addHostFlags(command)
      .addHelpText('after', exampleOf(action))
      .action(async (type?: string, name?: string, flags?: Flags) => {
        if (type === undefined) throw usage(action, 'resource type is required');
        if (name === undefined) throw usage(action, 'resource name is required');
        const { runOrphaningDeletion } = await import('./run-orphaning-deletion.ts');
        if (flags !== undefined) {
          await runOrphaningDeletion(invocation, { ...flags, action, type, name });
        }
      });
  }
}

type Flags = Omit<OrphaningRequest, 'action' | 'type' | 'name'>;

function exampleOf(action: string): string {
  return `
Examples:
  # ${action === 'status' ? 'ask' : action} for one object
  kubefed-eks orphaning-deletion ${action} federateddeployments web --namespace shop`;
}

function usage(action: string, message: string): CommandError {
  return new CommandError('Usage', message, [`kubefed-eks orphaning-deletion ${action} --help`]);
}
