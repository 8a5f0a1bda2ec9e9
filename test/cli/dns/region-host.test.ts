import { describe, expect, it } from 'vitest';
import { regionHost } from '../../../lib/cli/dns/region-host.ts';

describe('regionHost', () => {
  it.each([
    ['eu-west-1', 'dynamodb.eu-west-1.amazonaws.com'],
    ['us-gov-west-1', 'dynamodb.us-gov-west-1.amazonaws.com'],
    ['cn-north-1', 'dynamodb.cn-north-1.amazonaws.com.cn'],
    ['eusc-de-east-1', 'dynamodb.eusc-de-east-1.amazonaws.eu'],
  ])('%s', (region, host) => {
    expect(regionHost(region)).toBe(host);
  });
});
