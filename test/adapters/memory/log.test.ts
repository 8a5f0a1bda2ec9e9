import { describe, expect, it } from 'vitest';
import { memoryLog, memoryMetrics } from '../../../lib/adapters/memory/log.ts';

describe('memoryLog', () => {
  it('keeps entries in order, with level and fields', () => {
    const log = memoryLog();

    log.debug('looked');
    log.info('applied', { cluster: 'west' });
    log.warn('slow', {});
    log.error('broke', { code: 'CreationFailed' });
    expect(log.entries).toEqual([
      { level: 'debug', message: 'looked', fields: {} },
      { level: 'info', message: 'applied', fields: { cluster: 'west' } },
      { level: 'warn', message: 'slow', fields: {} },
      { level: 'error', message: 'broke', fields: { code: 'CreationFailed' } },
    ]);
  });
});

describe('memoryMetrics', () => {
  it('keeps what was measured', () => {
    const metrics = memoryMetrics();

    metrics.count('Propagated', 1, { cluster: 'west' });
    metrics.milliseconds('Latency', 12);
    expect(metrics.measurements).toEqual([
      { name: 'Propagated', unit: 'count', value: 1, dimensions: { cluster: 'west' } },
      { name: 'Latency', unit: 'milliseconds', value: 12, dimensions: {} },
    ]);
  });

  it('adds up counts of one name, one where nothing is said', () => {
    const metrics = memoryMetrics();

    metrics.count('Propagated');
    metrics.count('Propagated', 3, { cluster: 'west' });
    metrics.count('Failed', 5);
    metrics.milliseconds('Propagated', 100);
    expect(metrics.total('Propagated')).toBe(4);
    expect(metrics.total('Never')).toBe(0);
  });

  it('counts how often it was flushed', () => {
    const metrics = memoryMetrics();

    metrics.flush();
    metrics.flush();
    expect(metrics.flushes).toBe(2);
  });
});
