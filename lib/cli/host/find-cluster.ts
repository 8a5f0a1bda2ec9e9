import { deriveClusterName } from '../../core/cluster-name.ts';
import { type JsonObject, objectAt, stringAt } from '../../model/json.ts';
import { CommandError } from '../command-error.ts';
import { parseClusterArn } from '../connect/eks-reference.ts';
import { ACCOUNT_LABEL, nameOf } from './cluster-identity.ts';

/**
 * Finds a KubeFedCluster by its name, by the ARN of its EKS cluster, or by a context or other name that its name was
 * derived from.
 *
 * @throws CommandError ClusterNotFound
 * Source: KubeFed v0.10.0, kubefedctl unjoin (the message)
 */
export function findCluster(
  clusters: readonly JsonObject[],
  namespace: string,
  name: string,
): JsonObject {
  const arn = parseClusterArn(name);
  const found =
    clusters.find((one) => nameOf(one) === name) ??
    clusters.find((one) => arn !== undefined && isEksCluster(one, arn)) ??
    clusters.find((one) => nameOf(one) === deriveClusterName(name));
  if (found !== undefined) return found;
  const names = clusters.map(nameOf).join(', ');
  throw new CommandError(
    'ClusterNotFound',
    `Failed to get kubefed cluster "${namespace}/${name}"`,
    [
      names === ''
        ? 'another host with --host-cluster-context: this one has no KubeFedCluster'
        : `one of those that there are: ${names}`,
    ],
  );
}

function isEksCluster(
  kubeFedCluster: JsonObject,
  arn: { clusterName: string; region: string; account: string },
): boolean {
  const eks = objectAt(kubeFedCluster, 'spec', 'eks');
  const account = stringAt(kubeFedCluster, 'metadata', 'labels', ACCOUNT_LABEL) ?? arn.account;
  return (
    eks?.['clusterName'] === arn.clusterName &&
    eks['region'] === arn.region &&
    account === arn.account
  );
}
