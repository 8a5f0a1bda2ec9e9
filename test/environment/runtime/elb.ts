import type { Route } from './api-server.ts';

export interface LoadBalancer {
  readonly region: string;
  readonly dnsName: string;
  readonly hostedZoneId: string;
  readonly ipAddressType: 'ipv4' | 'dualstack';
}

const VERSION = '2015-12-01';

/**
 * ELBv2 DescribeLoadBalancers without filters: those of the Region that the request is signed for, on one page.
 *
 * Source: AWS, Elastic Load Balancing API reference 2015-12-01 (query protocol)
 */
export function elbRoute(loadBalancers: readonly LoadBalancer[]): Route {
  return (request) => {
    if (request.method !== 'POST' || request.path.join('/') !== '') return undefined;
    const form = new URLSearchParams(request.body);
    const isOurs =
      form.get('Version') === VERSION && form.get('Action') === 'DescribeLoadBalancers';
    if (!isOurs) return undefined;
    const members = loadBalancers
      .filter(({ region }) => region === request.region)
      .map(
        ({ dnsName, hostedZoneId, ipAddressType }) => `<member><DNSName>${dnsName}</DNSName>
    <CanonicalHostedZoneId>${hostedZoneId}</CanonicalHostedZoneId>
    <IpAddressType>${ipAddressType}</IpAddressType></member>`,
      );
    const namespace = `http://elasticloadbalancing.amazonaws.com/doc/${VERSION}/`;
    const body = `<DescribeLoadBalancersResponse xmlns="${namespace}"><DescribeLoadBalancersResult>
  <LoadBalancers>${members.join('')}</LoadBalancers>
</DescribeLoadBalancersResult></DescribeLoadBalancersResponse>`;
    return { status: 200, body };
  };
}
