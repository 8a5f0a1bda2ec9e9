import { describe, expect, it } from 'vitest';
import type { Stage } from '../../lib/model/env.ts';
import { ACCOUNT, plain, type Synthesized, synthesize } from './build-stack.ts';

type Grants = Record<string, string[]>;

/** Everything that the role of a stage may do, as action → resources, both sorted. */
function grantsOf({ ofType }: Synthesized, stage: Stage): Grants {
  const grants: Grants = {};
  for (const [, { Properties }] of ofType('AWS::IAM::Policy')) {
    if (plain(Object(Properties['Roles'])[0]) !== `<${stage}Role>`) continue;
    for (const statement of Object(Properties['PolicyDocument']).Statement) {
      expect(statement.Effect).toBe('Allow');
      for (const action of [statement.Action].flat()) {
        const resources = [statement.Resource].flat().map(plain);
        grants[action] = [...(grants[action] ?? []), ...resources].sort();
      }
    }
  }
  return grants;
}

const logs = (stage: Stage): Grants => ({
  'logs:CreateLogStream': [`<${stage}Logs.Arn>`],
  'logs:PutLogEvents': [`<${stage}Logs.Arn>`],
});
const reads = (queue: string): Grants => ({
  'sqs:ChangeMessageVisibility': [`<${queue}Queue.Arn>`],
  'sqs:DeleteMessage': [`<${queue}Queue.Arn>`],
  'sqs:GetQueueAttributes': [`<${queue}Queue.Arn>`],
  'sqs:GetQueueUrl': [`<${queue}Queue.Arn>`],
  'sqs:ReceiveMessage': [`<${queue}Queue.Arn>`],
});
const sends = (...queues: string[]): Grants => ({
  'sqs:SendMessage': queues.map((queue) => `<${queue}Queue.Arn>`),
});
const cluster = (name: string, region: string, account = ACCOUNT) =>
  `arn:aws:eks:${region}:${account}:cluster/${name}`;
const host = cluster('cluster0', 'us-west-2');
const onHost: Grants = { 'eks:DescribeCluster': [host] };
const onMembers: Grants = {
  'eks:DescribeCluster': [cluster('cluster2', 'eu-west-1'), cluster('cluster1', 'us-east-1'), host],
};
const startsWatch: Grants = { 'lambda:InvokeFunction': ['<watchFunction.Arn>'] };
const entries = [`arn:aws:eks:us-west-2:${ACCOUNT}:access-entry/cluster0/*`, host];

describe('roles of the stages', () => {
  const stack = synthesize();

  it.each<[Stage, Grants]>([
    [
      'watch',
      { ...logs('watch'), ...onMembers, ...sends('changes', 'outcomes', 'preferences', 'probes') },
    ],
    [
      'plan',
      { ...logs('plan'), ...onHost, ...reads('changes'), ...sends('changes', 'jobs', 'outcomes') },
    ],
    ['apply', { ...logs('apply'), ...onMembers, ...reads('jobs'), ...sends('outcomes') }],
    ['status', { ...logs('status'), ...onMembers, ...reads('outcomes'), ...sends('changes') }],
    ['sweep', { ...logs('sweep'), ...sends('changes', 'preferences') }],
    ['health', { ...logs('health'), ...onMembers, ...reads('probes'), ...sends('probes') }],
    [
      'spread',
      { ...logs('spread'), ...onMembers, ...reads('preferences'), ...sends('preferences') },
    ],
    [
      'install',
      {
        ...logs('install'),
        ...onHost,
        ...startsWatch,
        'eks:CreateAccessEntry': entries,
        'eks:DescribeAccessEntry': entries,
        'eks:UpdateAccessEntry': entries,
        'eks:DeleteAccessEntry': entries,
        'eks:AssociateAccessPolicy': entries,
      },
    ],
  ])('%s may do exactly this', (stage, expected) => {
    expect(grantsOf(stack, stage)).toEqual(expected);
  });

  it('have no managed policies and are for Lambda alone', () => {
    const roles = stack.ofType('AWS::IAM::Role');

    expect(roles).toHaveLength(8);
    for (const [, { Properties }] of roles) {
      expect(Object.keys(Properties)).toEqual(['AssumeRolePolicyDocument']);
      expect(Properties['AssumeRolePolicyDocument']).toMatchObject({
        Statement: [{ Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
      });
    }
  });
});

describe('accessEntryAccess', () => {
  function principalsOf({ ofType }: Synthesized, action: string) {
    const statements = ofType('AWS::IAM::Policy').flatMap(
      ([, { Properties }]) => Object(Properties['PolicyDocument']).Statement,
    );
    const { Condition } = statements.find(({ Action }) => [Action].flat().includes(action));
    const [[operator, keys] = ['', {}]] = Object.entries(Condition);
    return { operator, principals: [Object(keys)['eks:principalArn']].flat().map(plain).sort() };
  }

  it('lets install make entries for our own roles, and itself an administrator', () => {
    const stack = synthesize();

    expect(principalsOf(stack, 'eks:CreateAccessEntry')).toEqual({
      operator: 'ArnEquals',
      principals: ['apply', 'health', 'install', 'plan', 'spread', 'status', 'sweep', 'watch'].map(
        (stage) => `<${stage}Role.Arn>`,
      ),
    });
    expect(principalsOf(stack, 'eks:AssociateAccessPolicy')).toEqual({
      operator: 'ArnEquals',
      principals: ['<installRole.Arn>'],
    });
  });

  it('is left out when the host has a role of its own', () => {
    const roleArn = 'arn:aws:iam::444455556666:role/host';

    const stack = synthesize({ host: { clusterName: 'c', region: 'us-west-2', roleArn } });

    expect(grantsOf(stack, 'install')).toEqual({
      ...logs('install'),
      ...startsWatch,
      'sts:AssumeRole': [roleArn],
    });
  });
});

describe('memberAccess', () => {
  it('takes on the role of a member that has one, and describes the others itself', () => {
    const roleArn = 'arn:aws:iam::444455556666:role/member';
    const far = { clusterName: 'far', region: 'us-east-1', accountId: '444455556666', roleArn };
    const near = { clusterName: 'near', region: 'eu-west-1' };

    const grants = grantsOf(synthesize({ members: [far, near] }), 'apply');

    expect(grants['sts:AssumeRole']).toEqual([roleArn]);
    expect(grants['eks:DescribeCluster']).toEqual([cluster('near', 'eu-west-1'), host]);
  });

  it('describes any cluster of the account when no member is listed', () => {
    const stack = synthesize({ members: [] });

    expect(grantsOf(stack, 'apply')['eks:DescribeCluster']).toContain(cluster('*', '*'));
    expect(grantsOf(stack, 'plan')['eks:DescribeCluster']).toEqual([host]);
    expect(grantsOf(stack, 'apply')).not.toHaveProperty('sts:AssumeRole');
  });
});

describe('an emulated stack', () => {
  const stack = synthesize({ emulated: true });

  it('adds the action that the emulator makes up, to the same queues', () => {
    const grants = grantsOf(stack, 'plan');

    expect(grants['sqs:SendMessageBatch']).toEqual(grants['sqs:SendMessage']);
    expect(grantsOf(synthesize(), 'plan')).not.toHaveProperty('sqs:SendMessageBatch');
  });

  it('lets plain HTTP through', () => {
    expect(stack.ofType('AWS::SQS::QueuePolicy')).toEqual([]);
  });
});
