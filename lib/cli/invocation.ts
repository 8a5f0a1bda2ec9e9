import type { Clock } from '../ports.ts';
import type { Terminal } from './terminal.ts';

/** What every command gets from the program around it. */
export interface Invocation {
  readonly terminal: Terminal;
  /** fires on Ctrl-C (reason `SIGINT`) or SIGTERM: stop, and take back what is half-made */
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** what the program ends with when the command does not throw; absent: 0 */
  exitCode?: number;
  /** Registers what has to be closed before the process can end, e.g. a connection. */
  onEnd(close: () => void): void;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  sleep(ms, signal) {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal?.addEventListener('abort', done, { once: true });
    });
  },
};
