import {
  DescribeLoadBalancersCommand as DescribeClassicCommand,
  ElasticLoadBalancingClient,
} from '@aws-sdk/client-elastic-load-balancing';
import {
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { elbLoadBalancers } from '../../../lib/adapters/elb/load-balancers.ts';

const REGION = 'us-east-1';
const ALB = 'web-1.us-east-1.elb.amazonaws.com';
const NLB = 'web-2.elb.us-east-1.amazonaws.com';
const CLASSIC = 'web-3.us-east-1.elb.amazonaws.com';
const NEW = 'web-4.us-east-1.elb.amazonaws.com';

const elb = mockClient(ElasticLoadBalancingV2Client);
const classic = mockClient(ElasticLoadBalancingClient);
const listings = () => [
  elb.commandCalls(DescribeLoadBalancersCommand).length,
  classic.commandCalls(DescribeClassicCommand).length,
];

function page(
  name: string,
  zone: string,
  type: 'ipv4' | 'dualstack' | 'dualstack-without-public-ipv4',
) {
  return { DNSName: name, CanonicalHostedZoneId: zone, IpAddressType: type };
}

beforeEach(() => {
  elb.reset();
  classic.reset();
  elb.on(DescribeLoadBalancersCommand).resolves({
    LoadBalancers: [page('Web-1.us-east-1.elb.amazonaws.com', 'ZALB', 'dualstack')],
    NextMarker: 'more',
  });
  elb.on(DescribeLoadBalancersCommand, { Marker: 'more' }).resolves({
    LoadBalancers: [page(NLB, 'ZNLB', 'ipv4')],
  });
  classic.on(DescribeClassicCommand).resolves({
    LoadBalancerDescriptions: [{ DNSName: CLASSIC, CanonicalHostedZoneNameID: 'ZCLASSIC' }],
  });
});
afterAll(() => {
  elb.restore();
  classic.restore();
});

function subject() {
  const assumed: string[] = [];
  const used: { region: string; roleArn?: string }[] = [];
  const time = { nowMs: 0 };
  const credentials = async () => ({ accessKeyId: 'A', secretAccessKey: 'S' });
  const loadBalancers = elbLoadBalancers({
    elbClient: (region, given) => {
      used.push({ region, ...(given === undefined ? {} : { roleArn: 'assumed' }) });
      return new ElasticLoadBalancingV2Client({ region, credentials });
    },
    classicClient: (region) => new ElasticLoadBalancingClient({ region, credentials }),
    assume: (roleArn) => {
      assumed.push(roleArn);
      return credentials;
    },
    nowMs: () => time.nowMs,
  });
  const lookUp = (...hostnames: string[]) => loadBalancers.lookUp({ region: REGION, hostnames });
  return { loadBalancers, lookUp, assumed, used, time };
}

const found = (hostedZoneId: string, ipv4: boolean, ipv6: boolean) => ({
  found: true,
  facts: { hostedZoneId, ipv4, ipv6 },
});

describe('elbLoadBalancers', () => {
  it('finds load balancers on all pages, whatever their case or prefix', async () => {
    const { lookUp } = subject();
    const answers = await lookUp(`dualstack.${ALB}`, NLB);
    expect(Object.fromEntries(answers)).toEqual({
      [`dualstack.${ALB}`]: found('ZALB', true, true),
      [NLB]: found('ZNLB', true, false),
    });
    expect(listings()).toEqual([2, 0]);
    expect(elb.commandCalls(DescribeLoadBalancersCommand)[0]?.args[0].input).toEqual({
      PageSize: 400,
    });
  });

  it('knows those that have no public IPv4', async () => {
    elb.on(DescribeLoadBalancersCommand).resolves({
      LoadBalancers: [page(ALB, 'ZALB', 'dualstack-without-public-ipv4')],
    });
    const answers = await subject().lookUp(ALB);
    expect(answers.get(ALB)).toEqual(found('ZALB', false, true));
  });

  it('lists the Classic ones only for a name that the others do not have', async () => {
    const { lookUp } = subject();
    expect((await lookUp(CLASSIC)).get(CLASSIC)).toEqual(found('ZCLASSIC', true, false));
    expect(listings()).toEqual([2, 1]);
  });

  it('answers from what it has listed, for ten minutes', async () => {
    const { lookUp, time } = subject();
    await lookUp(ALB);
    time.nowMs = 599_000;
    await lookUp(NLB);
    expect(listings()).toEqual([2, 0]);
    time.nowMs = 600_000;
    await lookUp(ALB);
    expect(listings()).toEqual([4, 0]);
  });

  it('lists once for questions that come together, and once more for what is missing', async () => {
    const { lookUp } = subject();
    await Promise.all([lookUp(ALB), lookUp(ALB), lookUp(NLB)]);
    expect(listings()).toEqual([2, 0]);
    const [, second] = await Promise.all([lookUp(NEW), lookUp(CLASSIC)]);
    expect(second.get(CLASSIC)).toEqual(found('ZCLASSIC', true, false));
  });

  it('names the account and the remedy for what is in none of the lists', async () => {
    const answers = await subject().lookUp(NEW);
    expect(answers.get(NEW)).toEqual({
      found: false,
      message: expect.stringMatching(/no load balancer web-4.* in us-east-1 .* spec.eks.roleArn/),
    });
  });

  it('takes on the role of the member, and keeps accounts and Regions apart', async () => {
    const { loadBalancers, lookUp, assumed, used } = subject();
    await lookUp(ALB);
    const roleArn = 'arn:aws:iam::222222222222:role/member';
    await loadBalancers.lookUp({ region: REGION, roleArn, hostnames: [ALB] });
    await loadBalancers.lookUp({ region: 'eu-west-1', roleArn, hostnames: [ALB] });
    expect(assumed).toEqual([roleArn, roleArn]);
    expect(used).toEqual([
      { region: REGION },
      { region: REGION, roleArn: 'assumed' },
      { region: 'eu-west-1', roleArn: 'assumed' },
    ]);
  });

  it('says what AWS refused, unless it knows from before', async () => {
    const { lookUp, time } = subject();
    await lookUp(ALB);
    elb.reset();
    elb.on(DescribeLoadBalancersCommand).rejects(new Error('not authorized'));
    time.nowMs = 600_000;
    const answers = await lookUp(ALB, NEW);
    expect(answers.get(ALB)).toEqual(found('ZALB', true, true));
    expect(answers.get(NEW)).toEqual({
      found: false,
      refused: true,
      message: expect.stringMatching(
        /of us-east-1 could not be listed: Error: not authorized. elasticloadbalancing:DescribeLoadBalancers must be allowed/,
      ),
    });
  });
});
