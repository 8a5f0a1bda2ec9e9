import * as z from 'zod';

/** A resource of the template, its properties resolved. */
export interface Resource {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly arn: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface QueueSpec {
  readonly id: string;
  readonly name: string;
  readonly arn: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface FunctionSpec {
  readonly id: string;
  readonly name: string;
  readonly arn: string;
  readonly handler: string;
  /** directory of the bundle; absent when the code is not an asset of the assembly */
  readonly directory?: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly roleArn: string;
  readonly reservedConcurrency?: number;
}

export interface MappingSpec {
  readonly id: string;
  readonly functionId: string;
  readonly queueId: string;
  readonly batchSize: number;
  readonly reportsBatchItemFailures: boolean;
  readonly maximumConcurrency?: number;
}

export interface ScheduleSpec {
  readonly id: string;
  readonly functionId: string;
  readonly arn: string;
  readonly periodMs: number;
  /** the event as the target gets it; absent when the schedule gives none and EventBridge makes one */
  readonly input?: unknown;
  readonly source: 'aws.events' | 'aws.scheduler';
}

export interface CustomResourceSpec {
  readonly id: string;
  readonly type: string;
  readonly functionId: string;
  readonly serviceToken: string;
  /** url: the function PUTs its answer; return: it returns it, and CDK's provider framework would PUT it */
  readonly answersBy: 'url' | 'return';
  /** as CloudFormation hands them over: every scalar is a text */
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Finds the function that an ARN or a name (with or without a qualifier) means. */
export type FunctionOf = (target: string, user: string) => FunctionSpec;

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const count = z.coerce.number();
const QUEUE_ATTRIBUTES = [
  'FifoQueue',
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'FifoThroughputLimit',
  'VisibilityTimeout',
  'DelaySeconds',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'RedrivePolicy',
];

/** AWS::SQS::Queue: the attributes in the form of CreateQueue. */
export function queueSpec({ id, name, arn, properties }: Resource): QueueSpec {
  const attributes: Record<string, string> = {};
  for (const attribute of QUEUE_ATTRIBUTES) {
    const value = properties[attribute];
    if (value === undefined) continue;
    attributes[attribute] = typeof value === 'object' ? JSON.stringify(value) : String(value);
  }
  return { id, name, arn, attributes };
}

const FunctionProperties = z.object({
  Handler: z.string().default('index.handler'),
  Code: z.object({ S3Key: z.string().optional() }),
  Environment: z.object({ Variables: z.record(z.string(), scalar).optional() }).optional(),
  Timeout: count.default(3),
  MemorySize: count.default(128),
  Role: z.string(),
  ReservedConcurrentExecutions: count.optional(),
});

/** AWS::Lambda::Function; `assets` says where its code lies. */
export function functionSpec(
  { id, name, arn, properties }: Resource,
  assets: ReadonlyMap<string, string>,
): FunctionSpec {
  const parsed = FunctionProperties.parse(properties);
  const directory = assets.get(parsed.Code.S3Key ?? '');
  const reserved = parsed.ReservedConcurrentExecutions;
  return {
    id,
    name,
    arn,
    handler: parsed.Handler,
    ...(directory !== undefined && { directory }),
    environment: parsed.Environment?.Variables ?? {},
    timeoutSeconds: parsed.Timeout,
    memoryMb: parsed.MemorySize,
    roleArn: parsed.Role,
    ...(reserved !== undefined && { reservedConcurrency: reserved }),
  };
}

const MappingProperties = z.object({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  BatchSize: count.default(10),
  Enabled: z.union([z.boolean(), z.stringbool()]).default(true),
  FunctionResponseTypes: z.array(z.string()).default([]),
  ScalingConfig: z.object({ MaximumConcurrency: count.optional() }).optional(),
  FilterCriteria: z.unknown().optional(),
});

/**
 * AWS::Lambda::EventSourceMapping.
 *
 * @returns empty when the mapping is disabled
 * @throws {Error} its source is no queue of the stack, or it filters events
 */
export function mappingSpecs(
  { id, properties }: Resource,
  queues: readonly QueueSpec[],
  functionOf: FunctionOf,
): MappingSpec[] {
  const parsed = MappingProperties.parse(properties);
  if (!parsed.Enabled) return [];
  if (parsed.FilterCriteria !== undefined) throw new Error(`${id}: FilterCriteria is not modelled`);
  const queue = queues.find(({ arn }) => arn === parsed.EventSourceArn);
  if (queue === undefined) {
    throw new Error(`${id} reads ${parsed.EventSourceArn}: only queues of the stack are modelled`);
  }
  const maximum = parsed.ScalingConfig?.MaximumConcurrency;
  return [
    {
      id,
      functionId: functionOf(parsed.FunctionName, id).id,
      queueId: queue.id,
      batchSize: parsed.BatchSize,
      reportsBatchItemFailures: parsed.FunctionResponseTypes.includes('ReportBatchItemFailures'),
      ...(maximum !== undefined && { maximumConcurrency: maximum }),
    },
  ];
}

const Target = z.object({
  Arn: z.string(),
  Input: z.string().optional(),
  InputPath: z.unknown().optional(),
  InputTransformer: z.unknown().optional(),
});
const ScheduleProperties = z.object({
  ScheduleExpression: z.string().optional(),
  State: z.string().default('ENABLED'),
  Targets: z.array(Target).default([]),
  Target: Target.optional(),
});
const UNIT_MS: Readonly<Record<string, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

function periodMs(id: string, expression: string): number {
  const [, value, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const unitMs = UNIT_MS[unit ?? ''];
  if (unitMs !== undefined) return Number(value) * unitMs;
  throw new Error(`${id}: only rate() is fired, not ${expression}: name it in holdSchedules`);
}

/**
 * AWS::Events::Rule and AWS::Scheduler::Schedule, one entry per target.
 *
 * @returns empty when it is disabled or has no schedule (a rule with an event pattern)
 * @throws {Error} the expression is not rate(), or a target is no function of the stack
 */
export function scheduleSpecs(
  { id, type, arn, properties }: Resource,
  functionOf: FunctionOf,
): ScheduleSpec[] {
  const parsed = ScheduleProperties.parse(properties);
  const expression = parsed.ScheduleExpression;
  if (expression === undefined || parsed.State !== 'ENABLED') return [];
  const targets = parsed.Target === undefined ? parsed.Targets : [parsed.Target];
  return targets.map((target) => {
    if (target.InputPath !== undefined || target.InputTransformer !== undefined) {
      throw new Error(`${id}: InputPath and InputTransformer are not modelled`);
    }
    return {
      id,
      functionId: functionOf(target.Arn, id).id,
      arn,
      periodMs: periodMs(id, expression),
      source: type === 'AWS::Events::Rule' ? 'aws.events' : 'aws.scheduler',
      ...(target.Input !== undefined && { input: JSON.parse(target.Input) }),
    };
  });
}

/** CloudFormation hands a custom resource every number and boolean as a text. */
function withTextScalars(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withTextScalars);
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, withTextScalars(v)]));
}

/**
 * AWS::CloudFormation::CustomResource and Custom::*. Of CDK's provider framework only the user's onEvent function is
 * run, for the framework itself needs the Lambda API.
 */
export function customResourceSpec(
  { id, type, properties }: Resource,
  functionOf: FunctionOf,
): CustomResourceSpec {
  const serviceToken = z.string().parse(properties['ServiceToken']);
  const called = functionOf(serviceToken, id);
  const onEvent = called.environment['USER_ON_EVENT_FUNCTION_ARN'];
  if (called.environment['USER_IS_COMPLETE_FUNCTION_ARN'] !== undefined) {
    throw new Error(`${id}: a provider with isCompleteHandler is not modelled`);
  }
  return {
    id,
    type,
    functionId: onEvent === undefined ? called.id : functionOf(onEvent, id).id,
    serviceToken,
    answersBy: onEvent === undefined ? 'url' : 'return',
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, value]) => [name, withTextScalars(value)]),
    ),
  };
}
