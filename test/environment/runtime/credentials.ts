import { createHmac, randomBytes } from 'node:crypto';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

const ROOT_SECRET = randomBytes(32);
const PREFIX = 'ASIA';

/**
 * Keys of a role, as a function gets them from Lambda. The key id carries the role's ARN in hex, so that whoever checks
 * a signature knows who asks; the secret cannot be guessed from it and changes with every process.
 */
export function credentialsOf(roleArn: string): Credentials {
  const accessKeyId = `${PREFIX}${Buffer.from(roleArn).toString('hex').toUpperCase()}`;
  return { accessKeyId, secretAccessKey: secretOf(accessKeyId), sessionToken: 'local' };
}

/** @returns undefined when the key id is none of ours */
export function roleArnOf(accessKeyId: string): string | undefined {
  if (!accessKeyId.startsWith(PREFIX)) return undefined;
  const arn = Buffer.from(accessKeyId.slice(PREFIX.length), 'hex').toString();
  return /^arn:aws[\w-]*:iam::\d+:role\/.+$/.test(arn) ? arn : undefined;
}

/** The secret that belongs to a key id of ours. */
export function secretOf(accessKeyId: string): string {
  return createHmac('sha256', ROOT_SECRET).update(accessKeyId).digest('base64url');
}
