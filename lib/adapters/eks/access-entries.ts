import {
  AssociateAccessPolicyCommand,
  CreateAccessEntryCommand,
  DeleteAccessEntryCommand,
  DescribeAccessEntryCommand,
  type EKSClient,
  ListAssociatedAccessPoliciesCommand,
  UpdateAccessEntryCommand,
} from '@aws-sdk/client-eks';

export interface AccessEntry {
  readonly principalArn: string;
  /** Kubernetes groups; EKS refuses names that begin with `system:` */
  readonly kubernetesGroups: readonly string[];
  /** an EKS access policy for the whole cluster, beside the groups */
  readonly policyArn?: string;
}

/** One principal of one cluster. */
export interface EntryKey {
  readonly clusterName: string;
  readonly principalArn: string;
}

/** @returns the Kubernetes groups of a principal's entry; undefined when it has no entry. @throws the SDK's error */
export async function readEntryGroups(
  client: EKSClient,
  key: EntryKey,
): Promise<readonly string[] | undefined> {
  try {
    const { accessEntry } = await client.send(new DescribeAccessEntryCommand({ ...key }));
    return accessEntry?.kubernetesGroups ?? [];
  } catch (error) {
    if (isCalled(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
}

/** @returns whether it was made; false when there is one already. @throws the SDK's error */
export function createEntry(
  client: EKSClient,
  key: EntryKey,
  groups: readonly string[],
): Promise<boolean> {
  const command = new CreateAccessEntryCommand({ ...key, kubernetesGroups: [...groups] });
  return ignoring('ResourceInUseException', client.send(command));
}

/** @throws the SDK's error */
export async function setEntryGroups(
  client: EKSClient,
  key: EntryKey,
  groups: readonly string[],
): Promise<void> {
  await client.send(new UpdateAccessEntryCommand({ ...key, kubernetesGroups: [...groups] }));
}

/** @returns whether the principal has EKS access policies beside its groups. @throws the SDK's error */
export async function hasAccessPolicies(client: EKSClient, key: EntryKey): Promise<boolean> {
  const command = new ListAssociatedAccessPoliciesCommand({ ...key });
  const { associatedAccessPolicies } = await client.send(command);
  return (associatedAccessPolicies ?? []).length > 0;
}

/** @returns all groups of both, each once, the first ones first */
export function joinGroups(one: readonly string[], other: readonly string[]): string[] {
  return [...new Set([...one, ...other])];
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
  const { principalArn, policyArn, kubernetesGroups } = entry;
  const key = { clusterName, principalArn };
  const isNew = await createEntry(client, key, kubernetesGroups);
  if (!isNew) await addGroups(client, key, kubernetesGroups);
  if (policyArn !== undefined) {
    const accessScope = { type: 'cluster' as const };
    await client.send(new AssociateAccessPolicyCommand({ ...key, policyArn, accessScope }));
  }
  return isNew;
}

async function addGroups(
  client: EKSClient,
  key: EntryKey,
  groups: readonly string[],
): Promise<void> {
  const current = (await readEntryGroups(client, key)) ?? [];
  const wanted = joinGroups(current, groups).sort();
  if (wanted.length > current.length) await setEntryGroups(client, key, wanted);
}

/** @returns whether there was an entry. @throws the SDK's error */
export function deleteAccessEntry(
  client: EKSClient,
  clusterName: string,
  principalArn: string,
): Promise<boolean> {
  return ignoring(
    'ResourceNotFoundException',
    client.send(new DeleteAccessEntryCommand({ clusterName, principalArn })),
  );
}

/** @returns false when the call was refused with that error */
async function ignoring(expected: string, call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (isCalled(error, expected)) return false;
    throw error;
  }
}

/** By name: classes lose theirs in a minified bundle, and another copy of the SDK has classes of its own. */
function isCalled(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
