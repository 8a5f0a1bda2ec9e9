import type { Command } from 'commander';
import { CommandError } from './command-error.ts';
import { requireClusterArn } from './connect/resolve-target.ts';
import { addChangeFlags, addHostFlags, collectLabel, parseBoolean, parseSeconds } from './flags.ts';
import type { Invocation } from './invocation.ts';
import type { JoinRequest } from './requests.ts';

const READY_TIMEOUT_SECONDS = 120;
const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/;

const EXAMPLES = `
Examples:
  # an EKS cluster by its ARN, with your own AWS credentials
  kubefed-eks join cluster1 --cluster-arn arn:aws:eks:us-west-2:111122223333:cluster/basic

  # by context, as eksctl and the AWS CLI name it; the host is the current context
  kubefed-eks join --cluster-context nick-aws@basic.us-west-2.eksctl.io

  # an EKS cluster of another account, whose role the control plane assumes
  kubefed-eks join cluster2 --cluster-arn arn:aws:eks:eu-west-1:444455556666:cluster/basic \\
    --role-arn arn:aws:iam::444455556666:role/kubefed --profile other-account

  # any other Kubernetes cluster, and what would be done
  kubefed-eks join onprem --cluster-context onprem --host-cluster-context host --dry-run`;

/** Adds `join`. What it takes to run it is loaded only then: `--help` stays quick. */
export function addJoin(program: Command, invocation: Invocation): void {
  const command = program
    .command('join')
    .description('make a cluster a member of the federation')
    .argument('[NAME]', 'name of the KubeFedCluster (default: derived from ARN or context)')
    .option('--cluster-arn <arn>', 'the EKS cluster that joins')
    .option('--cluster-context <context>', 'context of the cluster that joins (default: NAME)')
    .option('--role-arn <arn>', "role of the member's account that the control plane assumes")
    .option('--profile <profile>', 'AWS profile for the calls to EKS')
    .option('--label <key=value>', 'label of the KubeFedCluster (repeatable)', collectLabel)
    .option(
      '--admin [bool]',
      'grant all rights, not just those the enabled types need',
      parseBoolean,
      false,
    )
    .option(
      '--wait <seconds>',
      'how long to wait until Ready, 0 for not at all',
      parseSeconds,
      READY_TIMEOUT_SECONDS,
    )
    .option(
      '--host-cluster-name <name>',
      "the host's part of names made in a member that is not EKS",
    )
    .option('--secret-name <name>', "name of the host's Secret for a member that is not EKS")
    .option('--error-on-existing [bool]', 'fail when something exists already', parseBoolean);
  addHostFlags(addChangeFlags(command))
    .addHelpText('after', EXAMPLES)
    .action(async (name: string | undefined, flags: Omit<JoinRequest, 'name'>) => {
      const request = { ...flags, ...(name === undefined ? {} : { name }) };
      if (request.clusterArn !== undefined) requireClusterArn(request.clusterArn);
      if (request.roleArn !== undefined) requireRoleArn(request.roleArn);
      const { runJoin } = await import('./run-join.ts');
      await runJoin(invocation, request);
    });
}

function requireRoleArn(arn: string): void {
  if (ROLE_ARN.test(arn)) return;
  throw new CommandError('Usage', `--role-arn ${arn} is not the ARN of an IAM role`, [
    'aws iam get-role --role-name ROLE --query Role.Arn',
  ]);
}
