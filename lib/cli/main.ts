#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { basename } from 'node:path';
import { Command, CommanderError } from 'commander';
import { CommandError } from './command-error.ts';
import { addCompletion } from './completion.ts';
import { addCordon } from './cordon.ts';
import { addDisable } from './disable.ts';
import { addDns } from './dns.ts';
import { addDoctor } from './doctor.ts';
import { addDrain } from './drain.ts';
import { addEnable } from './enable.ts';
import { addFederate } from './federate.ts';
import { spellOutBooleans } from './flags.ts';
import { type Invocation, systemClock } from './invocation.ts';
import { addJoin } from './join.ts';
import { addOrphaningDeletion } from './orphaning-deletion.ts';
import { addPlan } from './plan.ts';
import { addStatus } from './status.ts';
import { openTerminal, type Streams } from './terminal.ts';
import { addUncordon } from './uncordon.ts';
import { addUnjoin } from './unjoin.ts';
import { addVersion } from './version.ts';

const COMMANDS = [
  addJoin,
  addUnjoin,
  addPlan,
  addEnable,
  addDisable,
  addFederate,
  addOrphaningDeletion,
  addStatus,
  addDns,
  addDoctor,
  addCordon,
  addUncordon,
  addDrain,
  addCompletion,
  addVersion,
];

const FAILURE = 1;
const USAGE = 2;
/** To these 2 means something else: a CI job must not take a misspelt flag for it. */
const ANSWERS_BY_EXIT_CODE: ReadonlySet<string> = new Set(['plan', 'dns', 'doctor']);
const INTERRUPTED = { SIGINT: 130, SIGTERM: 143 } as const;

export interface MainOptions extends Streams {
  /** fires with the name of the signal as its reason */
  readonly signal: AbortSignal;
  readonly env: Invocation['env'];
  /** path that the program was started by: `kubectl-kubefed` makes it speak of itself as `kubectl kubefed` */
  readonly startedAs: string;
}

/**
 * Runs one command line.
 *
 * @param args without the program itself
 * @returns the exit code: 0 done, 1 failed, 2 wrongly called (or what the command says of it), 130 or 143 stopped by a signal
 */
export async function main(args: readonly string[], options: MainOptions): Promise<number> {
  const terminal = openTerminal(options);
  const closers: (() => void)[] = [];
  const invocation: Invocation = {
    terminal,
    signal: options.signal,
    env: options.env,
    clock: systemClock,
    onEnd: (close) => void closers.push(close),
  };
  const program = buildProgram(options, invocation);
  try {
    await program.parseAsync(spellOutBooleans(args), { from: 'user' });
    return invocation.exitCode ?? 0;
  } catch (error) {
    // commander has told about it already.
    if (!(error instanceof CommanderError)) terminal.failure(error);
    const code = exitCodeOf(error, options.signal);
    return code === USAGE && ANSWERS_BY_EXIT_CODE.has(args[0] ?? '') ? FAILURE : code;
  } finally {
    for (const close of closers) close();
  }
}

/** @returns the whole command line; what it runs with is only used when a command is parsed */
export function buildProgram(
  options: Pick<MainOptions, 'stdout' | 'stderr' | 'startedAs'>,
  invocation: Invocation,
): Command {
  const name = basename(options.startedAs).startsWith('kubectl-')
    ? 'kubectl kubefed'
    : 'kubefed-eks';
  const program = new Command(name)
    .description('Federates Kubernetes clusters from one host: KubeFed for EKS, without pods.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void options.stdout.write(text),
      writeErr: (text) => void options.stderr.write(text),
    })
    .hook('preAction', (_, command) => {
      const flags = command.opts<{ v?: number; context?: string; hostClusterContext?: string }>();
      invocation.terminal.verbosity = flags.v ?? 0;
      if (flags.context === undefined || flags.hostClusterContext !== undefined) return;
      command.setOptionValue('hostClusterContext', flags.context);
    });
  for (const add of COMMANDS) add(program, invocation);
  showHelpAfterErrors(program, name);
  return program;
}

function showHelpAfterErrors(command: Command, path: string): void {
  command.showHelpAfterError(`  try: ${path} --help`);
  for (const child of command.commands) showHelpAfterErrors(child, `${path} ${child.name()}`);
}

function exitCodeOf(error: unknown, signal: AbortSignal): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
  if (signal.aborted) return signal.reason === 'SIGTERM' ? INTERRUPTED.SIGTERM : INTERRUPTED.SIGINT;
  return error instanceof CommandError && error.code === 'Usage' ? USAGE : FAILURE;
}

/** The first signal lets the command take back what it made; a second one ends the process at once. */
function abortOnSignals(): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (stop.signal.aborted) process.exit(INTERRUPTED[name]);
      stop.abort(name);
    });
  }
  return stop.signal;
}

if (import.meta.main) {
  // What a command loads later is compiled once for all runs.
  enableCompileCache();
  const { argv, env, stdout, stderr } = process;
  const signal = abortOnSignals();
  process.exitCode = await main(argv.slice(2), {
    stdout,
    stderr,
    env,
    signal,
    startedAs: argv[1] ?? '',
  });
}
