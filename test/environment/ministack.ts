/** The emulated AWS of the walk-through and the integration tests: MiniStack, one process group, one folder. */
import { type ChildProcess, spawn } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type EksCluster, eksState, eksTokenWebhookUrl } from './ministack-eks.ts';
import { findFreePorts, type ManagedProcess, waitUntilReady } from './processes.ts';

export interface MiniStackOptions {
  /** twelve digits; 123456789012 when left out */
  readonly accountId?: string;
  /** Region of calls that name none */
  readonly region: string;
  /** on 127.0.0.1; a free one when left out */
  readonly port?: number;
  /** for log and state, emptied of old state first; a temporary one, removed by `stop`, when left out */
  readonly directory?: string;
  readonly eksClusters: readonly EksCluster[];
  /** true makes signatures, IAM policies and access entries count */
  readonly auth: boolean;
  /** folder of the `node` that Lambdas run on; that of this process when left out */
  readonly nodePath?: string;
  /** called with one line per step of the set-up */
  readonly onProgress?: (line: string) => void;
}

export interface MiniStack {
  /** `http://localhost:PORT` */
  readonly endpoint: string;
  /** for SDK clients and the cdk CLI: endpoint, Region and root's key; no files of the user's are read */
  readonly environment: Readonly<Record<string, string>>;
  /** where the API server of `cluster` must have its tokens reviewed */
  eksTokenWebhookUrl(cluster: EksCluster): string;
  /** Ends MiniStack and every Lambda in it at once; nothing is saved. May be called twice. */
  stop(): Promise<void>;
  /** MiniStack's warnings and, as they write it, the output of the Lambdas: lines `FUNCTION: TEXT` */
  readonly logPath: string;
  /** the process group of MiniStack and its Lambdas */
  readonly processGroupId: number;
}

/**
 * Runs MiniStack with its known faults put right. It ends with its whole process group when stdin
 * closes, and that happens however the parent ends. (A Lambda at work would outlive MiniStack.)
 * Its argument is the folder to remove then.
 */
const RUNNER = `
import os, shutil, signal, sys, threading

folder = sys.argv.pop()
def die_with_parent():
    try:
        while os.read(0, 4096):
            pass
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.killpg(os.getpid(), signal.SIGKILL)
threading.Thread(target=die_with_parent, daemon=True).start()

from ministack import app
from ministack.core import iam_actions, iam_evaluator, lambda_runtime
from ministack.services import eventbridge, lambda_svc, scheduler

# IAM knows no batch actions of SQS: sending a batch is sqs:SendMessage.
named = iam_actions.extract_iam_action
def extract_iam_action(*request):
    action = named(*request)
    return action.removesuffix('Batch') if action and action.startswith('sqs:') else action
iam_actions.extract_iam_action = extract_iam_action

# All is plain http here: policies that demand TLS would refuse every call.
app.pin_request_origin = lambda address, _: iam_evaluator.pin_request_origin(address, True)

# Schedules are looked at every 10 s: a rule for every minute would fire up to 10 s late.
eventbridge._SCHEDULER_TICK_INTERVAL = 1
scheduler._SCHEDULE_TICK_INTERVAL = 1

# A FIFO mapping has one batch at a time here. On AWS every group has its own, so that one slow group
# holds up no other; receiving passes over groups in flight already, as it must.
concurrency = lambda_svc._sqs_esm_concurrency
lambda_svc._sqs_esm_concurrency = lambda mapping, function, config, _: concurrency(
    mapping, function, config)

# What a Lambda writes is shown when its invocation ends only: the watch works for 14 minutes.
def read_stderr(worker):
    for line in worker._proc.stderr:
        worker._stderr_queue.put(line.rstrip('\\n'))
        print(f'{worker.func_name}: {line}', end='', flush=True)
lambda_runtime.Worker._read_stderr = read_stderr

app.main()
`;

/** For MiniStack, whose Lambdas inherit it, and for its clients: no profile of the user's counts. */
const NO_USER_FILES = {
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
};

interface Place {
  readonly port: number;
  readonly accountId: string;
  readonly directory: string;
}

/**
 * Installs MiniStack when needed, starts it and waits until it answers. The clusters of `eksClusters`
 * are there, ACTIVE, in their Regions; nobody has an access entry. Rejects with the end of the log when
 * it does not answer within 60 s, when the port is taken, and when localhost is not 127.0.0.1.
 * Source: MiniStack 1.5.33, its environment variables and `core/persistence.py`.
 */
export async function startMiniStack(options: MiniStackOptions): Promise<MiniStack> {
  const onProgress = options.onProgress ?? (() => undefined);
  await checkLocalhost();
  const python = await installedPython(onProgress);
  const port = await freePort(options.port);
  const accountId = options.accountId ?? '123456789012';
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'kubefed-eks-ministack-'));
  const temporary = options.directory === undefined ? directory : join(directory, 'tmp');
  const place = { port, accountId, directory };
  prepare(options, place);
  const miniStack = await run(python, temporary, {
    cwd: directory,
    env: serverEnvironment(options, place),
  });
  const stop = async (): Promise<void> => {
    await miniStack.kill();
    rmSync(temporary, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    await waitUntilReady(miniStack, () => isHealthy(port));
  } catch (error) {
    await stop();
    throw error;
  }
  const endpoint = `http://localhost:${port}`;
  onProgress(`ministack: answers at ${endpoint}, log in ${miniStack.logPath}`);
  return {
    endpoint,
    environment: clientEnvironment(endpoint, options.region),
    eksTokenWebhookUrl: ({ name, region, secret }) =>
      eksTokenWebhookUrl({ port, accountId, region, cluster: name, secret }),
    stop,
    logPath: miniStack.logPath,
    processGroupId: miniStack.pid,
  };
}

