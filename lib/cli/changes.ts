import type { JsonObject } from '../model/json.ts';
import { CommandError } from './command-error.ts';
import type { Terminal } from './terminal.ts';

/** One thing that a command did, would do, or found done. */
export interface Change {
  readonly action: 'create' | 'update' | 'delete' | 'unchanged';
  readonly place: 'host' | 'member' | 'eks';
  /** kind and name, e.g. `ClusterRole kubefed-eks:observer` */
  readonly what: string;
  /** the object, or the part of it that changes; absent for deletes and what is no Kubernetes object */
  readonly object?: JsonObject;
}

export interface Changes {
  readonly dryRun: boolean;
  /** in order; includes what stayed as it was */
  readonly list: readonly Change[];
  /**
   * Does one thing, unless this is a dry run, and remembers how to take it back.
   *
   * @throws CommandError Interrupted before it, when the command was told to stop
   */
  make(change: Change, apply: () => Promise<void>, undo?: () => Promise<void>): Promise<void>;
  unchanged(place: Change['place'], what: string): void;
  /** Takes back everything that was made, last first. What cannot be taken back is told, and the rest goes on. */
  undo(): Promise<void>;
}

const PAST: Readonly<Record<Change['action'], string>> = {
  create: 'created',
  update: 'updated',
  delete: 'deleted',
  unchanged: 'unchanged',
};
const TELL_UNCHANGED_VERBOSITY = 2;

export function trackChanges(options: {
  dryRun: boolean;
  terminal: Terminal;
  signal: AbortSignal;
}): Changes {
  const { dryRun, terminal, signal } = options;
  const list: Change[] = [];
  const undos: { change: Change; undo: () => Promise<void> }[] = [];

  return {
    dryRun,
    list,
    async make(change, apply, undo) {
      throwIfInterrupted(signal);
      const remember = () => undo !== undefined && undos.push({ change, undo });
      if (!dryRun) {
        try {
          await apply();
        } catch (error) {
          if (mayHaveHappened(error)) remember();
          throw error;
        }
        remember();
      }
      list.push(change);
      const verb = dryRun ? `would ${change.action}` : PAST[change.action];
      terminal.progress(line(change.place, `${verb} ${change.what}`));
    },
    unchanged(place, what) {
      list.push({ action: 'unchanged', place, what });
      if (terminal.verbosity >= TELL_UNCHANGED_VERBOSITY) {
        terminal.progress(line(place, `unchanged ${what}`));
      }
    },
    async undo() {
      if (undos.length > 0) terminal.progress('taking back what this run made');
      for (const { change, undo } of undos.splice(0).reverse()) {
        const what = `${change.action} ${change.what}`;
        try {
          await undo();
          terminal.progress(line(change.place, `undone: ${what}`));
        } catch (error) {
          const reason = error instanceof Error ? error.message : String(error);
          terminal.warn(`${change.place}: could not take back "${what}", do it by hand: ${reason}`);
        }
      }
    },
  };
}

/** @throws CommandError Interrupted when the command was told to stop */
export function throwIfInterrupted(signal: AbortSignal): void {
  if (signal.aborted) throw new CommandError('Interrupted', 'interrupted');
}

/** Without an answer nobody knows whether the request was carried out. */
function mayHaveHappened(error: unknown): boolean {
  return error instanceof CommandError && ['Unreachable', 'TimedOut'].includes(error.code);
}

function line(place: Change['place'], text: string): string {
  return `${place.padEnd(6)}  ${text}`;
}
