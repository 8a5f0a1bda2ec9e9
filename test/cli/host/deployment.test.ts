import { describe, expect, it } from 'vitest';
import { readDeployment } from '../../../lib/cli/host/deployment.ts';

const TOLD = {
  stackName: 'kubefed-eks',
  region: 'us-west-2',
  queueUrls: { jobs: 'https://jobs' },
  host: { clusterName: 'host', region: 'eu-west-1', roleArn: 'arn' },
};

describe('readDeployment', () => {
  it('reads what the deployment tells', () => {
    expect(readDeployment({ data: { deployment: JSON.stringify(TOLD) } })).toEqual(TOLD);
  });

  it('fills in what is left out', () => {
    const deployment = JSON.stringify({ region: 'us-west-2', host: { clusterName: 'host' } });

    expect(readDeployment({ data: { deployment } })).toEqual({
      ...{ stackName: '', region: 'us-west-2', queueUrls: {} },
      host: { clusterName: 'host', region: 'us-west-2' },
    });
  });

  it.each([
    undefined,
    {},
    { data: {} },
    { data: { deployment: '{' } },
    { data: { deployment: '[]' } },
  ])('finds nothing in %j', (configMap) => {
    expect(readDeployment(configMap)).toBeUndefined();
  });
});
