/** Thread entry: one Lambda execution environment. Loads the bundle once, then handles one event at a time. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';

export interface WorkerSettings {
  /** directory of the bundle */
  readonly directory: string;
  /** `<file>.<export>` */
  readonly handler: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
  readonly logStreamName: string;
  /** whether anybody reads what it writes; if not, no line crosses the threads */
  readonly isHeard: boolean;
}

export interface WorkerRequest {
  readonly requestId: string;
  /** JSON */
  readonly event: string;
  readonly deadlineMs: number;
}

export interface WorkerError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
}

export type WorkerMessage =
  | { readonly kind: 'loaded' }
  | { readonly kind: 'done'; readonly payload: string }
  | { readonly kind: 'failed'; readonly error: WorkerError };

type Handler = (event: unknown, context: object) => unknown;

const settings: WorkerSettings = workerData;

function send(message: WorkerMessage): void {
  parentPort?.postMessage(message);
}

function asError(thrown: unknown): WorkerError {
  if (!(thrown instanceof Error)) return { name: 'Error', message: String(thrown) };
  const { name, message, stack } = thrown;
  return { name, message, ...(stack !== undefined && { stack }) };
}

async function loadHandler(): Promise<Handler> {
  const { directory, handler } = settings;
  const dot = handler.lastIndexOf('.');
  const base = path.join(directory, handler.slice(0, dot));
  const file = ['.mjs', '.js', '.cjs'].map((extension) => base + extension).find(existsSync);
  if (file === undefined) throw new Error(`no file ${base}.mjs, .js or .cjs for ${handler}`);
  const module: Record<string, unknown> = await import(pathToFileURL(file).href);
  const name = handler.slice(dot + 1);
  const found = module[name] ?? Object(module['default'])[name];
  if (typeof found !== 'function') throw new Error(`${file} exports no function ${name}`);
  return (event, context) => found(event, context);
}

function contextOf({ requestId, deadlineMs }: WorkerRequest): object {
  return {
    awsRequestId: requestId,
    functionName: settings.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: settings.functionArn,
    memoryLimitInMB: String(settings.memoryMb),
    logGroupName: `/aws/lambda/${settings.functionName}`,
    logStreamName: settings.logStreamName,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
  };
}

async function handle(handler: Handler, request: WorkerRequest): Promise<void> {
  try {
    const result = await handler(JSON.parse(request.event), contextOf(request));
    send({ kind: 'done', payload: JSON.stringify(result) ?? 'null' });
  } catch (thrown) {
    send({ kind: 'failed', error: asError(thrown) });
  }
}

if (!settings.isHeard) process.stdout.write = () => true;
try {
  const handler = await loadHandler();
  parentPort?.on('message', (request: WorkerRequest) => void handle(handler, request));
  send({ kind: 'loaded' });
} catch (thrown) {
  send({ kind: 'failed', error: asError(thrown) });
}
