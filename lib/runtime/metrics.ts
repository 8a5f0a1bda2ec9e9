import { MetricUnit, Metrics as PowertoolsMetrics } from '@aws-lambda-powertools/metrics';
import type { Metrics } from '../ports.ts';

/** CloudWatch reads at most 100 values of a metric from one line. */
const VALUES_AT_MOST = 100;

/** Gathers metrics, counts as sums, and writes them when flushed, as one log line in Embedded Metric Format. */
export function emfMetrics(namespace: string, serviceName: string): Metrics {
  const metrics = new PowertoolsMetrics({ namespace, serviceName });
  const counts = new Map<
    string,
    { name: string; sum: number; dimensions?: Record<string, string> }
  >();
  const durations = new Map<string, number[]>();

  function flush(): void {
    for (const { name, sum, dimensions } of counts.values()) {
      if (dimensions === undefined) metrics.addMetric(name, MetricUnit.Count, sum);
      else metrics.singleMetric().addDimensions(dimensions).addMetric(name, MetricUnit.Count, sum);
    }
    for (const [name, values] of durations) {
      for (const value of values) metrics.addMetric(name, MetricUnit.Milliseconds, value);
    }
    counts.clear();
    durations.clear();
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  }

  return {
    count(name, value = 1, dimensions) {
      const key = dimensions === undefined ? name : `${name} ${JSON.stringify(dimensions)}`;
      const sum = (counts.get(key)?.sum ?? 0) + value;
      counts.set(key, { name, sum, ...(dimensions === undefined ? {} : { dimensions }) });
    },
    milliseconds(name, value) {
      const values = durations.get(name) ?? [];
      durations.set(name, values);
      values.push(value);
      if (values.length >= VALUES_AT_MOST) flush();
    },
    flush,
  };
}
