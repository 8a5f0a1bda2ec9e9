import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { STAGE_ENVS, type Stage } from '../../lib/model/env.ts';
import { plain, synthesize } from './build-stack.ts';

const STAGES: Stage[] = [
  'apply',
  'health',
  'install',
  'plan',
  'spread',
  'status',
  'sweep',
  'watch',
];
const { template, ofType } = synthesize();

describe('queues', () => {
  const queues = ofType('AWS::SQS::Queue').map(([, { Properties }]) => Properties);
  const byName = new Map(queues.map((queue) => [queue['QueueName'], queue]));

  it('are four FIFO pairs and one standard pair', () => {
    expect([...byName.keys()].sort()).toEqual([
      'kubefed-eks-changes-dead.fifo',
      'kubefed-eks-changes.fifo',
      'kubefed-eks-jobs-dead.fifo',
      'kubefed-eks-jobs.fifo',
      'kubefed-eks-outcomes-dead.fifo',
      'kubefed-eks-outcomes.fifo',
      'kubefed-eks-preferences-dead.fifo',
      'kubefed-eks-preferences.fifo',
      'kubefed-eks-probes',
      'kubefed-eks-probes-dead',
    ]);
  });

  it.each(['changes', 'jobs', 'outcomes'])('%s has high throughput per group', (name) => {
    expect(byName.get(`kubefed-eks-${name}.fifo`)).toMatchObject({
      FifoQueue: true,
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
      ContentBasedDeduplication: false,
    });
  });

  it.each([
    ['changes.fifo', 8, 180],
    ['jobs.fifo', 10, 360],
    ['outcomes.fifo', 8, 180],
    ['probes', 3, 360],
    ['preferences.fifo', 8, 180],
  ])('%s puts a message aside after %i tries, each locked for %i s', (name, tries, seconds) => {
    const queue = byName.get(`kubefed-eks-${name}`);
    const dead = name.replace(/^(\w+)/, '$1DeadLetters').replace('.fifo', '');

    expect(queue).toMatchObject({
      VisibilityTimeout: seconds,
      RedrivePolicy: { maxReceiveCount: tries },
    });
    expect(plain(Object(queue?.['RedrivePolicy']).deadLetterTargetArn)).toBe(`<${dead}.Arn>`);
  });

  it('keep dead letters for 14 days', () => {
    const dead = queues.filter((queue) => String(queue['QueueName']).includes('-dead'));

    expect(dead.map((queue) => queue['MessageRetentionPeriod'])).toEqual(Array(5).fill(1_209_600));
  });

  it('are encrypted by SQS and refuse plain HTTP', () => {
    expect(queues.map((queue) => queue['SqsManagedSseEnabled'])).toEqual(Array(10).fill(true));
    const policies = ofType('AWS::SQS::QueuePolicy');

    expect(policies).toHaveLength(10);
    for (const [, { Properties }] of policies) {
      expect(Properties['PolicyDocument']).toMatchObject({
        Statement: [
          {
            Effect: 'Deny',
            Action: 'sqs:*',
            Principal: { AWS: '*' },
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      });
    }
  });
});

describe('functions', () => {
  const functions = ofType('AWS::Lambda::Function').map(([, { Properties }]) => Properties);
  const stageOf = (properties: Record<string, unknown>) =>
    String(properties['FunctionName']).replace('kubefed-eks-', '');

  it('are one per stage', () => {
    expect(functions.map(stageOf).sort()).toEqual(STAGES);
  });

  it.each(functions.map((each) => [stageOf(each), each] as const))(
    '%s has a role and a log group of its own, on Node 24, arm64, with JSON logs and no tracing',
    (stage, properties) => {
      expect(properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        MemorySize: 512,
        Handler: 'index.handler',
      });
      expect(plain(properties['Role'])).toBe(`<${stage}Role.Arn>`);
      const logging = Object(properties['LoggingConfig']);
      expect(logging.LogFormat).toBe('JSON');
      expect(plain(logging.LogGroup)).toBe(`<${stage}Logs>`);
      expect(properties).not.toHaveProperty('TracingConfig');
    },
  );

  it.each(functions.map((each) => [stageOf(each), each] as const))(
    '%s has exactly the variables of its schema',
    (stage, properties) => {
      const { NODE_OPTIONS, ...variables } = Object(properties['Environment']).Variables;
      const schema = STAGE_ENVS[STAGES.find((each) => each === stage) ?? 'sweep'];

      const { HOST_CLUSTER_ROLE_ARN, ...others } = schema.shape;
      expect(HOST_CLUSTER_ROLE_ARN).toBeDefined();
      // Without the setting `dns` there are none of these.
      const ofDns = ['RECORDS_QUEUE_URL', 'ZONES_QUEUE_URL', 'HOSTED_ZONES'];
      const expected = Object.keys(others).filter((name) => !ofDns.includes(name));
      expect(NODE_OPTIONS).toBe('--enable-source-maps');
      expect(Object.keys(variables).sort()).toEqual(expected.sort());
    },
  );

  it('time out early where they read queues, late where they wait', () => {
    expect(Object.fromEntries(functions.map((each) => [stageOf(each), each['Timeout']]))).toEqual({
      watch: 900,
      plan: 30,
      apply: 60,
      status: 30,
      sweep: 30,
      health: 60,
      spread: 30,
      install: 900,
    });
  });

  it('keep their logs for as long as is set, and not after the stack is gone', () => {
    const groups = ofType('AWS::Logs::LogGroup');

    expect(groups).toHaveLength(STAGES.length);
    for (const [, group] of groups) {
      expect(group).toMatchObject({
        DeletionPolicy: 'Delete',
        Properties: { RetentionInDays: 14 },
      });
    }
  });
});

describe('triggers', () => {
  it.each([
    ['changes', 'plan', 10],
    ['jobs', 'apply', 20],
    ['outcomes', 'status', 10],
    ['probes', 'health', 2],
    ['preferences', 'spread', 5],
  ])('%s feeds %s, ten messages at a time, at most %i at once', (queue, stage, most) => {
    const mappings = ofType('AWS::Lambda::EventSourceMapping').map(([, each]) => each.Properties);
    const mapping = mappings.find((each) => plain(each['FunctionName']) === `<${stage}Function>`);

    expect(plain(mapping?.['EventSourceArn'])).toBe(`<${queue}Queue.Arn>`);
    expect(mapping).toMatchObject({
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: most },
    });
    expect(mapping).not.toHaveProperty('MaximumBatchingWindowInSeconds');
  });

  it.each([
    ['watch', 'rate(1 minute)'],
    ['health', 'rate(1 minute)'],
    ['sweep', 'rate(10 minutes)'],
  ])('%s runs at %s, and is not tried again in between', (stage, rate) => {
    const rules = ofType('AWS::Events::Rule').map(([, each]) => each.Properties);
    const rule = rules.find(
      (each) => plain(Object(each['Targets'])[0].Arn) === `<${stage}Function.Arn>`,
    );
    const invokes = ofType('AWS::Lambda::EventInvokeConfig').map(([, each]) => each.Properties);
    const invoke = invokes.find((each) => plain(each['FunctionName']) === `<${stage}Function>`);

    expect(rule).toMatchObject({ ScheduleExpression: rate, State: 'ENABLED' });
    expect(invoke).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
  });
});

