import { describe, expect, it } from 'vitest';
import { healthEnv, installEnv, parseEnv, planEnv, watchEnv } from '../../lib/model/env.ts';

const common = {
  KUBEFED_NAMESPACE: 'kube-federation-system',
  HOST_CLUSTER_NAME: 'cluster0',
  HOST_CLUSTER_REGION: 'us-west-2',
  POWERTOOLS_SERVICE_NAME: 'kubefed-eks-watch',
  POWERTOOLS_METRICS_NAMESPACE: 'KubefedEks',
};
const queues = {
  CHANGES_QUEUE_URL: 'https://changes',
  OUTCOMES_QUEUE_URL: 'https://outcomes',
  PROBES_QUEUE_URL: 'https://probes',
  PREFERENCES_QUEUE_URL: 'https://preferences',
};

describe('parseEnv', () => {
  it('returns what the schema names and nothing else', () => {
    const env = parseEnv(watchEnv, { ...common, ...queues, HOLD_SECONDS: '60', PATH: '/bin' });

    expect(env).toEqual({ ...common, ...queues, HOLD_SECONDS: 60 });
  });

  it('holds the watches for 14 minutes when nothing is said', () => {
    expect(parseEnv(watchEnv, { ...common, ...queues }).HOLD_SECONDS).toBe(840);
  });

  it('reads the map of role ARNs', () => {
    const env = {
      ...common,
      STAGE_ROLE_ARNS: '{"watch":"arn:aws:iam::1:role/w"}',
      WATCH_FUNCTION_NAME: 'kubefed-eks-watch',
      DEPLOYMENT:
        '{"stackName":"s","region":"r","queueUrls":{"jobs":"j"},"host":{"clusterName":"h","region":"r"}}',
    };

    expect(parseEnv(installEnv, env).STAGE_ROLE_ARNS).toEqual({ watch: 'arn:aws:iam::1:role/w' });
    expect(parseEnv(installEnv, env).DEPLOYMENT.queueUrls).toEqual({ jobs: 'j' });
  });

  it('names every missing variable in one error; an empty one is missing', () => {
    const env = { ...common, KUBEFED_NAMESPACE: '', CHANGES_QUEUE_URL: 'https://changes' };

    expect(() => parseEnv(planEnv, env)).toThrow(
      'missing KUBEFED_NAMESPACE, JOBS_QUEUE_URL, OUTCOMES_QUEUE_URL. ',
    );
  });

  it('tells missing from unusable', () => {
    const env = { ...common, CHANGES_QUEUE_URL: 'https://changes', HOLD_SECONDS: '14m' };

    expect(() => parseEnv(watchEnv, env)).toThrow(
      'missing OUTCOMES_QUEUE_URL, PROBES_QUEUE_URL, PREFERENCES_QUEUE_URL; HOLD_SECONDS: expected a whole number of seconds. ',
    );
  });

  it.each(['{', '[]', '{"watch":1}'])('refuses %s as a map of role ARNs', (value) => {
    expect(() => parseEnv(installEnv, { ...common, STAGE_ROLE_ARNS: value })).toThrow(
      /STAGE_ROLE_ARNS: \S/,
    );
  });

  it('leaves the role of the host out when there is none', () => {
    const env = parseEnv(healthEnv, { ...common, PROBES_QUEUE_URL: 'https://probes' });

    expect(env).not.toHaveProperty('HOST_CLUSTER_ROLE_ARN');
  });
});
