import { DescribeClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectHost, wire } from '../../lib/runtime/wire.ts';

const ENV = {
  KUBEFED_NAMESPACE: 'federation',
  HOST_CLUSTER_NAME: 'host',
  HOST_CLUSTER_REGION: 'eu-west-1',
  POWERTOOLS_SERVICE_NAME: 'plan',
  POWERTOOLS_METRICS_NAMESPACE: 'KubefedEks',
};

const mockEks = () => mockClient(EKSClient);
let eks: ReturnType<typeof mockEks>;

beforeEach(() => {
  eks = mockEks();
  eks.on(DescribeClusterCommand).resolves({
    cluster: { endpoint: 'https://host.example', certificateAuthority: { data: '' } },
  });
});
afterEach(() => eks.restore());

describe('wire', () => {
  it('looks the host up and builds what every stage needs', async () => {
    const wired = await wire(ENV);

    expect(eks.commandCalls(DescribeClusterCommand)).toMatchObject([
      { args: [{ input: { name: 'host' } }] },
    ]);
    expect(wired.kubefedNamespace).toBe('federation');
    expect(Object.keys(wired).sort()).toEqual([
      'clock',
      'federation',
      'host',
      'kubefedNamespace',
      'log',
      'members',
      'metrics',
    ]);
  });
});

describe('connectHost', () => {
  it('fails with the words of AWS when there is no such cluster', async () => {
    eks.on(DescribeClusterCommand).rejects(new Error('No cluster found for name: host.'));

    await expect(connectHost(ENV)).rejects.toThrow('No cluster found for name: host.');
  });
});
