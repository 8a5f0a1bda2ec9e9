import {
  CreateAccessEntryCommand,
  DeleteAccessEntryCommand,
  DescribeAccessEntryCommand,
  type EKSClient,
  ListAssociatedAccessPoliciesCommand,
  UpdateAccessEntryCommand,
} from '@aws-sdk/client-eks';
import { OBSERVER_GROUP, PROPAGATOR_GROUP } from '../../model/names.ts';
import type { Changes } from '../changes.ts';
import { CommandError } from '../command-error.ts';
import { awsFailure } from '../connect/aws.ts';
import type { Roles } from '../host/federation.ts';

/** IAM principal to the Kubernetes groups that it needs, both sorted. */
export type AccessGrants = ReadonlyMap<string, readonly string[]>;

export interface EksTarget {
  readonly client: EKSClient;
  readonly clusterName: string;
  readonly region: string;
}

/**
 * Which principals need which groups: apply writes; watch, health and dns look. With a role to assume that role does all.
 *
 * @param roleArn role of the member's account that the functions assume; then their own roles stay outside
 */
export function accessGrants(roles: Roles, roleArn: string | undefined): AccessGrants {
  const wanted: [string, string][] = [
    [roleArn ?? roles.apply, PROPAGATOR_GROUP],
    [roleArn ?? roles.watch, OBSERVER_GROUP],
    [roleArn ?? roles.health, OBSERVER_GROUP],
    ...(roles.dns === undefined
      ? []
      : [[roleArn ?? roles.dns, OBSERVER_GROUP] as [string, string]]),
  ];
  const byPrincipal = Map.groupBy(wanted, ([principal]) => principal);
  return new Map(
    [...byPrincipal]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([principal, pairs]) => [
        principal,
        [...new Set(pairs.map(([, group]) => group))].sort(),
      ]),
  );
}

/** Gives each principal an access entry with its groups; groups that it has already stay. */
export async function grantEksAccess(
  changes: Changes,
  eks: EksTarget,
  grants: AccessGrants,
): Promise<void> {
  for (const [principal, groups] of grants) {
    const current = await readGroups(eks, principal);
    if (current !== undefined) {
      await setGroups(changes, eks, { principal, current, wanted: union(current, groups) });
      continue;
    }
    const what = describeEntry(principal, groups);
    let theirs: readonly string[] | undefined;
    await changes.make(
      { action: 'create', place: 'eks', what },
      async () => {
        theirs = await createEntry(eks, principal, groups);
      },
      () =>
        theirs === undefined ? deleteEntry(eks, principal) : sendGroups(eks, principal, theirs),
    );
  }
}

/** Takes the groups away again. The entry goes with them, unless it has other groups or access policies. */
export async function revokeEksAccess(
  changes: Changes,
  eks: EksTarget,
  grants: AccessGrants,
): Promise<void> {
  for (const [principal, groups] of grants) {
    const current = await readGroups(eks, principal);
    if (current === undefined) continue;
    const others = current.filter((group) => !groups.includes(group));
    if (others.length > 0 || (await hasPolicies(eks, principal))) {
      await setGroups(changes, eks, { principal, current, wanted: others });
      continue;
    }
    const what = describeEntry(principal, current);
    await changes.make({ action: 'delete', place: 'eks', what }, () => deleteEntry(eks, principal));
  }
}

async function setGroups(
  changes: Changes,
  eks: EksTarget,
  edit: { principal: string; current: readonly string[]; wanted: readonly string[] },
): Promise<void> {
  const { principal, current, wanted } = edit;
  const what = describeEntry(principal, wanted);
  if (wanted.length === current.length) return changes.unchanged('eks', what);
  await changes.make(
    { action: 'update', place: 'eks', what },
    () => sendGroups(eks, principal, wanted),
    () => sendGroups(eks, principal, current),
  );
}

async function sendGroups(eks: EksTarget, principal: string, groups: readonly string[]) {
  const command = new UpdateAccessEntryCommand({
    clusterName: eks.clusterName,
    principalArn: principal,
    kubernetesGroups: [...groups],
  });
  await ask(eks, 'UpdateAccessEntry', () => eks.client.send(command));
}