describe('install', () => {
  const [, resource] = ofType('Custom::KubefedFederation')[0] ?? [];

  it('keeps everything on the host when the stack is destroyed, unless told otherwise', () => {
    const told = synthesize({ destroy: 'everything' });

    expect(resource?.Properties['deleteAll']).toBe(false);
    told.template.hasResourceProperties('Custom::KubefedFederation', { deleteAll: true });
  });

  it('comes after every other stage, so that these still work while it deletes', () => {
    const functions = STAGES.map((stage) => expect.stringMatching(`^${stage}Function[0-9A-F]{8}$`));

    expect(resource?.DependsOn).toEqual(expect.arrayContaining(functions));
    expect(resource?.DependsOn?.filter((id) => id.includes('SqsEventSource'))).toHaveLength(5);
  });

  it('runs again when a CRD, the host or a role changes', () => {
    expect(resource?.Properties).toMatchObject({
      kubefedNamespace: 'kube-federation-system',
      revision: expect.stringMatching(/^[0-9a-f]{64}$/),
      host: { clusterName: 'cluster0', region: 'us-west-2' },
      stageRoleArns: expect.objectContaining({ length: STAGES.length }),
    });
  });

  it('is told of the stack, its host and every queue, so that the host can tell', () => {
    const told = JSON.parse(plain(resource?.Properties['deployment']));

    expect(told).toMatchObject({
      ...{ stackName: 'kubefed-eks', region: 'us-west-2' },
      host: { clusterName: 'cluster0', region: 'us-west-2' },
    });
    expect(Object.keys(told.queueUrls)).toEqual(
      ['changes', 'jobs', 'outcomes', 'probes', 'preferences'].flatMap((name) => [
        name,
        `${name}-dead`,
      ]),
    );
    expect(told.queueUrls['jobs-dead']).toBe('<jobsDeadLetters>');
  });
});

describe('FederationStack', () => {
  it('uses no resource type that a local emulator lacks', () => {
    const types = Object.values(template.toJSON()['Resources']).map((each) => Object(each).Type);

    expect([...new Set(types)].sort()).toEqual([
      'AWS::CloudWatch::Alarm',
      'AWS::CloudWatch::Dashboard',
      'AWS::Events::Rule',
      'AWS::IAM::Policy',
      'AWS::IAM::Role',
      'AWS::Lambda::EventInvokeConfig',
      'AWS::Lambda::EventSourceMapping',
      'AWS::Lambda::Function',
      'AWS::Lambda::Permission',
      'AWS::Logs::LogGroup',
      'AWS::SQS::Queue',
      'AWS::SQS::QueuePolicy',
      'Custom::KubefedFederation',
    ]);
  });

  it('tells the URLs of the queues and the roles that a member must let in', () => {
    expect(Object.keys(template.findOutputs('*')).sort()).toEqual([
      'ApplyRoleArn',
      'ChangesQueueUrl',
      'HealthRoleArn',
      'JobsQueueUrl',
      'OutcomesQueueUrl',
      'PreferencesQueueUrl',
      'SpreadRoleArn',
      'StatusRoleArn',
      'WatchRoleArn',
    ]);
  });

  it('puts all functions into the given subnets', () => {
    const vpc = { subnetIds: ['subnet-1', 'subnet-2'], securityGroupIds: ['sg-1'] };

    const inVpc = synthesize({ vpc });

    inVpc.template.allResourcesProperties('AWS::Lambda::Function', {
      VpcConfig: { SubnetIds: vpc.subnetIds, SecurityGroupIds: vpc.securityGroupIds },
    });
  });

  it('gives every function the role of the host when there is one', () => {
    const roleArn = 'arn:aws:iam::444455556666:role/host';
    const host = { clusterName: 'cluster0', region: 'us-west-2', roleArn };

    const { template: withRole } = synthesize({ host });

    withRole.allResourcesProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ HOST_CLUSTER_ROLE_ARN: roleArn }) },
    });
  });
});
