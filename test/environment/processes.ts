import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A program that runs in the background. */
export interface ManagedProcess {
  readonly name: string;
  readonly pid: number;
  readonly logPath: string;
  hasExited(): boolean;
  /** Sends a signal; does nothing once the process has exited. */
  signal(signal: NodeJS.Signals): void;
  /** Kills it, even when paused, and waits until it is gone. */
  kill(): Promise<void>;
}

/** What to run. The program sees no environment variables but PATH, HOME and those of Go's memory. */
export interface ProcessCommand {
  readonly name: string;
  readonly program: string;
  readonly arguments: readonly string[];
  /** Standard output and error are appended to this file. */
  readonly logPath: string;
}

/** Programs that never outlive this process. */
export interface ProcessGroup {
  start(command: ProcessCommand): ManagedProcess;
  /** Kills all and removes the group's directories. May be called twice. */
  stop(): Promise<void>;
}

const START_TIMEOUT_SECONDS = 60;

// A program that lives for a minute or two need not collect before it is large: half of what an API server takes to
// start is garbage collection. Variables that are set already win.
function garbageCollection() {
  const { GOGC = 'off', GOMEMLIMIT = '1GiB' } = process.env;
  return { GOGC, GOMEMLIMIT };
}

// Reads the ids to kill from its standard input, which closes when our process ends, however it ends.
// It kills from outside because a paused program could not stop itself.
const WATCHDOG = `
pids=
while read -r word pid; do
  case $word in
    watch) pids="$pids $pid" ;;
    forget)
      kept=
      for one in $pids; do [ "$one" = "$pid" ] || kept="$kept $one"; done
      pids=$kept ;;
  esac
done
for one in $pids; do kill -9 "$one" 2>/dev/null; done
tries=0
for one in $pids; do
  while [ $tries -lt 50 ] && kill -0 "$one" 2>/dev/null; do sleep 0.1; tries=$((tries + 1)); done
done
for directory in "$@"; do rm -rf -- "$directory"; done
`;

/**
 * Starts an empty group. Its programs are killed and `temporaryDirectories` removed at `stop()` and
 * when this process ends in any way, SIGKILL included.
 */
export function startProcessGroup(temporaryDirectories: readonly string[]): ProcessGroup {
  // Detached: Ctrl-C in a terminal signals the whole foreground group and must not reach the watchdog.
  const watchdog = spawn('sh', ['-c', WATCHDOG, 'watchdog', ...temporaryDirectories], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const watchdogExit = exitOf(watchdog);
  watchdog.stdin.on('error', () => undefined);
  const exits = new Set<Promise<void>>();

  return {
    start(command) {
      const child = spawnLogged(command);
      const { pid } = child;
      if (pid === undefined) throw new Error(`cannot run ${command.program}: is it executable?`);
      watchdog.stdin.write(`watch ${pid}\n`);
      const exit = exitOf(child).then(() => {
        exits.delete(exit);
        if (watchdog.stdin.writable) watchdog.stdin.write(`forget ${pid}\n`);
      });
      exits.add(exit);
      const hasExited = (): boolean => child.exitCode !== null || child.signalCode !== null;
      return {
        name: command.name,
        pid,
        logPath: command.logPath,
        hasExited,
        signal: (signal) => {
          child.kill(signal);
        },
        async kill() {
          child.kill('SIGKILL');
          await exit;
        },
      };
    },
    async stop() {
      watchdog.stdin.end();
      await Promise.all([watchdogExit, ...exits]);
    },
  };
}

/** Finds `count` different TCP ports that are free on `address`. */
export async function findFreePorts(address: string, count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports: number[] = [];
  try {
    for (const server of servers) {
      server.listen(0, address);
      await once(server, 'listening');
      ports.push(portOf(server.address()));
    }
  } catch (error) {
    throw new Error(
      `cannot listen on ${address}. On macOS add it first: sudo ifconfig lo0 alias ${address}`,
      { cause: error },
    );
  } finally {
    for (const server of servers) server.close();
  }
  return ports;
}

/**
 * Waits until `isReady` answers true; an exception counts as not yet. Throws, with the end of the log,
 * when the process exits or 60 s are over.
 */
export async function waitUntilReady(
  process: ManagedProcess,
  isReady: () => Promise<boolean>,
): Promise<void> {
  const deadlineMs = performance.now() + START_TIMEOUT_SECONDS * 1000;
  let lastError: unknown;
  while (performance.now() < deadlineMs) {
    if (process.hasExited()) throw startError(process, 'exited while starting', lastError);
    try {
      if (await isReady()) return;
    } catch (error) {
      lastError = error;
    }
    await sleep(50);
  }
  throw startError(process, `was not ready within ${START_TIMEOUT_SECONDS} s`, lastError);
}

function startError(process: ManagedProcess, what: string, cause: unknown): Error {
  const tail = readFileSync(process.logPath, 'utf8').trimEnd().split('\n').slice(-20).join('\n');
  const message = `${process.name} ${what}. The end of ${process.logPath}:\n${tail}`;
  return new Error(message, { cause });
}

function spawnLogged(command: ProcessCommand): ChildProcess {
  const log = openSync(command.logPath, 'a');
  try {
    return spawn(command.program, command.arguments, {
      stdio: ['ignore', log, log],
      // Settings such as ETCD_* or a proxy of the caller's shell must not change the programs.
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...garbageCollection() },
    });
  } finally {
    closeSync(log);
  }
}

function exitOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('not a TCP address');
  return address.port;
}
