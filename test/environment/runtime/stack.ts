import type { Assembly } from './assembly.ts';
import { type Place, resourceReferences } from './references.ts';
import {
  type CustomResourceSpec,
  customResourceSpec,
  type FunctionOf,
  type FunctionSpec,
  functionSpec,
  type MappingSpec,
  mappingSpecs,
  type QueueSpec,
  queueSpec,
  type Resource,
  type ScheduleSpec,
  scheduleSpecs,
} from './specs.ts';
import { type TemplateResolver, templateResolver } from './template.ts';

/** What the runtime models of one CloudFormation stack. */
export interface Stack {
  readonly stackId: string;
  readonly queues: readonly QueueSpec[];
  readonly functions: readonly FunctionSpec[];
  /** enabled ones only */
  readonly mappings: readonly MappingSpec[];
  /** enabled and not held */
  readonly schedules: readonly ScheduleSpec[];
  /** in the order of the template; read late, for one may use what an earlier one answered */
  readonly customResources: readonly (() => CustomResourceSpec)[];
  outputs(): Record<string, string>;
}

export interface StackOptions extends Place {
  /** values for the template's parameters, in place of their defaults */
  readonly parameters: Readonly<Record<string, string>>;
  /** parts of logical ids of schedules that never fire */
  readonly holdSchedules: readonly string[];
}

function stackResolver(assembly: Assembly, options: StackOptions, stackId: string) {
  const { account, region } = options;
  const resolver: TemplateResolver = templateResolver(assembly.template, {
    pseudo: {
      'AWS::AccountId': account,
      'AWS::Region': region,
      'AWS::Partition': 'aws',
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::StackName': assembly.stackName,
      'AWS::StackId': stackId,
    },
    parameters: options.parameters,
    ref: (id) => names.ref(id),
    attribute: (id, name) => names.attribute(id, name),
  });
  const names = resourceReferences(assembly, options, (value) => resolver.resolve(value));
  return { resolver, names };
}

function functionFinder(functions: readonly FunctionSpec[]): FunctionOf {
  return (target, user) => {
    const unqualified = target.startsWith('arn:') ? target.split(':')[6] : target.split(':')[0];
    const found = functions.find(({ name }) => name === unqualified);
    if (found === undefined) throw new Error(`${user} calls ${target}, no function of the stack`);
    return found;
  };
}

/**
 * Says what is in a stack: queues, functions, event source mappings, schedules, custom resources, outputs. Resources
 * whose condition is false, and types that have nothing to run (policies, alarms, log groups), are left out.
 *
 * @throws {Error} a resource of a modelled type uses what is not modelled
 * Source: AWS CloudFormation resource reference
 */
export function readStack(assembly: Assembly, options: StackOptions): Stack {
  const { account, region, holdSchedules } = options;
  const stackId = `arn:aws:cloudformation:${region}:${account}:stack/${assembly.stackName}/local`;
  const { resolver, names } = stackResolver(assembly, options, stackId);
  const { Resources, Outputs } = assembly.template;
  const exists = ({ Condition }: { Condition?: string | undefined }) =>
    Condition === undefined || resolver.condition(Condition);
  const readers = (types: RegExp) =>
    Object.entries(Resources)
      .filter(([, resource]) => types.test(resource.Type) && exists(resource))
      .map(([id, { Type: type, Properties }]) => (): Resource => {
        const properties = resolver.resolveEntries(Properties);
        return { id, type, name: names.nameOf(id), arn: names.arnOf(id), properties };
      });
  const resources = (types: RegExp) => readers(types).map((read) => read());

  const queues = resources(/^AWS::SQS::Queue$/).map(queueSpec);
  const functions = resources(/^AWS::Lambda::Function$/).map((one) =>
    functionSpec(one, assembly.assets),
  );
  const functionOf = functionFinder(functions);
  return {
    stackId,
    queues,
    functions,
    mappings: resources(/^AWS::Lambda::EventSourceMapping$/).flatMap((one) =>
      mappingSpecs(one, queues, functionOf),
    ),
    schedules: resources(/^AWS::(Events::Rule|Scheduler::Schedule)$/)
      .filter(({ id }) => !holdSchedules.some((part) => id.includes(part)))
      .flatMap((one) => scheduleSpecs(one, functionOf)),
    customResources: readers(/^(Custom::.+|AWS::CloudFormation::CustomResource)$/).map(
      (read) => () => customResourceSpec(read(), functionOf),
    ),
    outputs: () =>
      Object.fromEntries(
        Object.entries(Outputs)
          .filter(([, output]) => exists(output))
          .map(([name, { Value }]) => [name, String(resolver.resolve(Value))]),
      ),
  };
}
