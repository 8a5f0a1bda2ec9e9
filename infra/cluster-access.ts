/** What the roles of the stages may do to clusters: find them, take on a role for them, and be let in by the host. */
import { type Stack, Token } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Settings } from './settings.ts';

interface ClusterSetting {
  readonly clusterName: string;
  readonly region: string;
  readonly accountId?: string;
  readonly roleArn?: string;
}

/** A statement with a wildcard carries the reason for it. */
export interface Access {
  readonly statement: PolicyStatement;
  readonly wildcard?: { readonly resource: string; readonly reason: string };
}

/** For stages that talk to the host alone. */
export function hostAccess(stack: Stack, settings: Settings): Access[] {
  return clusterAccess(stack, [settings.host]);
}

/**
 * For stages that talk to members too: those of the settings and no other.
 *
 * Without members in the settings, any cluster of the account of the stack can be described: joining one then takes
 * no deployment. To describe a cluster is not to have access to it: that is up to the access entries of each cluster.
 */
export function memberAccess(stack: Stack, settings: Settings): Access[] {
  const known = clusterAccess(stack, [settings.host, ...settings.members]);
  if (settings.members.length > 0) return known;
  const anyCluster = (partition: string, account: string) =>
    `arn:${partition}:eks:*:${account}:cluster/*`;
  const wildcard = {
    resource: anyCluster(
      shown(stack.partition, 'AWS::Partition'),
      shown(stack.account, 'AWS::AccountId'),
    ),
    reason:
      'No members are listed in the settings, so any cluster of the account may be joined later. ' +
      'DescribeCluster reads the endpoint; what is allowed inside is up to the access entries of the cluster.',
  };
  const resource = anyCluster(stack.partition, stack.account);
  return [...known, { statement: allow(['eks:DescribeCluster'], [resource]), wildcard }];
}

/**
 * For install: makes the host let in the roles of our own stages and no others, and makes none but install an
 * administrator of the host.
 *
 * The emulator knows neither the ARNs of access entries nor the condition key.
 * Source: AWS Service Authorization Reference, Amazon EKS.
 */
export function accessEntryAccess(
  stack: Stack,
  settings: Settings,
  roleArns: { readonly stages: string[]; readonly install: string },
): Access[] {
  const { clusterName, region } = settings.host;
  const entries = (partition: string, account: string) =>
    `arn:${partition}:eks:${region}:${account}:access-entry/${clusterName}/*`;
  const resources = [clusterArn(stack, settings.host), entries(stack.partition, stack.account)];
  const wildcard = {
    resource: entries(
      shown(stack.partition, 'AWS::Partition'),
      shown(stack.account, 'AWS::AccountId'),
    ),
    reason:
      'The ARN of an access entry ends in an id that EKS makes up. ' +
      'The condition on eks:principalArn leaves the entries of our own stage roles only.',
  };
  const operator = settings.emulated ? 'ArnEqualsIfExists' : 'ArnEquals';
  const on = (principals: string[], ...actions: string[]): Access => {
    const statement = allow(actions, resources);
    statement.addCondition(operator, { 'eks:principalArn': principals });
    return { statement, wildcard };
  };
  return [
    on(
      [...roleArns.stages, roleArns.install],
      'eks:CreateAccessEntry',
      'eks:DescribeAccessEntry',
      'eks:UpdateAccessEntry',
      'eks:DeleteAccessEntry',
    ),
    on([roleArns.install], 'eks:AssociateAccessPolicy'),
  ];
}

/** A cluster with a role is described and entered with that role, any other with our own. */
function clusterAccess(stack: Stack, clusters: readonly ClusterSetting[]): Access[] {
  const roles = clusters.flatMap(({ roleArn }) => (roleArn === undefined ? [] : [roleArn]));
  const own = clusters.filter(({ roleArn }) => roleArn === undefined);
  const arns = own.map((cluster) => clusterArn(stack, cluster));
  return [
    ...(arns.length > 0 ? [{ statement: allow(['eks:DescribeCluster'], arns) }] : []),
    ...(roles.length > 0 ? [{ statement: allow(['sts:AssumeRole'], roles) }] : []),
  ];
}

function clusterArn(stack: Stack, { clusterName, region, accountId }: ClusterSetting): string {
  const account = accountId ?? stack.account;
  return `arn:${stack.partition}:eks:${region}:${account}:cluster/${clusterName}`;
}

function allow(actions: string[], resources: string[]): PolicyStatement {
  return new PolicyStatement({ effect: Effect.ALLOW, actions, resources });
}

/** cdk-nag writes a value that only CloudFormation knows as `<Name>`. */
function shown(value: string, name: string): string {
  return Token.isUnresolved(value) ? `<${name}>` : value;
}
