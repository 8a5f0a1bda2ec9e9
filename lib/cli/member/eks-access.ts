import type { EKSClient } from '@aws-sdk/client-eks';
import {
  createEntry,
  deleteAccessEntry,
  hasAccessPolicies,
  joinGroups,
  readEntryGroups,
  setEntryGroups,
} from '../../adapters/eks/access-entries.ts';
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
 * Which principals need which groups: apply writes; watch, status, health, dns and spread look. With a role to assume that
 * role does all.
 *
 * @param roleArn role of the member's account that the functions assume; then their own roles stay outside
 */
export function accessGrants(roles: Roles, roleArn: string | undefined): AccessGrants {
  const wanted: [string, string][] = [
    [roleArn ?? roles.apply, PROPAGATOR_GROUP],
    [roleArn ?? roles.watch, OBSERVER_GROUP],
    [roleArn ?? roles.health, OBSERVER_GROUP],
    ...[roles.status, roles.dns, roles.spread]
      .filter((role) => role !== undefined)
      .map((role): [string, string] => [roleArn ?? role, OBSERVER_GROUP]),
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
      await setGroups(changes, eks, { principal, current, wanted: joinGroups(current, groups) });
      continue;
    }
    const what = describeEntry(principal, groups);
    let theirs: readonly string[] | undefined;
    await changes.make(
      { action: 'create', place: 'eks', what },
      async () => {
        theirs = await createOrJoin(eks, principal, groups);
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
  const key = keyOf(eks, principal);
  await ask(eks, 'UpdateAccessEntry', () => setEntryGroups(eks.client, key, groups));
}

/** @returns the groups that the entry had when somebody else made it since it was looked up, else undefined */
async function createOrJoin(
  eks: EksTarget,
  principal: string,
  groups: readonly string[],
): Promise<readonly string[] | undefined> {
  try {
    if (await createEntry(eks.client, keyOf(eks, principal), groups)) return undefined;
  } catch (cause) {
    const name = cause instanceof Error ? cause.name : '';
    if (name === 'InvalidParameterException') throw invalidPrincipal(principal, cause);
    throw refused(eks, 'CreateAccessEntry', cause);
  }
  const theirs = (await readGroups(eks, principal)) ?? [];
  await sendGroups(eks, principal, joinGroups(theirs, groups));
  return theirs;
}

async function deleteEntry(eks: EksTarget, principal: string): Promise<void> {
  const { client, clusterName } = eks;
  await ask(eks, 'DeleteAccessEntry', () => deleteAccessEntry(client, clusterName, principal));
}

/** @returns the groups of a principal's entry; undefined when it has no entry */
function readGroups(eks: EksTarget, principal: string): Promise<readonly string[] | undefined> {
  const key = keyOf(eks, principal);
  return ask(eks, 'DescribeAccessEntry', () => readEntryGroups(eks.client, key));
}

function hasPolicies(eks: EksTarget, principal: string): Promise<boolean> {
  const key = keyOf(eks, principal);
  return ask(eks, 'ListAssociatedAccessPolicies', () => hasAccessPolicies(eks.client, key));
}

function keyOf({ clusterName }: EksTarget, principalArn: string) {
  return { clusterName, principalArn };
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