/** @returns the groups that the entry had when somebody else made it since it was looked up, else undefined */

async function createEntry(
  eks: EksTarget,
  principal: string,
  groups: readonly string[],
): Promise<readonly string[] | undefined> {
  const input = {
    clusterName: eks.clusterName,
    principalArn: principal,
    kubernetesGroups: [...groups],
  };
  try {
    await eks.client.send(new CreateAccessEntryCommand(input));
    return undefined;
  } catch (cause) {
    const name = cause instanceof Error ? cause.name : '';
    if (name === 'ResourceInUseException') {
      const theirs = (await readGroups(eks, principal)) ?? [];
      await sendGroups(eks, principal, union(theirs, groups));
      return theirs;
    }
    if (name === 'InvalidParameterException') throw invalidPrincipal(principal, cause);
    throw refused(eks, 'CreateAccessEntry', cause);
  }
}

async function deleteEntry(eks: EksTarget, principal: string): Promise<void> {
  const command = new DeleteAccessEntryCommand({
    clusterName: eks.clusterName,
    principalArn: principal,
  });
  try {
    await eks.client.send(command);
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'ResourceNotFoundException') return;
    throw refused(eks, 'DeleteAccessEntry', cause);
  }
}

/** @returns the groups of a principal's entry; undefined when it has no entry */
async function readGroups(eks: EksTarget, principal: string): Promise<string[] | undefined> {
  const { clusterName } = eks;
  const command = new DescribeAccessEntryCommand({ clusterName, principalArn: principal });
  try {
    const { accessEntry } = await eks.client.send(command);
    return accessEntry?.kubernetesGroups ?? [];
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'ResourceNotFoundException') return undefined;
    throw refused(eks, 'DescribeAccessEntry', cause);
  }
}

async function hasPolicies(eks: EksTarget, principal: string): Promise<boolean> {
  const { clusterName } = eks;
  const command = new ListAssociatedAccessPoliciesCommand({ clusterName, principalArn: principal });
  const { associatedAccessPolicies } = await ask(eks, 'ListAssociatedAccessPolicies', () =>
    eks.client.send(command),
  );
  return (associatedAccessPolicies ?? []).length > 0;
}

async function ask<T>(eks: EksTarget, action: string, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (cause) {
    throw refused(eks, action, cause);
  }
}

function refused(eks: EksTarget, action: string, cause: unknown): CommandError {
  const { clusterName, region } = eks;
  return cause instanceof Error && /authentication mode/i.test(cause.message)
    ? authenticationModeError(clusterName, region, cause)
    : awsFailure({ action: `eks:${action}`, clusterName, region }, cause);
}

/** What to say when the cluster takes its users from the aws-auth ConfigMap alone, and so has no access entries. */
export function authenticationModeError(
  clusterName: string,
  region: string,
  cause?: Error,
): CommandError {
  const reason = cause === undefined ? '' : ` (${cause.message})`;
  return new CommandError(
    'AuthenticationModeConfigMap',
    `EKS cluster ${clusterName} in ${region} does not take access entries: its authentication mode is CONFIG_MAP${reason}`,
    [
      `aws eks update-cluster-config --name ${clusterName} --region ${region} --access-config authenticationMode=API_AND_CONFIG_MAP`,
    ],
    cause === undefined ? {} : { cause },
  );
}

function invalidPrincipal(principal: string, cause: unknown): CommandError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new CommandError(
    'RolesNotFound',
    `EKS does not accept ${principal} as the principal of an access entry: ${reason}`,
    [
      `aws iam get-role --role-name ${principal.split('/').at(-1)}`,
      'deploy the control plane again (npm run deploy), which writes the names of its roles anew',
    ],
    { cause },
  );
}

function describeEntry(principal: string, groups: readonly string[]): string {
  return `access entry ${principal} → ${groups.join(', ') || 'no groups'}`;
}

function union(one: readonly string[], other: readonly string[]): string[] {
  return [...new Set([...one, ...other])];
}
