import type { Log, Metrics } from '../../lib/ports.ts';

export const SILENT_METRICS: Metrics = {
  count: () => undefined,
  milliseconds: () => undefined,
  flush: () => undefined,
};

export const SILENT_LOG: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
