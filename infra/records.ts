/** The stage that turns DNS records of the host into DNSEndpoints, and its queue; only with the setting `dns`. */
import type { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type Access, memberAccess } from './cluster-access.ts';
import type { Settings } from './settings.ts';
import { StageFunction } from './stage-function.ts';
import { StageQueue } from './stage-queue.ts';
import { hostedZonesOf } from './zones.ts';

export function addRecords(
  stack: Stack,
  settings: Settings,
  output: (name: string, value: string) => void,
): { readonly queue: StageQueue; readonly stage: StageFunction } {
  const queue = new StageQueue(stack, 'records', { settings, reader: 'dns', maxReceives: 8 });
  const stage = new StageFunction(stack, 'dns', {
    settings,
    environment: { RECORDS_QUEUE_URL: queue.queue.queueUrl },
    access: [...memberAccess(stack, settings), loadBalancerAccess()],
    source: { queue, maxConcurrency: 5 },
    sendsTo: [queue],
  });
  output('RecordsQueueUrl', queue.queue.queueUrl);
  output('DnsRoleArn', stage.role.roleArn);
  return { queue, stage };
}

/**
 * In the account of the stack; elsewhere the role of the member has to allow it.
 *
 * Source: AWS Service Authorization Reference, Elastic Load Balancing V2 and Elastic Load Balancing
 */
function loadBalancerAccess(): Access {
  return {
    statement: new PolicyStatement({
      actions: ['elasticloadbalancing:DescribeLoadBalancers'],
      resources: ['*'],
    }),
    wildcard: {
      resource: '*',
      reason:
        'DescribeLoadBalancers knows no resources. It reads names and hosted zones of load balancers.',
    },
  };
}

export interface DnsQueues {
  readonly records: StageQueue;
  readonly zones: StageQueue;
}

/** @returns what a stage needs that tells of records and zones; nothing without DNS */
export function writesRecords(queues: DnsQueues | undefined, settings: Settings) {
  if (queues === undefined) return { sendsTo: [], dnsUrls: {} };
  const { records, zones } = queues;
  return {
    sendsTo: [records, zones],
    dnsUrls: {
      RECORDS_QUEUE_URL: records.queue.queueUrl,
      ZONES_QUEUE_URL: zones.queue.queueUrl,
      HOSTED_ZONES: JSON.stringify(hostedZonesOf(settings)),
    },
  };
}