/** MiniStack puts localhost into queue URLs and asset URLs, and listens on 127.0.0.1 alone. */
async function checkLocalhost(): Promise<void> {
  const addresses = await lookup('localhost', { all: true });
  if (!addresses.some(({ address }) => address === '127.0.0.1')) {
    throw new Error('localhost is not 127.0.0.1 here: add "127.0.0.1 localhost" to /etc/hosts');
  }
}

async function installedPython(onProgress: (line: string) => void): Promise<string> {
  const script = fileURLToPath(new URL('../../scripts/ministack.sh', import.meta.url));
  const child = spawn('sh', [script], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let progress = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    progress += text;
    onProgress(text.trimEnd());
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`scripts/ministack.sh failed:\n${progress.trimEnd()}`);
  return output.trim();
}

/** `wanted` itself, or any free port. Another MiniStack there would pass for the one we start. */
async function freePort(wanted: number | undefined): Promise<number> {
  if (wanted === undefined) {
    const [found = 0] = await findFreePorts('127.0.0.1', 1);
    return found;
  }
  const server = createServer().listen(wanted, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new Error(`port ${wanted} of 127.0.0.1 is taken: free it or give another`, { cause });
  }
  server.close();
  await once(server, 'close');
  return wanted;
}

function prepare(options: MiniStackOptions, { directory, accountId }: Place): void {
  for (const folder of ['state', 's3', 'tmp']) {
    rmSync(join(directory, folder), { recursive: true, force: true });
    mkdirSync(join(directory, folder), { recursive: true });
  }
  writeFileSync(join(directory, 'state', 'eks.json'), eksState(options.eksClusters, accountId));
}

/** Not process.env: Lambdas inherit this, and NODE_ENV, NODE_OPTIONS or AWS_PROFILE are not theirs. */
function serverEnvironment(options: MiniStackOptions, place: Place): NodeJS.ProcessEnv {
  return {
    ...NO_USER_FILES,
    HOME: place.directory,
    LANG: 'C.UTF-8',
    PATH: [options.nodePath ?? dirname(process.execPath), process.env['PATH']].join(delimiter),
    TMPDIR: join(place.directory, 'tmp'),
    // Queue URLs have this host: an SDK client at another one warns of the difference.
    AWS_ENDPOINT_URL: `http://localhost:${place.port}`,
    // MiniStack's worker script parses URLs the old way and would fill the logs with it.
    NODE_OPTIONS: '--disable-warning=DEP0169',
    GATEWAY_PORT: String(place.port),
    BIND_HOST: '127.0.0.1',
    MINISTACK_HOST: 'localhost',
    MINISTACK_ACCOUNT_ID: place.accountId,
    MINISTACK_REGION: options.region,
    AUTH: String(options.auth),
    // At INFO the output of every Lambda would be there twice.
    LOG_LEVEL: 'WARNING',
    // All but the first worker of a function go when idle that long; each takes 75 MB.
    LAMBDA_WARM_TTL_SECONDS: '60',
    PERSIST_STATE: '1',
    STATE_DIR: join(place.directory, 'state'),
    S3_DATA_DIR: join(place.directory, 's3'),
    SFTP_ENABLED: '0',
    IOT_MTLS_ENABLED: '0',
  };
}

function clientEnvironment(endpoint: string, region: string): Record<string, string> {
  return {
    ...NO_USER_FILES,
    AWS_ENDPOINT_URL: endpoint,
    // Root's key; with any other key MiniStack wants an IAM user or a session behind it.
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
  };
}

async function run(
  python: string,
  temporary: string,
  { cwd, env }: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<ManagedProcess> {
  const logPath = join(cwd, 'ministack.log');
  const log = openSync(logPath, 'w');
  const child = spawn(python, ['-I', '-u', '-c', RUNNER, temporary], {
    cwd,
    env,
    // A group of its own: Ctrl-C is for the parent, and the whole group can be killed.
    detached: true,
    stdio: ['pipe', log, log],
  });
  closeSync(log);
  await once(child, 'spawn');
  const { pid } = child;
  if (pid === undefined) throw new Error(`${python} has no process id`);
  const hasExited = (): boolean => child.exitCode !== null || child.signalCode !== null;
  let killed: Promise<void> | undefined;
  return {
    name: 'MiniStack',
    pid,
    logPath,
    hasExited,
    signal: (signal) => {
      child.kill(signal);
    },
    kill: () => {
      killed ??= killGroup(child, pid);
      return killed;
    },
  };
}

async function killGroup(child: ChildProcess, processGroupId: number): Promise<void> {
  try {
    // The Lambdas too, also when MiniStack has ended by itself.
    process.kill(-processGroupId, 'SIGKILL');
  } catch {
    return; // Nobody is left in the group.
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

async function isHealthy(port: number): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${port}/_ministack/health`, {
    signal: AbortSignal.timeout(2000),
  });
  return response.ok;
}
