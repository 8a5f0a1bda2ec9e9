import { SQSClient } from '@aws-sdk/client-sqs';
import { type QueueDepth, queueDepth } from '../../adapters/sqs/queue-depth.ts';
import type { Deployment } from '../host/deployment.ts';
import { withinSeconds } from './within-seconds.ts';

/** How many messages each queue of the deployment holds. */
export interface OpenQueues {
  /** @returns by name, undefined for a queue that is not there. @throws the SDK's error; one call per queue */
  depths(deployment: Deployment): Promise<ReadonlyMap<string, QueueDepth | undefined>>;
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
  };
}
