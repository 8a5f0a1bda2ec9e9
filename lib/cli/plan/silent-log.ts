import type { Log } from '../../ports.ts';

/** Stages that are only rehearsed have nothing to tell a log. */
export const SILENT: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
