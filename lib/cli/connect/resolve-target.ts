import { CommandError } from '../command-error.ts';
import type { JoinTarget } from '../member/joining.ts';
import type { JoinRequest } from '../requests.ts';
import { classifyContext, type EksReference, parseClusterArn } from './eks-reference.ts';
import type { Kubeconfig } from './kubeconfig.ts';

export interface ResolvedTarget {
  readonly target: JoinTarget;
  /** the kubeconfig context to reach the member by; absent means the caller's IAM credentials */
  readonly context?: string;
}

/**
 * Decides which cluster joins and in which way. An ARN means EKS; with a context beside it, the context says how to
 * reach the API server. A context alone is looked at. NAME alone is taken for a context, as KubeFed does, or for an ARN.
 *
 * @throws CommandError Usage, ContextNotFound, EksContextIncomplete
 */
export function resolveTarget(
  request: JoinRequest,
  kubeconfig: Pick<Kubeconfig, 'has' | 'entry'>,
): ResolvedTarget {
  const arn = request.clusterArn ?? arnInPlaceOfContext(request, kubeconfig);
  if (arn !== undefined) {
    const context = request.clusterContext;
    if (context !== undefined) kubeconfig.entry(context);
    return {
      target: { kind: 'eks', eks: requireClusterArn(arn), from: arn },
      ...(context === undefined ? {} : { context }),
    };
  }
  if (request.clusterName !== undefined) return targetOfEksName(request, kubeconfig);
  const context = request.clusterContext ?? request.name;
  if (context === undefined) {
    throw new CommandError('Usage', 'NAME is required, or --cluster-arn, or --cluster-context', [
      'kubefed-eks join --help',
    ]);
  }
  return { target: targetOfContext(context, request, kubeconfig), context };
}

function targetOfEksName(
  { clusterName = '', region, clusterContext: context }: JoinRequest,
  kubeconfig: Pick<Kubeconfig, 'entry'>,
): ResolvedTarget {
  if (region === undefined) {
    throw new CommandError('Usage', `--cluster-name ${clusterName} needs the Region of it`, [
      '--region REGION, or the variable AWS_REGION',
    ]);
  }
  if (context !== undefined) kubeconfig.entry(context);
  return {
    target: { kind: 'eks', eks: { clusterName, region }, from: clusterName },
    ...(context === undefined ? {} : { context }),
  };
}

function targetOfContext(
  context: string,
  request: JoinRequest,
  kubeconfig: Pick<Kubeconfig, 'entry'>,
): JoinTarget {
  const entry = kubeconfig.entry(context);
  const found = classifyContext(entry);
  if (found.kind === 'eksIncomplete') {
    throw new CommandError(
      'EksContextIncomplete',
      `context "${context}" is of an EKS cluster, but its kubeconfig does not tell the ${found.missing}`,
      [`--cluster-arn ARN beside --cluster-context ${context}`],
    );
  }
  if (found.kind === 'eks') {
    const { kind, ...eks } = found;
    return { kind, eks, from: context };
  }
  if (request.roleArn !== undefined) {
    throw new CommandError(
      'Usage',
      `--role-arn is for EKS clusters, and context "${context}" is of another`,
      ['leave --role-arn out, or give --cluster-arn'],
    );
  }
  return { kind: 'token', entry, from: context };
}

/** `join ARN` works without a kubeconfig. */
function arnInPlaceOfContext(
  request: JoinRequest,
  kubeconfig: Pick<Kubeconfig, 'has'>,
): string | undefined {
  const { name, clusterContext } = request;
  if (name === undefined || clusterContext !== undefined || kubeconfig.has(name)) return undefined;
  return parseClusterArn(name) === undefined ? undefined : name;
}

/** @throws CommandError Usage */
export function requireClusterArn(arn: string): EksReference {
  const parsed = parseClusterArn(arn);
  if (parsed !== undefined) return parsed;
  throw new CommandError('Usage', `--cluster-arn ${arn} is not the ARN of an EKS cluster`, [
    'aws eks describe-cluster --name CLUSTER --region REGION --query cluster.arn',
  ]);
}
