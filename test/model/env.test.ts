import { describe, expect, it } from 'vitest';
import { installEnv, parseEnv, STAGE_ENVS, type Stage, watchEnv } from '../../lib/model/env.ts';

const COMMON = {
  KUBEFED_NAMESPACE: 'kube-federation-system',
  HOST_CLUSTER_NAME: 'host',
  HOST_CLUSTER_REGION: 'eu-west-1',
  POWERTOOLS_SERVICE_NAME: 'service',
  POWERTOOLS_METRICS_NAMESPACE: 'KubefedEks',
};
const WATCH = {
  ...COMMON,
  CHANGES_QUEUE_URL: 'https://changes',
  OUTCOMES_QUEUE_URL: 'https://outcomes',
  PROBES_QUEUE_URL: 'https://probes',
  PREFERENCES_QUEUE_URL: 'https://preferences',
};

describe('parseEnv', () => {
  it('reads what a stage needs, with defaults, and nothing else', () => {
    expect(parseEnv(watchEnv, { ...WATCH, AWS_REGION: 'eu-west-1' })).toEqual({
      ...WATCH,
      HOLD_SECONDS: 840,
    });
    expect(parseEnv(watchEnv, { ...WATCH, HOLD_SECONDS: '60' }).HOLD_SECONDS).toBe(60);
  });

  it('leaves the role of the host out where there is none', () => {
    expect(parseEnv(watchEnv, { ...WATCH, HOST_CLUSTER_ROLE_ARN: '' })).not.toHaveProperty(
      'HOST_CLUSTER_ROLE_ARN',
    );
  });

  it('names everything that is missing or unusable at once', () => {
    const env = { ...WATCH, HOST_CLUSTER_NAME: '', PROBES_QUEUE_URL: undefined, HOLD_SECONDS: '0' };

    expect(() => parseEnv(watchEnv, env)).toThrow(
      /missing HOST_CLUSTER_NAME, PROBES_QUEUE_URL; HOLD_SECONDS: expected a whole number of seconds\. .*deploy again/,
    );
  });

  it('names what is unusable when nothing is missing', () => {
    expect(() => parseEnv(watchEnv, { ...WATCH, HOLD_SECONDS: 'long' })).toThrow(
      /not usable: HOLD_SECONDS/,
    );
  });

  it('reads the ARNs of roles from JSON', () => {
    const DEPLOYMENT = JSON.stringify({
      ...{ stackName: 's', region: 'r', queueUrls: {}, host: { clusterName: 'h', region: 'r' } },
    });
    const env = { ...COMMON, WATCH_FUNCTION_NAME: 'watch', DEPLOYMENT };
    const roles = { watch: 'arn:aws:iam::1:role/watch' };

    expect(parseEnv(installEnv, { ...env, STAGE_ROLE_ARNS: JSON.stringify(roles) })).toMatchObject({
      STAGE_ROLE_ARNS: roles,
    });
    for (const wrong of ['not JSON', '[]', '{"watch":""}']) {
      expect(() => parseEnv(installEnv, { ...env, STAGE_ROLE_ARNS: wrong })).toThrow(
        'STAGE_ROLE_ARNS',
      );
    }
  });

  it.each(Object.keys(STAGE_ENVS) as Stage[])('wants the common variables for %s', (stage) => {
    expect(() => parseEnv(STAGE_ENVS[stage], {})).toThrow(
      /KUBEFED_NAMESPACE.*HOST_CLUSTER_NAME.*POWERTOOLS_METRICS_NAMESPACE/,
    );
  });
});
