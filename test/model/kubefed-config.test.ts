import { describe, expect, it } from 'vitest';
import { parseDurationSeconds, readKubeFedConfig } from '../../lib/model/kubefed-config.ts';

describe('readKubeFedConfig', () => {
  it('has the defaults of KubeFed where there is none', () => {
    expect(readKubeFedConfig(undefined)).toEqual({
      scope: 'Cluster',
      adoptResources: true,
      gates: {},
      healthTimeoutSeconds: 3,
      healthPeriodSeconds: 10,
      healthThresholds: { failures: 3, successes: 1 },
      deletionDeadlineSeconds: 300,
    });
  });

  it('reads what this control plane goes by', () => {
    const spec = {
      scope: 'Namespaced',
      syncController: { adoptResources: 'Disabled', deletionDeadline: '90s' },
      featureGates: [
        { name: 'PushReconciler', configuration: 'Enabled' },
        { name: 'FederatedIngress', configuration: 'Disabled' },
        'nonsense',
        { configuration: 'Enabled' },
      ],
      clusterHealthCheck: {
        timeout: '1m30s',
        period: '20s',
        failureThreshold: 5,
        successThreshold: 2,
      },
    };

    expect(readKubeFedConfig({ spec })).toEqual({
      scope: 'Namespaced',
      adoptResources: false,
      gates: { PushReconciler: true, FederatedIngress: false, '': true },
      healthTimeoutSeconds: 90,
      healthPeriodSeconds: 20,
      healthThresholds: { failures: 5, successes: 2 },
      deletionDeadlineSeconds: 90,
    });
  });

  it.each([
    { timeout: 'soon', period: 'often', failureThreshold: 'few', successThreshold: null },
    { timeout: '0s', period: '0s', failureThreshold: 0, successThreshold: 1.5 },
  ])('takes the defaults for a health check that is malformed: %j', (clusterHealthCheck) => {
    expect(readKubeFedConfig({ spec: { clusterHealthCheck } })).toMatchObject({
      healthTimeoutSeconds: 3,
      healthPeriodSeconds: 10,
      healthThresholds: { failures: 3, successes: 1 },
    });
  });
});

describe('parseDurationSeconds', () => {
  it.each([
    ['3s', 3],
    ['1m30s', 90],
    ['1h', 3600],
    ['250ms', 0.25],
    ['1.5s', 1.5],
    ['2us', 2e-6],
    ['2µs', 2e-6],
    ['5ns', 5e-9],
    ['1h2m3s', 3723],
  ])('of %s', (text, seconds) => {
    expect(parseDurationSeconds(text)).toBeCloseTo(seconds, 12);
  });

  it.each([undefined, '', '3', 's', '1m 30s', '-3s', 'three seconds'])(
    'of %j is undefined',
    (text) => {
      expect(parseDurationSeconds(text)).toBeUndefined();
    },
  );
});
