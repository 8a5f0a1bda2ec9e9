import {
  type CloudWatchClient,
  GetMetricDataCommand,
  type MetricDataQuery,
} from '@aws-sdk/client-cloudwatch';

const PERIOD_SECONDS = 60;
/** SQS sends a figure a minute, and a minute or two late; what is older than this tells nothing of now. */
const LOOK_BACK_SECONDS = 300;

/**
 * How old the oldest message of each queue is, in one call. Each queue is a metric that AWS charges for.
 *
 * @param queueNames at most 500, not empty; as SQS names them
 * @returns seconds by name of queue; without those that CloudWatch has no figure of, such as new ones
 * @throws the SDK's error
 * Source: AWS, SQS developer guide, available CloudWatch metrics: ApproximateAgeOfOldestMessage
 */
export async function oldestMessages(
  client: CloudWatchClient,
  queueNames: readonly string[],
  nowMs: number,
): Promise<ReadonlyMap<string, number>> {
  const { MetricDataResults: results = [] } = await client.send(
    new GetMetricDataCommand({
      StartTime: new Date(nowMs - LOOK_BACK_SECONDS * 1000),
      EndTime: new Date(nowMs),
      ScanBy: 'TimestampDescending',
      MetricDataQueries: queueNames.map(queryOf),
    }),
  );
  return new Map(
    results.flatMap(({ Id, Values: [newest] = [] }): [string, number][] => {
      const name = queueNames[Number(Id?.slice(1))];
      return name === undefined || newest === undefined ? [] : [[name, newest]];
    }),
  );
}

/** An id has to begin with a lower-case letter, and has no room for the name of every queue. */
function queryOf(queueName: string, index: number): MetricDataQuery {
  const Metric = {
    Namespace: 'AWS/SQS',
    MetricName: 'ApproximateAgeOfOldestMessage',
    Dimensions: [{ Name: 'QueueName', Value: queueName }],
  };
  return { Id: `q${index}`, MetricStat: { Metric, Period: PERIOD_SECONDS, Stat: 'Maximum' } };
}
