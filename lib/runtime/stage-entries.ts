import type { EKSClient } from '@aws-sdk/client-eks';
import { deleteAccessEntry, putAccessEntry } from '../adapters/eks/access-entries.ts';
import { hostGroup } from '../core/host-access.ts';

const ADMIN = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy';

export interface StageEntries {
  readonly clusterName: string;
  /** ARN of the role by stage */
  readonly roleArns: Readonly<Record<string, string>>;
}

/** Makes the host let in the role of each stage, as the group of that stage; install becomes an administrator. */
export async function letStagesIn(client: EKSClient, entries: StageEntries): Promise<void> {
  for (const [stage, principalArn] of Object.entries(entries.roleArns)) {
    const policy = stage === 'install' ? { policyArn: ADMIN } : {};
    const kubernetesGroups = [hostGroup(stage)];
    await putAccessEntry(client, entries.clusterName, {
      principalArn,
      kubernetesGroups,
      ...policy,
    });
  }
}

export async function letStagesOut(client: EKSClient, entries: StageEntries): Promise<void> {
  for (const principalArn of Object.values(entries.roleArns)) {
    await deleteAccessEntry(client, entries.clusterName, principalArn);
  }
}
