/** The stage that writes DNSEndpoints of the host to Route 53, and its queue; only with the setting `dns`. */
import type { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type Access, hostAccess } from './cluster-access.ts';
import type { Settings } from './settings.ts';
import { StageFunction } from './stage-function.ts';
import { StageQueue } from './stage-queue.ts';

const MINUTES_OF_A_DAY = 1440;

export interface HostedZoneSetting {
  readonly id: string;
  /** role to take on for it */
  readonly roleArn?: string;
}

/** @returns the hosted zones that may be written to; empty without DNS */
export function hostedZonesOf({ dns }: Settings): HostedZoneSetting[] {
  const shared = dns?.roleArn === undefined ? {} : { roleArn: dns.roleArn };
  return (dns?.zones ?? []).map((zone) =>
    typeof zone === 'string' ? { id: zone, ...shared } : zone,
  );
}

/**
 * Two federations of one owner would take each other's records for leftovers: by default each has its own name, that of
 * its host.
 */
export function dnsOwnerOf({ dns, host }: Settings): string {
  return dns?.ownerId ?? `kubefed-eks-${host.clusterName}`.slice(0, 64);
}

export function addZones(
  stack: Stack,
  settings: Settings,
  records: StageQueue,
): { readonly queue: StageQueue; readonly stage: StageFunction } {
  const queue = new StageQueue(stack, 'zones', { settings, reader: 'zone', maxReceives: 10 });
  const stage = new StageFunction(stack, 'zone', {
    settings,
    environment: {
      ZONES_QUEUE_URL: queue.queue.queueUrl,
      RECORDS_QUEUE_URL: records.queue.queueUrl,
      HOSTED_ZONES: JSON.stringify(hostedZonesOf(settings)),
      DNS_OWNER_ID: dnsOwnerOf(settings),
    },
    access: [...hostAccess(stack, settings), ...zoneAccess(stack, settings)],
    source: { queue, maxConcurrency: 2 },
    everyMinutes: MINUTES_OF_A_DAY,
    sendsTo: [queue, records],
  });
  return { queue, stage };
}

/** The zones of the settings and no others: those of another account through their role. */
function zoneAccess(stack: Stack, settings: Settings): Access[] {
  const zones = hostedZonesOf(settings);
  const roles = [...new Set(zones.flatMap(({ roleArn }) => roleArn ?? []))];
  const resources = zones
    .filter(({ roleArn }) => roleArn === undefined)
    .map(({ id }) => `arn:${stack.partition}:route53:::hostedzone/${id}`);
  const actions = [
    'route53:ChangeResourceRecordSets',
    'route53:GetHostedZone',
    'route53:ListResourceRecordSets',
  ];
  return [
    ...(resources.length > 0 ? [{ statement: new PolicyStatement({ actions, resources }) }] : []),
    ...(roles.length > 0
      ? [{ statement: new PolicyStatement({ actions: ['sts:AssumeRole'], resources: roles }) }]
      : []),
  ];
}
