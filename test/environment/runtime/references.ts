import type { Assembly } from './assembly.ts';
import type { References, TemplateResolver } from './template.ts';

/** What a custom resource answered to its creation. */
export interface Answer {
  readonly physicalId: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Where the stack seems to live, and what the makers of resources answered. */
export interface Place {
  readonly account: string;
  readonly region: string;
  readonly sqsEndpoint: string;
  /** what custom resources answered so far, by logical id */
  readonly answers: ReadonlyMap<string, Answer>;
}

export interface ResourceReferences extends Pick<References, 'ref' | 'attribute'> {
  nameOf(id: string): string;
  arnOf(id: string): string;
}

const NAME_PROPERTIES: Readonly<Record<string, string>> = {
  'AWS::SQS::Queue': 'QueueName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::Logs::LogGroup': 'LogGroupName',
};
const ARN_PREFIXES: Readonly<Record<string, string>> = {
  'AWS::SQS::Queue': 'sqs:REGION:ACCOUNT:',
  'AWS::Lambda::Function': 'lambda:REGION:ACCOUNT:function:',
  'AWS::IAM::Role': 'iam::ACCOUNT:role/',
  'AWS::Events::Rule': 'events:REGION:ACCOUNT:rule/',
  'AWS::Scheduler::Schedule': 'scheduler:REGION:ACCOUNT:schedule/default/',
};

/**
 * Names the stack's resources and says what `Ref` and `Fn::GetAtt` to them yield. A resource without a name of its own
 * is called `<stack>-<logical id>`. Types that the runtime does not model get a name and an ARN that nothing answers to.
 *
 * Source: AWS CloudFormation resource reference, return values
 */
export function resourceReferences(
  assembly: Assembly,
  place: Place,
  resolve: TemplateResolver['resolve'],
): ResourceReferences {
  const { Resources } = assembly.template;
  const typeOf = (id: string) => Resources[id]?.Type ?? '';
  const property = (id: string, name: string) => resolve(Resources[id]?.Properties[name]);

  const nameOf = (id: string): string => {
    const given = property(id, NAME_PROPERTIES[typeOf(id)] ?? 'Name');
    const suffix = property(id, 'FifoQueue') === true ? '.fifo' : '';
    return typeof given === 'string' ? given : `${assembly.stackName}-${id}${suffix}`;
  };
  const arnOf = (id: string): string => {
    const prefix = ARN_PREFIXES[typeOf(id)] ?? 'local:REGION:ACCOUNT:';
    const placed = prefix.replace('REGION', place.region).replace('ACCOUNT', place.account);
    return `arn:aws:${placed}${nameOf(id)}`;
  };
  const urlOf = (id: string) => `${place.sqsEndpoint}/${place.account}/${nameOf(id)}`;

  return {
    nameOf,
    arnOf,
    ref: (id) => {
      const type = typeOf(id);
      if (type === 'AWS::SQS::Queue') return urlOf(id);
      if (type === 'AWS::Lambda::Version') return `${property(id, 'FunctionName')}:1`;
      if (type === 'AWS::Lambda::Alias') {
        return `${property(id, 'FunctionName')}:${property(id, 'Name')}`;
      }
      return place.answers.get(id)?.physicalId ?? nameOf(id);
    },
    attribute: (id, name) => {
      const answer = place.answers.get(id);
      if (answer !== undefined && name in answer.data) return answer.data[name];
      if (name === 'Arn') return arnOf(id);
      if (name === 'QueueName') return nameOf(id);
      if (name === 'QueueUrl') return urlOf(id);
      return `${id}.${name}`;
    },
  };
}
