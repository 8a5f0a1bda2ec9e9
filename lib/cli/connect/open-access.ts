import { EKSClient } from '@aws-sdk/client-eks';
import { STSClient } from '@aws-sdk/client-sts';
import { assumedCredentials, type EksClusterRef } from '../../adapters/eks/access.ts';
import { readEntryGroups } from '../../adapters/eks/access-entries.ts';
import { withinSeconds } from './within-seconds.ts';

/** Access entries of EKS clusters. */
export interface OpenAccess {
  /**
   * @returns the Kubernetes groups of a principal's entry; undefined when it has none
   * @throws the SDK's error
   */
  groupsOf(cluster: EksClusterRef, principalArn: string): Promise<readonly string[] | undefined>;
}

const AWS_PATIENCE_SECONDS = 5;

/** With the caller's own credentials, or the role that the cluster is entered with. One call per entry. */
export function openAccess(profile: string | undefined, nowMs: () => number): OpenAccess {
  const named = profile === undefined ? {} : { profile };
  const stsClient = (region: string) => new STSClient({ region, ...named });
  const clients = new Map<string, EKSClient>();

  function clientFor({ region, roleArn }: EksClusterRef): EKSClient {
    const key = `${region} ${roleArn ?? ''}`;
    const credentials =
      roleArn === undefined
        ? {}
        : { credentials: assumedCredentials(roleArn, region, { stsClient, nowMs }) };
    const client = clients.get(key) ?? new EKSClient({ region, ...named, ...credentials });
    clients.set(key, client);
    return client;
  }

  return {
    groupsOf(cluster, principalArn) {
      const key = { clusterName: cluster.clusterName, principalArn };
      return withinSeconds(AWS_PATIENCE_SECONDS, 'EKS', readEntryGroups(clientFor(cluster), key));
    },
  };
}
