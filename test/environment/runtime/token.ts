import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { roleArnOf, secretOf } from './credentials.ts';

export type TokenVerdict =
  | { readonly ok: true; readonly roleArn: string }
  | { readonly ok: false; readonly reason: string };

const PREFIX = 'k8s-aws-v1.';
const CLUSTER_HEADER = 'x-k8s-aws-id';
const TOKEN_LIFETIME_MS = 15 * 60_000;
const CLOCK_SKEW_MS = 5 * 60_000;

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}

function sha256(data: string): string {
  return createHash('sha256').update(data).digest('hex');
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function expectedSignature(url: URL, cluster: string, secret: string): string {
  const query = [...url.searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
  const signedHeaders = url.searchParams.get('X-Amz-SignedHeaders') ?? '';
  const headers = `host:${url.host}\n${CLUSTER_HEADER}:${cluster}\n`;
  const request = ['GET', url.pathname, query, headers, signedHeaders, sha256('')].join('\n');
  const [, ...scope] = (url.searchParams.get('X-Amz-Credential') ?? '').split('/');
  const date = url.searchParams.get('X-Amz-Date') ?? '';
  const toSign = ['AWS4-HMAC-SHA256', date, scope.join('/'), sha256(request)].join('\n');
  const key = scope.reduce<string | Buffer>((parent, part) => hmac(parent, part), `AWS4${secret}`);
  return hmac(key, toSign).toString('hex');
}

function parseDateMs(amzDate: string): number {
  const iso = amzDate.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  return Date.parse(iso);
}

function refusal(url: URL, nowMs: number): string | undefined {
  const { searchParams: query } = url;
  const [, day, region, service, end] = (query.get('X-Amz-Credential') ?? '').split('/');
  if (url.protocol !== 'https:' || url.pathname !== '/') return 'the URL is not https://sts…/';
  if (!/^sts\.[\w-]+\.amazonaws\.com(\.cn)?$/.test(url.host)) return `${url.host} is not STS`;
  if (query.get('Action') !== 'GetCallerIdentity') return 'the action is not GetCallerIdentity';
  if (service !== 'sts' || end !== 'aws4_request') return 'the credential is not for STS';
  if (!url.host.startsWith(`sts.${region}.`)) return `signed for ${region}, sent to ${url.host}`;
  const signed = query.get('X-Amz-SignedHeaders')?.split(';').sort().join();
  if (signed !== `host,${CLUSTER_HEADER}`) return `signed headers are ${signed}`;
  const expires = Number(query.get('X-Amz-Expires') ?? Number.NaN);
  if (!(expires >= 0 && expires <= 900)) return 'X-Amz-Expires is not within 0 and 900 seconds';
  const date = query.get('X-Amz-Date') ?? '';
  const ageMs = nowMs - parseDateMs(date);
  if (!date.startsWith(day ?? ' ') || Number.isNaN(ageMs)) return 'X-Amz-Date is malformed';
  if (ageMs < -CLOCK_SKEW_MS) return 'the token is from the future';
  return ageMs > TOKEN_LIFETIME_MS ? 'the token is older than 15 minutes' : undefined;
}

/**
 * Checks an EKS token: a presigned STS GetCallerIdentity URL whose signature covers the cluster's name. The signature is
 * computed again, for the secrets of `credentialsOf` are known here.
 *
 * @returns whose token it is, or the first reason against it
 * Source: aws-iam-authenticator pkg/token (prefix, host, parameters, age); AWS Signature Version 4
 */
export function verifyToken(token: string, cluster: string, nowMs: number): TokenVerdict {
  if (!token.startsWith(PREFIX)) return { ok: false, reason: `no ${PREFIX} token` };
  const text = Buffer.from(token.slice(PREFIX.length), 'base64url').toString();
  const url = URL.parse(text);
  if (url === null) return { ok: false, reason: 'the token is no URL' };
  const refused = refusal(url, nowMs);
  if (refused !== undefined) return { ok: false, reason: refused };
  const accessKeyId = url.searchParams.get('X-Amz-Credential')?.split('/')[0] ?? '';
  const roleArn = roleArnOf(accessKeyId);
  if (roleArn === undefined) return { ok: false, reason: `unknown key id ${accessKeyId}` };
  const expected = Buffer.from(expectedSignature(url, cluster, secretOf(accessKeyId)));
  const given = Buffer.from(url.searchParams.get('X-Amz-Signature') ?? '');
  if (given.length === expected.length && timingSafeEqual(given, expected)) {
    return { ok: true, roleArn };
  }
  return {
    ok: false,
    reason: `the signature is not for cluster ${cluster}, or the secret is wrong`,
  };
}
