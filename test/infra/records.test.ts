import { describe, expect, it } from 'vitest';
import { dnsEnv } from '../../lib/model/env.ts';
import { plain, type Resource, synthesize } from './build-stack.ts';

const { ofType } = synthesize({ dns: { zones: ['Z0123456789ABCDEFGHIJ'] } });

function named(type: string, key: string, name: string): Resource['Properties'] {
  const found = ofType(type).find(([, { Properties }]) => Properties[key] === name);
  return found?.[1].Properties ?? {};
}
const variables = (stage: string) =>
  Object(named('AWS::Lambda::Function', 'FunctionName', `kubefed-eks-${stage}`)['Environment'])
    .Variables;
const grants = (stage: string): [string, string[]][] =>
  ofType('AWS::IAM::Policy')
    .filter(([, { Properties }]) => plain(Object(Properties['Roles'])[0]) === `<${stage}Role>`)
    .flatMap(([, { Properties }]) => Object(Properties['PolicyDocument']).Statement)
    .flatMap((statement) =>
      [statement.Action]
        .flat()
        .map((action): [string, string[]] => [action, [statement.Resource].flat().map(plain)]),
    );

describe('addRecords', () => {
  it('adds the queue, with its dead letters', () => {
    expect(named('AWS::SQS::Queue', 'QueueName', 'kubefed-eks-records.fifo')).toMatchObject({
      FifoQueue: true,
      VisibilityTimeout: 180,
      RedrivePolicy: { maxReceiveCount: 8 },
    });
    expect(named('AWS::SQS::Queue', 'QueueName', 'kubefed-eks-records-dead.fifo')).not.toEqual({});
  });

  it('adds the function, which reads the queue and sends to it', () => {
    const { NODE_OPTIONS: _, ...given } = variables('dns');
    const { HOST_CLUSTER_ROLE_ARN: __, ...expected } = dnsEnv.shape;
    expect(Object.keys(given).sort()).toEqual(Object.keys(expected).sort());
    expect(grants('dns')).toContainEqual(['sqs:SendMessage', ['<recordsQueue.Arn>']]);
    expect(grants('dns')).toContainEqual(['sqs:ReceiveMessage', ['<recordsQueue.Arn>']]);
    const mappings = ofType('AWS::Lambda::EventSourceMapping').map(([, { Properties }]) =>
      plain(Properties['EventSourceArn']),
    );
    expect(mappings).toContain('<recordsQueue.Arn>');
  });

  it('lets it look at load balancers, and nobody else', () => {
    const about = (stage: string) =>
      grants(stage).filter(([action]) => action.startsWith('elasticloadbalancing:'));
    expect(about('dns')).toEqual([['elasticloadbalancing:DescribeLoadBalancers', ['*']]]);
    for (const stage of ['watch', 'plan', 'apply', 'status', 'sweep', 'health', 'install']) {
      expect(about(stage)).toEqual([]);
    }
  });

  it('lets watch and sweep tell of records', () => {
    for (const stage of ['watch', 'sweep']) {
      expect(plain(variables(stage).RECORDS_QUEUE_URL)).toBe('<recordsQueue>');
      const sends = grants(stage).flatMap(([action, arns]) =>
        action === 'sqs:SendMessage' ? arns : [],
      );
      expect(sends).toContain('<recordsQueue.Arn>');
    }
  });

  it('lets the host and members know of the role', () => {
    const [[, outputs] = ['', undefined]] = ofType('Custom::KubefedFederation');
    expect([outputs?.Properties['stageRoleArns']].flat().map(plain)).toContain('<dnsRole.Arn>');
  });
});
