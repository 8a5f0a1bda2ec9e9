import { availableParallelism } from 'node:os';
import { credentialsOf } from './credentials.ts';
import { logicalNames } from './logical-names.ts';
import type { FunctionCounts, RuntimeOptions } from './options.ts';
import type { FunctionSpec, MappingSpec } from './specs.ts';
import { createWorkerPool, type Invocation, type WorkerPool } from './worker-pool.ts';

/** A function that can be invoked, with what has been counted of it. */
export interface LocalFunction extends Omit<WorkerPool, 'invoke'> {
  readonly spec: FunctionSpec;
  readonly name: string;
  readonly size: number;
  readonly counts: FunctionCounts;
  /** @param messages how many queue messages the event carries */
  invoke(event: unknown, messages: number): Promise<Invocation>;
}

export interface FunctionsOptions {
  readonly specs: readonly FunctionSpec[];
  readonly mappings: readonly MappingSpec[];
  readonly region: string;
  readonly sqsEndpoint: string;
  /** base URL of the other AWS APIs */
  readonly apiUrl: string;
  readonly runtime: RuntimeOptions;
}

const DEFAULT_SIZE = 2;

function environmentOf(spec: FunctionSpec, options: FunctionsOptions): Record<string, string> {
  const { region, sqsEndpoint, apiUrl, runtime } = options;
  const credentials = credentialsOf(spec.roleArn);
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? '',
    TZ: 'UTC',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_LAMBDA_FUNCTION_NAME: spec.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${spec.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    LAMBDA_TASK_ROOT: spec.directory ?? '',
    _HANDLER: spec.handler,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    // A call that is not modelled is refused here; it never leaves the machine.
    AWS_ENDPOINT_URL: apiUrl,
    AWS_ENDPOINT_URL_SQS: sqsEndpoint,
    AWS_ENDPOINT_URL_EKS: apiUrl,
    AWS_ENDPOINT_URL_STS: apiUrl,
    ...spec.environment,
    ...runtime.environment,
  };
}

function sizeOf(spec: FunctionSpec, options: FunctionsOptions): number {
  const maxima = options.mappings.flatMap(({ functionId, maximumConcurrency }) =>
    functionId === spec.id && maximumConcurrency !== undefined ? [maximumConcurrency] : [],
  );
  const byMapping = Math.min(Math.max(...maxima), Math.max(availableParallelism(), DEFAULT_SIZE));
  const byDefault = maxima.length > 0 ? byMapping : DEFAULT_SIZE;
  const wanted = options.runtime.workersPerFunction ?? byDefault;
  return Math.max(1, Math.min(wanted, spec.reservedConcurrency ?? wanted));
}

function failureLines(invocation: Invocation): string[] {
  if (invocation.ok) return [];
  const { reason, error } = invocation;
  const trace = error.stack?.includes(error.message)
    ? error.stack
    : `${error.name}: ${error.message}`;
  return `${reason.toUpperCase()} ${trace}`.split('\n');
}

function localFunction(spec: FunctionSpec, name: string, options: FunctionsOptions): LocalFunction {
  const { onLog } = options.runtime;
  const size = sizeOf(spec, options);
  const counts: FunctionCounts = { invocations: 0, errors: 0, timeouts: 0, messages: 0 };
  let isStopped = false;
  const log = (line: string) => {
    if (!isStopped) onLog?.(name, line);
  };
  const pool = createWorkerPool(spec, {
    size,
    environment: environmentOf(spec, options),
    ...(onLog !== undefined && { onLine: log }),
  });
  return {
    ...pool,
    spec,
    name,
    size,
    counts,
    stop: () => {
      isStopped = true;
      return pool.stop();
    },
    invoke: async (event, messages) => {
      counts.invocations += 1;
      counts.messages += messages;
      const invocation = await pool.invoke(event);
      if (!invocation.ok) counts.errors += 1;
      if (!invocation.ok && invocation.reason === 'timeout') counts.timeouts += 1;
      failureLines(invocation).forEach(log);
      return invocation;
    },
  };
}

/**
 * Makes the stack's functions ready to run; environments are started when they are needed.
 *
 * @returns by name (`logicalNames`), in the order of the template
 */
export function localFunctions(options: FunctionsOptions): Map<string, LocalFunction> {
  const names = logicalNames(options.specs.map(({ id }) => id));
  return new Map(
    options.specs.map((spec) => {
      const name = names.get(spec.id) ?? spec.id;
      return [name, localFunction(spec, name, options)];
    }),
  );
}
