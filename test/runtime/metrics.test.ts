import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { emfMetrics } from '../../lib/runtime/metrics.ts';
import { captureOutput } from './captured-output.ts';

/** gives the lines of Embedded Metric Format that were written */
let written: () => Record<string, unknown>[];

function definitions(line: Record<string, unknown> | undefined) {
  return Object(line?.['_aws']).CloudWatchMetrics[0];
}

beforeEach(() => {
  written = captureOutput();
});
afterEach(() => vi.restoreAllMocks());

describe('emfMetrics', () => {
  it('writes nothing when nothing was measured', () => {
    emfMetrics('KubefedEks', 'apply').flush();

    expect(written()).toEqual([]);
  });

  it('adds counts up, and writes them once, in one line', () => {
    const metrics = emfMetrics('KubefedEks', 'apply');
    metrics.count('Propagated');
    metrics.count('Propagated', 2);
    metrics.count('PlanJobs', 0);
    metrics.milliseconds('PropagationLatencyMs', 12);
    metrics.milliseconds('PropagationLatencyMs', 30);
    metrics.flush();
    metrics.flush();

    const [line, ...more] = written();
    expect(more).toEqual([]);
    expect(line).toMatchObject({
      service: 'apply',
      Propagated: 3,
      PlanJobs: 0,
      PropagationLatencyMs: [12, 30],
    });
    expect(definitions(line)).toMatchObject({
      Namespace: 'KubefedEks',
      Dimensions: [['service']],
      Metrics: expect.arrayContaining([
        expect.objectContaining({ Name: 'Propagated', Unit: 'Count' }),
        expect.objectContaining({ Name: 'PropagationLatencyMs', Unit: 'Milliseconds' }),
      ]),
    });
  });

  it('writes counts with dimensions of their own by themselves', () => {
    const metrics = emfMetrics('KubefedEks', 'apply');
    metrics.count('PropagationFailed', 1, { code: 'CreationFailed' });
    metrics.count('PropagationFailed', 1, { code: 'CreationFailed' });
    metrics.count('PropagationFailed', 1, { code: 'UpdateFailed' });
    metrics.flush();

    expect(written()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ PropagationFailed: 2, code: 'CreationFailed' }),
        expect.objectContaining({ PropagationFailed: 1, code: 'UpdateFailed' }),
      ]),
    );
    expect(definitions(written()[0]).Dimensions).toEqual([['service', 'code']]);
  });

  it('writes before a line has more values than CloudWatch reads', () => {
    const metrics = emfMetrics('KubefedEks', 'apply');
    for (let value = 0; value < 150; value++) metrics.milliseconds('PropagationLatencyMs', value);
    metrics.flush();

    expect(written().map((line) => Object(line['PropagationLatencyMs']).length)).toEqual([100, 50]);
  });
});
