import { createHash, createHmac } from 'node:crypto';
import { EKSClient } from '@aws-sdk/client-eks';
import { describe, expect, it, vi } from 'vitest';
import { eksToken, type TokenOptions } from '../../../lib/adapters/eks/token.ts';

const CREDENTIALS = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
const SESSION_TOKEN = 'FwoGZXIvYXdzEXAMPLE/+token==';
const MINUTE_MS = 60_000;

function setUp(options: Partial<TokenOptions> = {}) {
  const time = { ms: Date.UTC(2026, 10, 24, 12, 30, 5) };
  const token = eksToken({
    clusterName: 'shop-west',
    region: 'us-west-2',
    dnsSuffix: 'amazonaws.com',
    credentials: async () => CREDENTIALS,
    sha256: new EKSClient({ region: 'us-west-2' }).config.sha256,
    nowMs: () => time.ms,
    ...options,
  });
  return { token, time };
}

function urlIn(authorization: string): URL {
  const [, encoded = ''] = authorization.split('Bearer k8s-aws-v1.');
  return new URL(Buffer.from(encoded, 'base64url').toString());
}

/** Signature Version 4 of a presigned URL, from its description. */
function expectedSignature(url: URL, clusterName: string): string {
  const encode = (text: string) =>
    encodeURIComponent(text).replace(
      /[!'()*]/g,
      (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
    );
  const hmac = (key: string | Buffer, text: string) =>
    createHmac('sha256', key).update(text).digest();
  const query = [...url.searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
  const request = [
    ...['GET', '/', query, `host:${url.hostname}`, `x-k8s-aws-id:${clusterName}`, ''],
    ...['host;x-k8s-aws-id', createHash('sha256').update('').digest('hex')],
  ].join('\n');
  const date = url.searchParams.get('X-Amz-Date') ?? '';
  const [, day = '', region = ''] = (url.searchParams.get('X-Amz-Credential') ?? '').split('/');
  const scope = `${day}/${region}/sts/aws4_request`;
  const digest = createHash('sha256').update(request).digest('hex');
  const key = [day, region, 'sts', 'aws4_request'].reduce<string | Buffer>(
    hmac,
    `AWS4${CREDENTIALS.secretAccessKey}`,
  );
  return hmac(key, ['AWS4-HMAC-SHA256', date, scope, digest].join('\n')).toString('hex');
}

describe('eksToken', () => {
  it('is a presigned call with the very parameters that authenticators take', async () => {
    const url = urlIn(await setUp().token());

    expect(url.origin + url.pathname).toBe('https://sts.us-west-2.amazonaws.com/');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      Action: 'GetCallerIdentity',
      Version: '2011-06-15',
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': 'AKIAIOSFODNN7EXAMPLE/20261124/us-west-2/sts/aws4_request',
      'X-Amz-Date': '20261124T123005Z',
      'X-Amz-Expires': '60',
      'X-Amz-SignedHeaders': 'host;x-k8s-aws-id',
      'X-Amz-Signature': expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it.each([
    ['long-lived keys', CREDENTIALS],
    ['a session', { ...CREDENTIALS, sessionToken: SESSION_TOKEN }],
  ])('is signed with %s', async (_, credentials) => {
    const url = urlIn(await setUp({ credentials: async () => credentials }).token());

    expect(url.searchParams.get('X-Amz-Security-Token')).toBe(
      'sessionToken' in credentials ? SESSION_TOKEN : null,
    );
    expect(url.searchParams.get('X-Amz-Signature')).toBe(expectedSignature(url, 'shop-west'));
  });

  it('is encoded without padding and without characters that headers or URLs dislike', async () => {
    expect(await setUp().token()).toMatch(/^Bearer k8s-aws-v1\.[\w-]+$/);
  });

  it.each([
    ['cn-north-1', 'amazonaws.com.cn', 'sts.cn-north-1.amazonaws.com.cn'],
    ['us-iso-east-1', 'c2s.ic.gov', 'sts.us-iso-east-1.c2s.ic.gov'],
    ['us-gov-west-1', 'amazonaws.com', 'sts.us-gov-west-1.amazonaws.com'],
  ])('is for the STS of the Region %s under %s', async (region, dnsSuffix, host) => {
    const url = urlIn(await setUp({ region, dnsSuffix }).token());

    expect(url.hostname).toBe(host);
    expect(url.searchParams.get('X-Amz-Credential')).toContain(`/${region}/sts/`);
    expect(url.searchParams.get('X-Amz-Signature')).toBe(expectedSignature(url, 'shop-west'));
  });

  it('is for one cluster only', async () => {
    const url = urlIn(await setUp({ clusterName: 'shop-east' }).token());

    expect(url.searchParams.get('X-Amz-Signature')).toBe(expectedSignature(url, 'shop-east'));
    expect(url.searchParams.get('X-Amz-Signature')).not.toBe(expectedSignature(url, 'shop-west'));
  });

  it('is kept for 14 minutes, then made anew with the credentials of then', async () => {
    const credentials = vi.fn(async () => CREDENTIALS);
    const { token, time } = setUp({ credentials });
    const first = await token();
    time.ms += 14 * MINUTE_MS - 1;

    expect(await token()).toBe(first);
    expect(credentials).toHaveBeenCalledTimes(1);
    time.ms += 1;
    expect(urlIn(await token()).searchParams.get('X-Amz-Date')).toBe('20261124T124405Z');
    expect(credentials).toHaveBeenCalledTimes(2);
  });

  it('is signed once for all that ask at the same time', async () => {
    const credentials = vi.fn(async () => CREDENTIALS);
    const { token } = setUp({ credentials });
    await Promise.all([token(), token(), token()]);

    expect(credentials).toHaveBeenCalledTimes(1);
  });

  it('does not remember that there were no credentials', async () => {
    const credentials = vi
      .fn(async () => CREDENTIALS)
      .mockRejectedValueOnce(new Error('no credentials'));
    const { token } = setUp({ credentials });

    await expect(token()).rejects.toThrow('no credentials');
    expect(await token()).toMatch(/^Bearer /);
  });
});
