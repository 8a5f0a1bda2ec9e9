import { SignatureV4 } from '@smithy/signature-v4';
import type {
  AwsCredentialIdentity,
  ChecksumConstructor,
  HashConstructor,
  Provider,
} from '@smithy/types';

/** The authenticator accepts a token for 15 minutes from its signing; one minute is left for clocks and queues. */
const LIFETIME_MS = 14 * 60_000;

export interface TokenOptions {
  /** EKS name of the cluster, not its ARN */
  readonly clusterName: string;
  /** Region of the cluster: its authenticator asks that Region's STS */
  readonly region: string;
  /** `amazonaws.com`, or another partition's suffix */
  readonly dnsSuffix: string;
  readonly credentials: Provider<AwsCredentialIdentity>;
  readonly sha256: ChecksumConstructor | HashConstructor;
  readonly nowMs: () => number;
}

/**
 * Makes bearer tokens for one EKS cluster: a presigned STS GetCallerIdentity URL. Signing is local, no call is made;
 * a token is kept for 14 minutes, because the cluster asks STS about each one that it has not seen.
 *
 * @returns a provider of the Authorization header's value
 * Source: AWS, aws-iam-authenticator, "API authorization from outside a cluster" (token format k8s-aws-v1)
 */
export function eksToken(options: TokenOptions): () => Promise<string> {
  let current: { authorization: Promise<string>; untilMs: number } | undefined;
  return () => {
    if (current === undefined || options.nowMs() >= current.untilMs) {
      const authorization = sign(options).then((url) => `Bearer ${encodeToken(url)}`);
      const made = { authorization, untilMs: options.nowMs() + LIFETIME_MS };
      current = made;
      // A failed signature (no credentials yet) must not be remembered.
      authorization.catch(() => {
        if (current === made) current = undefined;
      });
    }
    return current.authorization;
  };
}

async function sign(options: TokenOptions): Promise<string> {
  const hostname = `sts.${options.region}.${options.dnsSuffix}`;
  const signer = new SignatureV4({
    service: 'sts',
    region: options.region,
    credentials: options.credentials,
    sha256: options.sha256,
  });
  const signed = await signer.presign(
    {
      method: 'GET',
      protocol: 'https:',
      hostname,
      path: '/',
      headers: { host: hostname, 'x-k8s-aws-id': options.clusterName },
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
    },
    {
      expiresIn: 60,
      unhoistableHeaders: new Set(['x-k8s-aws-id']),
      signingDate: new Date(options.nowMs()),
    },
  );
  const query = Object.entries(signed.query ?? {}).map(
    ([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(String(value))}`,
  );
  return `https://${hostname}/?${query.join('&')}`;
}

function encodeToken(url: string): string {
  return `k8s-aws-v1.${Buffer.from(url).toString('base64url')}`;
}
