import type { Command } from 'commander';
import { CommandError } from './command-error.ts';
import { parseClusterArn } from './connect/eks-reference.ts';
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

  # by its name and Region
  kubefed-eks join --cluster-name basic --region us-west-2

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
    .option('--cluster-name <name>', 'the EKS cluster that joins, with --region')
    .option('--region <region>', 'its Region (default: AWS_REGION)')
    .option('--cluster-context <context>', 'context of the cluster that joins (default: NAME)')
    .option('--name <name>', 'name of the KubeFedCluster; NAME is then only an ARN or a context')
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
    .action(async (argument: string | undefined, flags: JoinRequest) => {
      const request = readRequest(argument, flags, invocation.env);
      if (request.clusterArn !== undefined) requireClusterArn(request.clusterArn);
      if (request.roleArn !== undefined) requireRoleArn(request.roleArn);
      const { runJoin } = await import('./run-join.ts');
      await runJoin(invocation, request);
    });
}

/** Settles what NAME means beside `--name`, and the Region. */
function readRequest(
  argument: string | undefined,
  flags: JoinRequest,
  env: Invocation['env'],
): JoinRequest {
  const region = flags.region ?? (env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || undefined);
  const request = { ...flags, ...(region === undefined ? {} : { region }) };
  if (argument === undefined) return request;
  if (flags.name === undefined) return { ...request, name: argument };
  const named = [flags.clusterArn, flags.clusterContext, flags.clusterName];
  const other = named.find((one) => one !== undefined);
  if (other !== undefined) {
    throw new CommandError('Usage', `${argument} and ${other} both say which cluster joins`, [
      'leave NAME out: --name gives the name',
    ]);
  }
  return parseClusterArn(argument) === undefined
    ? { ...request, clusterContext: argument }
    : { ...request, clusterArn: argument };
}

function requireRoleArn(arn: string): void {
  if (ROLE_ARN.test(arn)) return;
  throw new CommandError('Usage', `--role-arn ${arn} is not the ARN of an IAM role`, [
    'aws iam get-role --role-name ROLE --query Role.Arn',
  ]);
}
