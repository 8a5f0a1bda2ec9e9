import { type Command, InvalidArgumentError } from 'commander';
import { addHostFlags, type HostFlags } from './flags.ts';
import type { Invocation } from './invocation.ts';

export type PlanOutput = 'table' | 'json' | 'yaml';

export interface PlanRequest extends HostFlags {
  readonly filename: readonly string[];
  readonly recursive: boolean;
  /** absent: that of the context */
  readonly namespace?: string;
  /** whether the servers of host and members are asked, by dry runs */
  readonly server: boolean;
  readonly output: PlanOutput;
  readonly profile?: string;
}

const HELP = `
Examples:
  # what would a folder of manifests do, in each member?
  kubefed-eks plan -f manifests/

  # as kustomize builds them; without dry runs in the members
  kustomize build . | kubefed-eks plan -f - --no-server

  # for a CI job
  kubefed-eks plan -f manifests/ --output json > plan.json`;

/** Adds `plan`. What it takes to run it is loaded only then. */
export function addPlan(program: Command, invocation: Invocation): void {
  const command = program
    .command('plan')
    .description(
      'show what kubectl apply of these files would do in each member, field by field, and to DNS record sets, and write nothing; exit code 0: nothing to do, 2: changes, 1: errors',
    )
    .requiredOption('-f, --filename <path>', 'file, folder, or - (repeatable)', collect)
    .option('-R, --recursive', 'go through the folders below, too', false)
    .option('-n, --namespace <namespace>', 'for objects that name none (default: of the context)')
    .option('--server', 'ask the servers of host and members by dry runs (default)', true)
    .option('--no-server', 'do not ask them: their defaults and admission are not seen')
    .option(
      '--profile <profile>',
      'AWS profile for the way to EKS members, and to look load balancers up',
    )
    .option('-o, --output <format>', 'table, json or yaml', parseOutput, 'table');
  addHostFlags(command)
    .addHelpText('after', HELP)
    .action(async (request: PlanRequest) => {
      const { runPlan } = await import('./plan/run-plan.ts');
      await runPlan(invocation, request);
    });
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function parseOutput(value: string): PlanOutput {
  if (value === 'table' || value === 'json' || value === 'yaml') return value;
  throw new InvalidArgumentError('Give table, json or yaml.');
}
