import type { Log, Metrics } from '../../ports.ts';

export interface LogEntry {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface MemoryLog extends Log {
  readonly entries: LogEntry[];
}

/** A log that keeps its entries. */
export function memoryLog(): MemoryLog {
  const entries: LogEntry[] = [];
  const at = (level: LogEntry['level']) => (message: string, fields?: Record<string, unknown>) => {
    entries.push({ level, message, fields: { ...fields } });
  };
  return { entries, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

export interface Measurement {
  readonly name: string;
  readonly unit: 'count' | 'milliseconds';
  readonly value: number;
  readonly dimensions: Readonly<Record<string, string>>;
}

export interface MemoryMetrics extends Metrics {
  readonly measurements: Measurement[];
  /** how often they were written out */
  readonly flushes: number;
  /** @returns the sum of what was counted under a name, whatever the dimensions; 0 when nothing was */
  total(name: string): number;
}

/** Metrics that keep their measurements. */
export function memoryMetrics(): MemoryMetrics {
  const measurements: Measurement[] = [];
  let flushes = 0;
  return {
    measurements,
    get flushes() {
      return flushes;
    },
    flush() {
      flushes += 1;
    },
    count(name, value = 1, dimensions = {}) {
      measurements.push({ name, unit: 'count', value, dimensions: { ...dimensions } });
    },
    milliseconds(name, value) {
      measurements.push({ name, unit: 'milliseconds', value, dimensions: {} });
    },
    total: (name) =>
      measurements
        .filter((measurement) => measurement.name === name && measurement.unit === 'count')
        .reduce((sum, { value }) => sum + value, 0),
  };
}
