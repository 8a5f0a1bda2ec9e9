import { describe, expect, it } from 'vitest';
import { zoneEnv } from '../../lib/model/env.ts';
import { plain, type Resource, type Synthesized, synthesize } from './build-stack.ts';

const ROLE = 'arn:aws:iam::222222222222:role/zones';
const own = synthesize({ dns: { zones: ['Z1', 'Z2'] } });

function named({ ofType }: Synthesized, type: string, key: string, name: string) {
  const found = ofType(type).find(([, { Properties }]) => Properties[key] === name);
  return found?.[1].Properties ?? ({} as Resource['Properties']);
}
const variables = (stack: Synthesized, stage: string) =>
  Object(
    named(stack, 'AWS::Lambda::Function', 'FunctionName', `kubefed-eks-${stage}`)['Environment'],
  ).Variables;
const grants = ({ ofType }: Synthesized, stage: string): [string, string[]][] =>
  ofType('AWS::IAM::Policy')
    .filter(([, { Properties }]) => plain(Object(Properties['Roles'])[0]) === `<${stage}Role>`)
    .flatMap(([, { Properties }]) => Object(Properties['PolicyDocument']).Statement)
    .flatMap((statement) =>
      [statement.Action]
        .flat()
        .map((action): [string, string[]] => [action, [statement.Resource].flat().map(plain)]),
    );
const STAGES = ['watch', 'plan', 'apply', 'status', 'sweep', 'health', 'dns', 'install'];

describe('addZones', () => {
  it('adds the queue: a crashed worker keeps a zone locked for six of its timeouts', () => {
    expect(named(own, 'AWS::SQS::Queue', 'QueueName', 'kubefed-eks-zones.fifo')).toMatchObject({
      FifoQueue: true,
      VisibilityTimeout: 360,
      RedrivePolicy: { maxReceiveCount: 10 },
    });
  });

  it('adds the function, which reads the queue, and audits once a day', () => {
    const { NODE_OPTIONS: _, ...given } = variables(own, 'zone');
    const { HOST_CLUSTER_ROLE_ARN: __, ...expected } = zoneEnv.shape;
    expect(Object.keys(given).sort()).toEqual(Object.keys(expected).sort());
    expect(given.DNS_OWNER_ID).toBe('kubefed-eks-cluster0');
    const rules = own.ofType('AWS::Events::Rule').map(([, { Properties }]) => Properties);
    expect(rules.map((rule) => rule['ScheduleExpression'])).toContain('rate(1 day)');
    const mappings = own
      .ofType('AWS::Lambda::EventSourceMapping')
      .map(([, { Properties }]) => plain(Properties['EventSourceArn']));
    expect(mappings).toContain('<zonesQueue.Arn>');
  });

  it('may write to the zones of the settings and no others, and nobody else may', () => {
    const resources = ['Z1', 'Z2'].map((id) => `arn:aws:route53:::hostedzone/${id}`);
    const about = (stage: string) =>
      grants(own, stage).filter(([action]) => action.startsWith('route53:'));
    expect(about('zone')).toEqual([
      ['route53:ChangeResourceRecordSets', resources],
      ['route53:GetHostedZone', resources],
      ['route53:ListResourceRecordSets', resources],
    ]);
    for (const stage of STAGES) expect(about(stage)).toEqual([]);
  });

  it('enters zones of another account by their role alone', () => {
    const stack = synthesize({ dns: { zones: ['Z1', { id: 'Z2', roleArn: ROLE }] } });
    expect(grants(stack, 'zone')).toContainEqual(['sts:AssumeRole', [ROLE]]);
    expect(grants(stack, 'zone')).toContainEqual([
      'route53:GetHostedZone',
      ['arn:aws:route53:::hostedzone/Z1'],
    ]);
    const zones = [{ id: 'Z1' }, { id: 'Z2', roleArn: ROLE }];
    expect(JSON.parse(variables(stack, 'zone').HOSTED_ZONES)).toEqual(zones);
    expect(JSON.parse(variables(stack, 'watch').HOSTED_ZONES)).toEqual(zones);
    expect(grants(stack, 'watch').map(([action]) => action)).not.toContain('sts:AssumeRole');
  });

  it('enters all zones by the role of the setting, where they have none of their own', () => {
    const stack = synthesize({ dns: { zones: ['Z1'], roleArn: ROLE, ownerId: 'me' } });
    expect(grants(stack, 'zone').map(([action]) => action)).not.toContain('route53:GetHostedZone');
    expect(JSON.parse(variables(stack, 'zone').HOSTED_ZONES)).toEqual([
      { id: 'Z1', roleArn: ROLE },
    ]);
    expect(variables(stack, 'zone').DNS_OWNER_ID).toBe('me');
  });

  it('lets watch and sweep tell of zones', () => {
    for (const stage of ['watch', 'sweep']) {
      expect(plain(variables(own, stage).ZONES_QUEUE_URL)).toBe('<zonesQueue>');
      const sends = grants(own, stage).filter(([action]) => action === 'sqs:SendMessage');
      expect(sends.flatMap(([, arns]) => arns)).toContain('<zonesQueue.Arn>');
    }
  });
});
