import { describe, expect, it } from 'vitest';
import { awsHost, listedName } from '../../../lib/core/dns-records/load-balancer-host.ts';

describe('awsHost', () => {
  it.each([
    [
      'k8s-shop-web-0a1b2c3d4e-0123456789abcdef.elb.us-west-2.amazonaws.com',
      'network',
      'us-west-2',
    ],
    ['internal-Web-1234567890.eu-west-1.elb.amazonaws.com.', 'application-or-classic', 'eu-west-1'],
    ['dualstack.web-1.us-gov-east-1.elb.amazonaws.com', 'application-or-classic', 'us-gov-east-1'],
    ['web-1.elb.cn-north-1.amazonaws.com.cn', 'network', 'cn-north-1'],
    ['web-1.eusc-de-east-1.elb.amazonaws.eu', 'application-or-classic', 'eusc-de-east-1'],
  ])('reads %s', (hostname, kind, region) => {
    expect(awsHost(hostname)).toEqual({ kind, region });
  });

  it.each([
    ['a1234567890abcdef.awsglobalaccelerator.com', false],
    ['a1234567890abcdef.dualstack.awsglobalaccelerator.com', true],
  ])('knows the accelerator %s', (hostname, isDualstack) => {
    expect(awsHost(hostname)).toEqual({ kind: 'accelerator', dualstack: isDualstack });
  });

  it.each(['lb.example.com', 'elb.amazonaws.com', 'x.elb.us-west-2.amazonaws.com.evil.test', ''])(
    'knows nothing of %s',
    (hostname) => expect(awsHost(hostname)).toBeUndefined(),
  );
});

describe('listedName', () => {
  it('is the name without the prefix that the Classic ones may be asked under', () => {
    expect(listedName('Dualstack.Web-1.us-east-1.elb.amazonaws.com')).toBe(
      'web-1.us-east-1.elb.amazonaws.com',
    );
  });
});
