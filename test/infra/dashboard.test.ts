import { describe, expect, it } from 'vitest';
import * as names from '../../lib/model/metric-names.ts';
import { plain, synthesize } from './build-stack.ts';

const { METRICS_NAMESPACE, SERVICE_DIMENSION, CODE_DIMENSION, WATCH_HELD, ...shown } = names;
const [[, dashboard] = []] = synthesize().ofType('AWS::CloudWatch::Dashboard');
const body = plain(dashboard?.Properties['DashboardBody']);

describe('addDashboard', () => {
  it('has the name of the stack and a body that CloudWatch can read', () => {
    expect(dashboard?.Properties['DashboardName']).toBe('kubefed-eks');
    const { widgets } = JSON.parse(body);
    expect(widgets).toHaveLength(15);
  });

  it.each(Object.values(shown))('shows %s, whichever stage writes it', (name) => {
    expect(body).toContain(`{KubefedEks,service`);
    expect(body).toMatch(new RegExp(`MetricName=\\\\\\\\?"${name}\\\\\\\\?"`));
  });

  it('splits failures by code', () => {
    expect(body).toContain(`{KubefedEks,service,code} MetricName=`);
  });

  it.each(['changes', 'jobs', 'outcomes', 'probes', 'preferences'])(
    'shows the queue %s and its dead letters',
    (name) => {
      expect(body).toContain(`<${name}Queue.QueueName>`);
      expect(body).toContain(`<${name}DeadLetters.QueueName>`);
    },
  );
});
