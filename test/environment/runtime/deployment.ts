import { type ApiServer, startApiServer } from './api-server.ts';
import { type Assembly, readAssembly } from './assembly.ts';
import { type CustomResources, customResources } from './custom-resources.ts';
import { eksRoute } from './eks.ts';
import { elbRoute } from './elb.ts';
import { type LocalFunction, localFunctions } from './functions.ts';
import { lambdaRoute } from './lambda.ts';
import type { RuntimeOptions } from './options.ts';
import { type Queues, startQueues } from './queues.ts';
import type { Answer } from './references.ts';
import { route53Route } from './route53.ts';
import { readStack, type Stack } from './stack.ts';
import { stsRoute } from './sts.ts';

/** A stack whose queues, functions and APIs are there, but nothing is set in motion yet. */
export interface Deployment {
  readonly options: RuntimeOptions;
  readonly account: string;
  readonly region: string;
  readonly stack: Stack;
  readonly queues: Queues;
  readonly api: ApiServer;
  /** by name (`logicalNames`) */
  readonly functions: ReadonlyMap<string, LocalFunction>;
  readonly custom: CustomResources;
  /** what custom resources answered; later references in the template see it */
  readonly answers: Map<string, Answer>;
  functionById(id: string): LocalFunction;
  /** Kills the functions, then closes queues and APIs. */
  close(): Promise<void>;
}

function placeOf(assembly: Assembly, options: RuntimeOptions) {
  return {
    account: options.accountId ?? assembly.account ?? '000000000000',
    region: options.region ?? assembly.region ?? options.eksClusters[0]?.region ?? 'us-west-2',
  };
}

async function startStack(options: RuntimeOptions, queues: Queues, assembly: Assembly) {
  const place = placeOf(assembly, options);
  const answers = new Map<string, Answer>();
  const stack = readStack(assembly, {
    ...place,
    sqsEndpoint: queues.endpoint,
    answers,
    parameters: options.parameters ?? {},
    holdSchedules: options.holdSchedules ?? [],
  });
  for (const queue of stack.queues) await queues.create(queue);
  let functions: ReadonlyMap<string, LocalFunction> = new Map();
  const functionById = (id: string): LocalFunction => {
    const found = [...functions.values()].find(({ spec }) => spec.id === id);
    if (found === undefined) throw new Error(`there is no function ${id}`);
    return found;
  };
  const custom = customResources({
    stackId: stack.stackId,
    url: () => api.url,
    invoke: (id, event) => functionById(id).invoke(event, 0),
  });
  const start = (name: string, event: unknown): boolean => {
    const target = [...functions.values()].find(({ spec }) => spec.name === name);
    void target?.invoke(event, 0);
    return target !== undefined;
  };
  const eks = eksRoute(options.eksClusters, place.account);
  const routes = [
    eks,
    elbRoute(options.loadBalancers ?? []),
    ...(options.hostedZones === undefined ? [] : [route53Route(options.hostedZones)]),
    stsRoute,
    lambdaRoute(start),
    custom.route,
  ];
  const api = await startApiServer(options.apiPort ?? 0, routes);
  functions = localFunctions({
    specs: stack.functions,
    mappings: stack.mappings,
    region: place.region,
    sqsEndpoint: queues.endpoint,
    apiUrl: api.url,
    runtime: options,
  });
  return { ...place, stack, api, functions, custom, answers, functionById };
}

/** @throws {Error} the assembly uses what is not modelled, or a port is taken; nothing is left open then */
export async function openDeployment(options: RuntimeOptions): Promise<Deployment> {
  const assembly = readAssembly(options.assembly, options.stack);
  const queues = await startQueues(placeOf(assembly, options).region);
  try {
    const started = await startStack(options, queues, assembly);
    return {
      ...started,
      options,
      queues,
      close: async () => {
        await Promise.all([...started.functions.values()].map((one) => one.stop()));
        await Promise.all([queues.stop(), started.api.stop()]);
      },
    };
  } catch (error) {
    await queues.stop();
    throw error;
  }
}
