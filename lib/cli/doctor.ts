import type { Command } from 'commander';
import { addHostFlags, addReadFlags } from './flags.ts';
import type { Invocation } from './invocation.ts';
import type { DoctorRequest } from './requests.ts';

const EXAMPLES = `
Exit codes: 0 nothing is wrong (there may be warnings, and things that could not be seen), 1 something is wrong, or
the host could not be examined, or the command was wrongly called.

Examples:
  # is everything in order, and what to do about what is not
  kubefed-eks doctor

  # with the AWS credentials of another profile, for access entries and queues
  kubefed-eks doctor --profile operations

  # only what is wrong, for a script
  kubefed-eks doctor --output json | jq '.findings[] | select(.level == "error")'`;

/** Adds `doctor`. */
export function addDoctor(program: Command, invocation: Invocation): void {
  const command = program
    .command('doctor')
    .description(
      'examine host, members, access, queues and clocks: what is wrong (exit code 1), and what to do',
    )
    .option('--profile <name>', 'AWS profile for members, access entries and queues');
  addReadFlags(addHostFlags(command))
    .addHelpText('after', EXAMPLES)
    .action(async (flags: DoctorRequest) => {
      const { runDoctor } = await import('./run-doctor.ts');
      await runDoctor(invocation, flags);
    });
}
