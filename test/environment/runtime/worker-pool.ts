import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import type { FunctionSpec } from './specs.ts';
import type { WorkerError, WorkerMessage, WorkerRequest, WorkerSettings } from './worker.ts';

export type Invocation =
  | { readonly ok: true; readonly payload: unknown }
  | {
      readonly ok: false;
      /** crash: the environment died, by itself or by `crash()` */
      readonly reason: 'error' | 'timeout' | 'crash';
      readonly error: WorkerError;
    };

/** The execution environments of one function. */
export interface WorkerPool {
  /** Runs the function on an event; waits for a free environment if all are busy. Never throws. */
  invoke(event: unknown): Promise<Invocation>;
  /** Invocations that run or wait for an environment. */
  outstanding(): number;
  /** Kills all environments at once, whatever they do; the next invocation starts a new one. */
  crash(): void;
  /** Kills all environments for good; what waits fails. */
  stop(): Promise<void>;
}

export interface WorkerPoolOptions {
  /** environments at most */
  readonly size: number;
  readonly environment: Readonly<Record<string, string>>;
  /** gets what the function writes to stdout and stderr, line by line */
  readonly onLine?: (line: string) => void;
}

interface Environment {
  run(event: unknown): Promise<Invocation>;
  kill(): Promise<unknown>;
  isDead(): boolean;
}

const WORKER = new URL('./worker.ts', import.meta.url);
const CRASHED: WorkerError = {
  name: 'Runtime.ExitError',
  message: 'the execution environment ended before it answered',
};

function startThread(spec: FunctionSpec, directory: string, options: WorkerPoolOptions): Worker {
  const settings: WorkerSettings = {
    directory,
    handler: spec.handler,
    functionName: spec.name,
    functionArn: spec.arn,
    memoryMb: spec.memoryMb,
    logStreamName: options.environment['AWS_LAMBDA_LOG_STREAM_NAME'] ?? '',
    isHeard: options.onLine !== undefined,
  };
  const thread = new Worker(WORKER, {
    workerData: settings,
    env: { ...options.environment },
    execArgv: [],
    stdout: true,
    stderr: true,
    // Lambda's one process per environment has a young generation of its own; threads start with a small one.
    resourceLimits: { maxOldGenerationSizeMb: spec.memoryMb, maxYoungGenerationSizeMb: 48 },
  });
  for (const stream of [thread.stdout, thread.stderr]) {
    if (options.onLine === undefined) stream.resume();
    else createInterface({ input: stream }).on('line', options.onLine);
  }
  return thread;
}

/** Starts a thread; what it is told before the bundle is loaded waits, and the function's timeout with it. */
function startEnvironment(
  spec: FunctionSpec,
  directory: string,
  options: WorkerPoolOptions,
): Environment {
  const thread = startThread(spec, directory, options);
  const loaded = Promise.withResolvers<WorkerError | undefined>();
  let settle: ((invocation: Invocation) => void) | undefined;
  let lastError = CRASHED;
  let isDead = false;

  thread.on('message', (message: WorkerMessage) => {
    if (message.kind === 'loaded') loaded.resolve(undefined);
    else if (message.kind === 'done') settle?.({ ok: true, payload: JSON.parse(message.payload) });
    else if (settle === undefined) loaded.resolve(message.error);
    else settle({ ok: false, reason: 'error', error: message.error });
  });
  thread.on('error', (error) => {
    lastError = error instanceof Error ? error : { name: 'Error', message: String(error) };
  });
  thread.on('exit', () => {
    isDead = true;
    loaded.resolve(lastError);
    settle?.({ ok: false, reason: 'crash', error: lastError });
  });
  const kill = () => {
    isDead = true;
    return thread.terminate();
  };

  return {
    isDead: () => isDead,
    kill,
    run: async (event) => {
      const loadError = await loaded.promise;
      if (loadError !== undefined) {
        const reason = isDead ? 'crash' : 'error';
        // Lambda loads the bundle anew for the next invocation.
        void kill();
        return { ok: false, reason, error: loadError };
      }
      const answer = Promise.withResolvers<Invocation>();
      settle = answer.resolve;
      const timeoutMs = spec.timeoutSeconds * 1000;
      const timer = setTimeout(() => {
        const message = `${spec.name} timed out after ${spec.timeoutSeconds} seconds`;
        settle?.({ ok: false, reason: 'timeout', error: { name: 'Sandbox.Timedout', message } });
        void kill();
      }, timeoutMs);
      const request: WorkerRequest = {
        requestId: randomUUID(),
        event: JSON.stringify(event),
        deadlineMs: Date.now() + timeoutMs,
      };
      thread.postMessage(request);
      const invocation = await answer.promise;
      clearTimeout(timer);
      settle = undefined;
      return invocation;
    },
  };
}

/**
 * Runs a function as Lambda does: each environment is a thread with the bundle and the variables of its own, handles
 * one invocation at a time and stays warm; timeout and memory limit end it.
 *
 * Not as in Lambda: an idle environment is not frozen, so work that a handler leaves behind goes on.
 * Source: AWS Lambda developer guide, execution environment lifecycle
 */
export function createWorkerPool(spec: FunctionSpec, options: WorkerPoolOptions): WorkerPool {
  const all = new Set<Environment>();
  const idle: Environment[] = [];
  const waiting: ((environment: Environment | undefined) => void)[] = [];
  let outstanding = 0;
  let isStopped = false;

  const start = (directory: string): Environment => {
    const environment = startEnvironment(spec, directory, options);
    all.add(environment);
    return environment;
  };
  const acquire = (directory: string): Environment | Promise<Environment | undefined> => {
    for (let one = idle.pop(); one !== undefined; one = idle.pop()) {
      if (!one.isDead()) return one;
      all.delete(one);
    }
    if (all.size < options.size) return start(directory);
    return new Promise((resolve) => waiting.push(resolve));
  };
  const release = (environment: Environment, directory: string): void => {
    if (environment.isDead()) all.delete(environment);
    const next = waiting.shift();
    if (next !== undefined) next(environment.isDead() ? start(directory) : environment);
    else if (!environment.isDead()) idle.push(environment);
  };

  const invoke = async (event: unknown): Promise<Invocation> => {
    const { directory } = spec;
    if (directory === undefined) {
      const message = `the code of ${spec.id} is no asset of the assembly`;
      return { ok: false, reason: 'error', error: { name: 'Runtime.ImportModuleError', message } };
    }
    const environment = isStopped ? undefined : await acquire(directory);
    if (environment === undefined) return { ok: false, reason: 'crash', error: CRASHED };
    const invocation = await environment.run(event);
    if (!isStopped) release(environment, directory);
    return invocation;
  };

  return {
    invoke: async (event) => {
      outstanding += 1;
      const invocation = await invoke(event);
      outstanding -= 1;
      return invocation;
    },
    outstanding: () => outstanding,
    crash: () => {
      for (const environment of all) void environment.kill();
    },
    stop: async () => {
      isStopped = true;
      for (const next of waiting.splice(0)) next(undefined);
      await Promise.all([...all].map((environment) => environment.kill()));
    },
  };
}
