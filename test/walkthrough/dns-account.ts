import {
  CreateLoadBalancerCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateHostedZoneCommand, Route53Client } from '@aws-sdk/client-route-53';
import { route53Zones } from '../../lib/adapters/route53/hosted-zones.ts';
import type { RecordSet } from '../../lib/model/record-set.ts';
import type { EmulatedAws, EmulatedCluster } from '../environment/emulated-aws.ts';

export const DOMAIN = 'example.com';

/** What somebody has in their account before the federation is deployed. */
export interface DnsAccount {
  readonly zoneId: string;
  /** @returns all that is in the hosted zone now */
  recordSets(): Promise<RecordSet[]>;
  /** As the load balancer controller of that cluster. @returns the host name of a new load balancer */
  makeLoadBalancer(cluster: EmulatedCluster, name: string): Promise<string>;
}

const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

/** Makes the hosted zone of `example.com`. */
export async function openDnsAccount({ miniStack }: EmulatedAws): Promise<DnsAccount> {
  const at = (region: string) => ({
    region,
    endpoint: miniStack.endpoint,
    credentials: CREDENTIALS,
  });
  const route53 = new Route53Client(at('us-east-1'));
  const made = await route53.send(
    new CreateHostedZoneCommand({ Name: DOMAIN, CallerReference: 'walk-through' }),
  );
  const zoneId = (made.HostedZone?.Id ?? '').replace('/hostedzone/', '');
  const zones = route53Zones(() => route53);
  return {
    zoneId,
    async recordSets() {
      const listed = await zones.list(zoneId);
      if (listed.ok) return listed.value;
      throw new Error(listed.error.messages.join(' '));
    },
    async makeLoadBalancer({ region }, name) {
      const elb = new ElasticLoadBalancingV2Client(at(region));
      const { LoadBalancers } = await elb.send(new CreateLoadBalancerCommand({ Name: name }));
      elb.destroy();
      return LoadBalancers?.[0]?.DNSName ?? '';
    },
  };
}
