import { SQSClient } from '@aws-sdk/client-sqs';
import { type QueueDepth, queueDepth } from '../../adapters/sqs/queue-depth.ts';
import type { Deployment } from '../host/deployment.ts';
import { withinSeconds } from './within-seconds.ts';

/** What the queues of the deployment hold. */
export interface OpenQueues {
  /** @returns by name, undefined for a queue that is not there. @throws the SDK's error; one call per queue */
  depths(deployment: Deployment): Promise<ReadonlyMap<string, QueueDepth | undefined>>;
  /**
   * @param names of queues that hold something, as the deployment calls them
   * @returns seconds that the oldest message has been there, by name, where CloudWatch knows. @throws the SDK's error
   */
  oldest(
    deployment: Deployment,
    names: readonly string[],
    nowMs: number,
  ): Promise<ReadonlyMap<string, number>>;
}

const AWS_PATIENCE_SECONDS = 5;

/** @param profile AWS profile instead of AWS_PROFILE or the default one */
export function openQueues(profile: string | undefined): OpenQueues {
  const clients = new Map<string, SQSClient>();
  const named = profile === undefined ? {} : { profile };
  return {
    async depths({ region, queueUrls }) {
      const client = clients.get(region) ?? new SQSClient({ region, ...named });
      clients.set(region, client);
      const asked = Object.entries(queueUrls).map(
        async ([name, url]): Promise<[string, QueueDepth | undefined]> => [
          name,
          await queueDepth(client, url),
        ],
      );
      return new Map(await withinSeconds(AWS_PATIENCE_SECONDS, 'SQS', Promise.all(asked)));
    },
    async oldest({ region, queueUrls }, names, nowMs) {
      const byQueue = new Map(names.map((name) => [queueUrls[name]?.split('/').at(-1), name]));
      const queueNames = [...byQueue.keys()].filter((name) => name !== undefined);
      if (queueNames.length === 0) return new Map();
      // Loaded when a queue is not empty: most looks at a federation do without.
      const [{ CloudWatchClient }, { oldestMessages }] = await Promise.all([
        import('@aws-sdk/client-cloudwatch'),
        import('../../adapters/cloudwatch/oldest-messages.ts'),
      ]);
      const client = new CloudWatchClient({ region, maxAttempts: 1, ...named });
      const asked = oldestMessages(client, queueNames, nowMs);
      const ages = await withinSeconds(AWS_PATIENCE_SECONDS, 'CloudWatch', asked);
      return new Map([...ages].map(([queue, seconds]) => [byQueue.get(queue) ?? queue, seconds]));
    },
  };
}
