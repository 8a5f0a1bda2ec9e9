import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it, onTestFinished } from 'vitest';
import { memoryCluster } from '../../../lib/adapters/memory/cluster.ts';
import { openAccess } from '../../../lib/cli/connect/open-access.ts';
import { openMembers } from '../../../lib/cli/connect/open-members.ts';
import { openQueues } from '../../../lib/cli/connect/open-queues.ts';
import { kubeFedCluster } from '../../stages/objects.ts';
import { awsError, fakeClock, fakeEks, fakeTerminal } from '../fixtures.ts';

function invocation() {
  const closers: (() => void)[] = [];
  return {
    closers,
    terminal: fakeTerminal(),
    signal: new AbortController().signal,
    env: {},
    clock: fakeClock(),
    onEnd: (close: () => void) => void closers.push(close),
  };
}

const EKS = { clusterName: 'basic', region: 'us-west-2' };

describe('openMembers', () => {
  it('opens a member once, and registers its connection to be closed', async () => {
    const eks = fakeEks({ certificateAuthority: { data: '' } });
    const around = invocation();
    onTestFinished(() => {
      for (const close of around.closers) close();
    });
    const members = openMembers(around, memoryCluster(), undefined);
    const cluster = { ...kubeFedCluster('east'), spec: { eks: EKS } };
    const [one, other] = await Promise.all([members.open(cluster), members.open(cluster)]);

    expect(one).toMatchObject({ ok: true });
    expect(other).toBe(one);
    expect(eks.sent).toEqual(['DescribeCluster']);
    expect(around.closers).toHaveLength(1);
  });

  it.each([
    [{ eks: EKS }, 'denied'],
    [{ apiEndpoint: 'https://x' }, 'neither spec.eks nor spec.secretRef.name is set; set one'],
  ])('says why a member cannot be opened: %j', async (spec, why) => {
    const mock = mockClient(EKSClient);
    onTestFinished(() => mock.restore());
    mock.on(DescribeClusterCommand).rejects(awsError('AccessDeniedException', 'denied', 403));
    const members = openMembers(invocation(), memoryCluster(), 'other');

    expect(await members.open({ ...kubeFedCluster('east'), spec })).toEqual({ ok: false, why });
  });
});

describe('openQueues', () => {
  it('counts each queue', async () => {
    const mock = mockClient(SQSClient);
    onTestFinished(() => mock.restore());
    mock.on(GetQueueAttributesCommand).resolves({ Attributes: {} });
    const queueUrls = { jobs: 'https://jobs', 'jobs-dead': 'https://dead' };
    const depths = await openQueues('other').depths({
      ...{ stackName: 's', region: 'us-west-2', queueUrls, host: EKS },
    });

    expect([...depths.keys()]).toEqual(['jobs', 'jobs-dead']);
    expect(depths.get('jobs')).toEqual({ waiting: 0, inFlight: 0 });
  });
});

describe('openQueues, oldest', () => {
  it('asks CloudWatch by the names of SQS and answers by those of the deployment', async () => {
    const mock = mockClient(CloudWatchClient);
    onTestFinished(() => mock.restore());
    const MetricDataResults = [{ Id: 'q0', Values: [7] }];
    mock.on(GetMetricDataCommand).resolves({ MetricDataResults });
    const queueUrls = { jobs: 'https://sqs.us-west-2.amazonaws.com/1/kubefed-jobs.fifo' };
    const deployment = { stackName: 's', region: 'us-west-2', queueUrls, host: EKS };
    const { oldest } = openQueues('other');

    expect(await oldest(deployment, ['jobs'], 0)).toEqual(new Map([['jobs', 7]]));
    expect(JSON.stringify(mock.calls()[0]?.args[0].input)).toContain('"kubefed-jobs.fifo"');
    expect(await oldest(deployment, [], 0)).toEqual(new Map());
    expect(mock.calls()).toHaveLength(1);
  });
});

describe('openAccess', () => {
  it('reads the groups of an entry, with the role of the cluster where there is one', async () => {
    const eks = fakeEks();
    eks.entries.set('arn:aws:iam::1:role/apply', ['kubefed:propagator']);
    const access = openAccess(undefined, () => 0);
    const groupsOf = (at: object, arn: string) => access.groupsOf({ ...EKS, ...at }, arn);

    expect(await groupsOf({}, 'arn:aws:iam::1:role/apply')).toEqual(['kubefed:propagator']);
    const roleArn = 'arn:aws:iam::2:role/member';
    expect(await groupsOf({ roleArn }, 'arn:aws:iam::1:role/watch')).toBeUndefined();
  });
});
