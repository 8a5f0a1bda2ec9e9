/** One queue between two stages, with its dead letters and their alarms. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import {
  DeduplicationScope,
  FifoThroughputLimit,
  Queue,
  QueueEncryption,
} from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Stage } from '../lib/model/env.ts';
import { addAlarm } from './alarms.ts';
import type { Settings } from './settings.ts';
import { TIMEOUT_SECONDS } from './timeouts.ts';

export type QueueName =
  | 'changes'
  | 'jobs'
  | 'outcomes'
  | 'probes'
  | 'preferences'
  | 'records'
  | 'zones';

export interface StageQueueProps {
  readonly settings: Settings;
  /** the stage that reads the queue */
  readonly reader: Stage;
  /** tries before a message is put aside */
  readonly maxReceives: number;
  /** false where the order does not matter; true when absent */
  readonly fifo?: false;
}

const HIGH_THROUGHPUT_FIFO = {
  fifo: true,
  deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
  fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
  contentBasedDeduplication: false,
};

/**
 * FIFO unless said otherwise. Groups keep the order of each object and nothing else, so throughput is per group and
 * so is deduplication. The sender gives the deduplication ids: a hash of the body would swallow a second change of
 * the same object for five minutes.
 *
 * A message is locked for six times the timeout of its reader, as AWS advises, so that a throttled invocation can be
 * tried again under the same lock. A worker that crashes leaves its messages, and all later ones of their groups,
 * locked for as long: hence the short timeouts of the readers.
 * Source: AWS Lambda developer guide, "Configuring a queue to use with Lambda".
 */
export class StageQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, name: QueueName, props: StageQueueProps) {
    super(scope, name);
    const { settings, reader, maxReceives, fifo = true } = props;
    const suffix = fifo ? '.fifo' : '';
    const common = {
      ...(fifo ? HIGH_THROUGHPUT_FIFO : {}),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: !settings.emulated,
      // Messages are keys: the sweep makes them again.
      removalPolicy: RemovalPolicy.DESTROY,
    };
    this.deadLetters = new Queue(this, 'DeadLetters', {
      ...common,
      queueName: `${settings.stackName}-${name}-dead${suffix}`,
      retentionPeriod: Duration.days(14),
    });
    this.queue = new Queue(this, 'Queue', {
      ...common,
      queueName: `${settings.stackName}-${name}${suffix}`,
      visibilityTimeout: Duration.seconds(6 * TIMEOUT_SECONDS[reader]),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: maxReceives },
    });

    addAlarm(this, settings, {
      title: `Dead letters in ${name}`,
      what: `Messages in the queue "${name}" failed ${maxReceives} times and were put aside.`,
      metric: visible(this.deadLetters),
      threshold: 0,
    });
    // More than one lock of a crashed worker: 300 s, and five minutes on end above it.
    addAlarm(this, settings, {
      title: `Old messages in ${name}`,
      what: `The oldest message in the queue "${name}" has waited for more than 300 seconds.`,
      metric: oldest(this.queue),
      threshold: 300,
      periods: 5,
    });
  }
}

/** @returns the most messages that waited in a queue, per minute */
export function visible(queue: Queue): Metric {
  const period = Duration.minutes(1);
  return queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period });
}

/** @returns the age of the oldest message in seconds, per minute */
export function oldest(queue: Queue): Metric {
  const period = Duration.minutes(1);
  return queue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum', period });
}
