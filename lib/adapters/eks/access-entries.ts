import {
  AssociateAccessPolicyCommand,
  CreateAccessEntryCommand,
  DeleteAccessEntryCommand,
  DescribeAccessEntryCommand,
  type EKSClient,
  ResourceInUseException,
  ResourceNotFoundException,
  UpdateAccessEntryCommand,
} from '@aws-sdk/client-eks';

export interface AccessEntry {
  readonly principalArn: string;
  /** Kubernetes groups; EKS refuses names that begin with `system:` */
  readonly kubernetesGroups: readonly string[];
  /** an EKS access policy for the whole cluster, beside the groups */
  readonly policyArn?: string;
}

/**
 * Lets an IAM role into a cluster. Groups that its entry has already stay: a host that is a member too has one entry
 * for both. Doing it twice changes nothing.
 *
 * @returns whether the entry is new
 * @throws the SDK's error: InvalidRequestException where the cluster's authentication mode is CONFIG_MAP
 * Source: AWS, Amazon EKS access entries
 */
export async function putAccessEntry(
  client: EKSClient,
  clusterName: string,
  entry: AccessEntry,
): Promise<boolean> {
  const { principalArn, policyArn } = entry;
  const kubernetesGroups = [...entry.kubernetesGroups];
  const isNew = await ignoring(
    ResourceInUseException,
    client.send(new CreateAccessEntryCommand({ clusterName, principalArn, kubernetesGroups })),
  );
  if (!isNew) await addGroups(client, { clusterName, principalArn }, kubernetesGroups);
  if (policyArn !== undefined) {
    const accessScope = { type: 'cluster' as const };
    await client.send(
      new AssociateAccessPolicyCommand({ clusterName, principalArn, policyArn, accessScope }),
    );
  }
  return isNew;
}

async function addGroups(
  client: EKSClient,
  of: { readonly clusterName: string; readonly principalArn: string },
  groups: readonly string[],
): Promise<void> {
  const { accessEntry } = await client.send(new DescribeAccessEntryCommand(of));
  const current = accessEntry?.kubernetesGroups ?? [];
  const kubernetesGroups = [...new Set([...current, ...groups])].sort();
  if (kubernetesGroups.length === current.length) return;
  await client.send(new UpdateAccessEntryCommand({ ...of, kubernetesGroups }));
}

/** @returns whether there was an entry */
export function deleteAccessEntry(
  client: EKSClient,
  clusterName: string,
  principalArn: string,
): Promise<boolean> {
  return ignoring(
    ResourceNotFoundException,
    client.send(new DeleteAccessEntryCommand({ clusterName, principalArn })),
  );
}

/** @returns false when the call was refused with that error */
async function ignoring(
  expected: abstract new (...args: never[]) => Error,
  call: Promise<unknown>,
): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (error instanceof expected) return false;
    throw error;
  }
}
