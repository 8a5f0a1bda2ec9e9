import { type Credentials, credentialsOf } from './credentials.ts';
import { type Deployment, openDeployment } from './deployment.ts';
import { waitUntilIdle } from './idle.ts';
import { findByName, logicalNames } from './logical-names.ts';
import type { FunctionCounts, RuntimeOptions } from './options.ts';
import { type Poller, startPoller } from './poller.ts';
import { startSchedules } from './schedules.ts';
import type { CustomResourceSpec } from './specs.ts';
import type { Invocation } from './worker-pool.ts';

export interface RuntimeQueue {
  readonly url: string;
  /** messages waiting, delayed and in flight */
  depth(): Promise<number>;
}

/**
 * A stack that runs. Names are logical ids without CDK's hash (`logicalNames`); where a function is asked for, a part of
 * its name will do.
 */
export interface Runtime {
  readonly queues: Readonly<Record<string, RuntimeQueue>>;
  readonly functions: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly region: string;
  readonly sqsEndpoint: string;
  /** base URL of EKS, STS and the token webhook */
  readonly apiUrl: string;
  /** Runs a function and waits for its answer. */
  invoke(functionName: string, event: unknown): Promise<Invocation>;
  /** Kills the function's environments now, in the middle of whatever they do. */
  crash(functionName: string): void;
  /** @returns by function name, as of now */
  counts(): Record<string, FunctionCounts>;
  /** Keys of a role, for a client outside of the functions. */
  credentials(roleArn: string): Credentials;
  /**
   * Resolves when every queue that a function reads is empty and no function runs, but those of `longRunning`. A message
   * that waits for its visibility timeout counts as there.
   */
  idle(): Promise<void>;
  /** Sends Delete to the custom resources, the last one first, and stops. */
  destroy(): Promise<void>;
  /** Kills what runs and frees the ports. May be called twice. */
  stop(): Promise<void>;
}

function startPollers({ stack, queues, region, options, functionById }: Deployment): Poller[] {
  return stack.mappings.map((mapping) => {
    const target = functionById(mapping.functionId);
    const queue = stack.queues.find(({ id }) => id === mapping.queueId);
    if (queue === undefined) throw new Error(`there is no queue ${mapping.queueId}`);
    return startPoller({
      queues,
      queue,
      mapping,
      region,
      concurrency: Math.min(target.size, mapping.maximumConcurrency ?? target.size),
      invoke: (event) => target.invoke(event, event.Records.length),
      onError: (error) => options.onLog?.(target.name, `POLLER ${mapping.id}: ${String(error)}`),
    });
  });
}

/** As many firings as there are environments, and one that waits; on AWS more would wait, for hours if need be. */
function startFiring({ stack, account, region, options, functionById }: Deployment): () => void {
  return startSchedules(stack.schedules, {
    account,
    region,
    speedup: options.scheduleSpeedup ?? 1,
    fireAtStart: options.fireAtStart ?? true,
    fire: (schedule, event) => {
      const target = functionById(schedule.functionId);
      if (target.outstanding() <= target.size) void target.invoke(event, 0);
    },
  });
}

async function createCustomResources(deployment: Deployment): Promise<CustomResourceSpec[]> {
  const made: CustomResourceSpec[] = [];
  for (const read of deployment.stack.customResources) {
    const spec = read();
    deployment.answers.set(spec.id, await deployment.custom.create(spec));
    made.push(spec);
  }
  return made;
}

async function removeCustomResources(deployment: Deployment, made: readonly CustomResourceSpec[]) {
  for (const spec of made.toReversed()) {
    const answer = deployment.answers.get(spec.id);
    if (answer !== undefined) await deployment.custom.remove(spec, answer);
  }
}

function runtimeQueues({ stack, queues, account }: Deployment): Record<string, RuntimeQueue> {
  const names = logicalNames(stack.queues.map(({ id }) => id));
  const entries = stack.queues.map(({ id, name }): [string, RuntimeQueue] => [
    names.get(id) ?? id,
    {
      url: `${queues.endpoint}/${account}/${name}`,
      depth: async () => (await queues.depths()).get(name) ?? 0,
    },
  ]);
  return Object.fromEntries(entries);
}

/**
 * Runs a synthesized CDK stack in this process, without Docker: SQS queues, Lambda functions (the very bundles, in worker
 * threads), event source mappings, schedules, custom resources, and an EKS whose clusters are given.
 *
 * IAM policies are not checked, and a function that fails on a schedule is not retried.
 *
 * @throws {Error} the stack uses what is not modelled, or a custom resource failed; nothing is left running then
 */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const deployment = await openDeployment(options);
  const { functions, queues, api, region, stack } = deployment;
  const pollers = startPollers(deployment);
  let stopFiring = () => {};
  let stopping: Promise<unknown> | undefined;
  const close = async (): Promise<void> => {
    stopFiring();
    const polled = pollers.map((poller) => poller.stop());
    await deployment.close();
    await Promise.all(polled);
  };
  const stop = async (): Promise<void> => {
    stopping ??= close();
    await stopping;
  };

  let made: CustomResourceSpec[] = [];
  try {
    made = await createCustomResources(deployment);
  } catch (error) {
    await stop();
    throw error;
  }
  const outputs = stack.outputs();
  stopFiring = startFiring(deployment);

  return {
    queues: runtimeQueues(deployment),
    functions: [...functions.keys()],
    outputs,
    region,
    sqsEndpoint: queues.endpoint,
    apiUrl: api.url,
    invoke: async (name, event) => findByName(functions, name).invoke(event, 0),
    crash: (name) => findByName(functions, name).crash(),
    counts: () =>
      Object.fromEntries([...functions].map(([name, { counts }]) => [name, { ...counts }])),
    credentials: credentialsOf,
    idle: () => waitUntilIdle(deployment, () => stopping !== undefined),
    destroy: async () => {
      await removeCustomResources(deployment, made);
      await stop();
    },
    stop,
  };
}
