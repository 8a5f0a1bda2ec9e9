import type { ApiError, ApiErrorKind, Cluster } from '../../ports.ts';
import { CommandError, type CommandErrorCode } from '../command-error.ts';

/** One of the two clusters that a command works on, and how to speak of it. */
export interface Side {
  readonly place: 'host' | 'member';
  readonly cluster: Cluster;
  /** how messages call it, e.g. `host (context prod)` */
  readonly label: string;
  /** what to do about refusals that depend on how the cluster is reached */
  readonly remedies: Partial<Record<ApiErrorKind, readonly string[]>>;
}

const CODE_BY_KIND: Partial<Record<ApiErrorKind, CommandErrorCode>> = {
  AlreadyExists: 'AlreadyExists',
  Forbidden: 'Forbidden',
  TimedOut: 'TimedOut',
  Unauthorized: 'Unauthorized',
  Unreachable: 'Unreachable',
};

/** @param doing what was attempted on what, e.g. `create ClusterRole x` */
export function apiFailure(side: Side, doing: string, error: ApiError): CommandError {
  const code = CODE_BY_KIND[error.kind] ?? 'RequestFailed';
  const message = `${side.label}: cannot ${doing}: ${error.message}`;
  return new CommandError(code, message, side.remedies[error.kind] ?? []);
}

/** A side that is reached by a kubeconfig context. */
export function contextSide(place: Side['place'], cluster: Cluster, context: string): Side {
  const flag = place === 'host' ? '--host-cluster-context' : '--cluster-context';
  const check = `kubectl --context ${context} auth whoami`;
  return {
    place,
    cluster,
    label: `${place} (context ${context})`,
    remedies: {
      Unauthorized: [check, `another context with ${flag}`],
      Forbidden: [
        `${check}; the rights of cluster-admin are needed, or another context with ${flag}`,
      ],
      Unreachable: [
        `kubectl --context ${context} get --raw /version`,
        `another context with ${flag}`,
      ],
      TimedOut: [`kubectl --context ${context} get --raw /version`],
    },
  };
}

/** A member that is reached with the caller's IAM credentials. */
export function eksSide(
  cluster: Cluster,
  eks: { clusterName: string; region: string; isPrivate: boolean },
): Side {
  const { clusterName, region } = eks;
  const flags = `--cluster-name ${clusterName} --region ${region} --principal-arn YOUR_ROLE_ARN`;
  const grant = [
    `aws eks create-access-entry ${flags}`,
    `aws eks associate-access-policy ${flags} --access-scope type=cluster --policy-arn arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy`,
    'a kubeconfig context that has the rights, with --cluster-context',
  ];
  const network = eks.isPrivate
    ? [`its endpoint is private: run this inside its VPC`]
    : [
        `aws eks describe-cluster --name ${clusterName} --region ${region} --query cluster.resourcesVpcConfig`,
      ];
  return {
    place: 'member',
    cluster,
    label: `member (EKS cluster ${clusterName} in ${region})`,
    remedies: {
      Unauthorized: grant,
      Forbidden: grant.slice(1),
      Unreachable: network,
      TimedOut: network,
    },
  };
}
