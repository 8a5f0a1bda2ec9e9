import {
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { openLoadBalancers } from '../../../lib/cli/connect/open-load-balancers.ts';

const HOST = 'web-1.elb.eu-west-1.amazonaws.com';
const elb = mockClient(ElasticLoadBalancingV2Client);
const sts = mockClient(STSClient);

beforeEach(() => {
  elb.reset();
  sts.reset();
});

describe('openLoadBalancers', () => {
  it('asks with the profile of the caller, and with no role where none is named', async () => {
    const one = { DNSName: HOST, CanonicalHostedZoneId: 'Z1', IpAddressType: 'ipv4' } as const;
    elb.on(DescribeLoadBalancersCommand).resolves({ LoadBalancers: [one] });
    const question = { region: 'eu-west-1', hostnames: [HOST] };

    const answers = await openLoadBalancers('prod', () => 0).lookUp(question);

    const facts = { hostedZoneId: 'Z1', ipv4: true, ipv6: false };
    expect(answers.get(HOST)).toEqual({ found: true, facts });
    const [call] = elb.calls();
    expect(call?.thisValue).toMatchObject({ config: { profile: 'prod' } });
    expect(sts.calls()).toEqual([]);
  });

  it('says as a value that AWS refuses', async () => {
    elb.on(DescribeLoadBalancersCommand).rejects(new Error('no trust'));
    const roleArn = 'arn:aws:iam::222222222222:role/member';
    const question = { region: 'eu-west-1', hostnames: [HOST], roleArn };

    const answers = await openLoadBalancers(undefined, () => 0).lookUp(question);

    expect(answers.get(HOST)).toMatchObject({ found: false, refused: true });
  });
});
