import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import { oldestMessages } from '../../../lib/adapters/cloudwatch/oldest-messages.ts';

function setUp() {
  const client = new CloudWatchClient({ region: 'us-west-2' });
  return { client, mock: mockClient(client) };
}

describe('oldestMessages', () => {
  it('takes the newest figure of each queue, in one call for all', async () => {
    const { client, mock } = setUp();
    mock.on(GetMetricDataCommand).resolves({
      MetricDataResults: [
        { Id: 'q1', Values: [90, 30] },
        { Id: 'q0', Values: [] },
        { Id: 'q9', Values: [1] },
      ],
    });

    const ages = await oldestMessages(client, ['changes.fifo', 'jobs.fifo'], 600_000);

    expect([...ages]).toEqual([['jobs.fifo', 90]]);
    expect(mock.calls().map(({ args }) => args[0].input)).toMatchObject([
      {
        StartTime: new Date(300_000),
        EndTime: new Date(600_000),
        MetricDataQueries: [
          { MetricStat: { Metric: { Dimensions: [{ Value: 'changes.fifo' }] } } },
          { MetricStat: { Metric: { Dimensions: [{ Value: 'jobs.fifo' }] } } },
        ],
      },
    ]);
  });

  it('knows nothing where the answer has no figures', async () => {
    const { client, mock } = setUp();
    mock.on(GetMetricDataCommand).resolves({});

    expect([...(await oldestMessages(client, ['jobs.fifo'], 0))]).toEqual([]);
  });

  it('throws what CloudWatch refuses with', async () => {
    const { client, mock } = setUp();
    mock.on(GetMetricDataCommand).rejects(new Error('AccessDenied'));

    await expect(oldestMessages(client, ['jobs.fifo'], 0)).rejects.toThrow('AccessDenied');
  });
});
