import type { Route } from './api-server.ts';
import { credentialsOf } from './credentials.ts';

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';

/**
 * STS AssumeRole, for clusters of another account: any role may be assumed, and need not exist.
 *
 * Source: AWS STS API reference, AssumeRole (query protocol)
 */
export const stsRoute: Route = (request) => {
  if (request.method !== 'POST' || request.path.join('/') !== '') return undefined;
  const form = new URLSearchParams(request.body);
  const roleArn = form.get('RoleArn');
  if (form.get('Action') !== 'AssumeRole' || roleArn === null) return undefined;
  const { accessKeyId, secretAccessKey, sessionToken } = credentialsOf(roleArn);
  const body = `<AssumeRoleResponse xmlns="${NAMESPACE}"><AssumeRoleResult><Credentials>
    <AccessKeyId>${accessKeyId}</AccessKeyId>
    <SecretAccessKey>${secretAccessKey}</SecretAccessKey>
    <SessionToken>${sessionToken}</SessionToken>
    <Expiration>${new Date(Date.now() + 3_600_000).toISOString()}</Expiration>
  </Credentials></AssumeRoleResult></AssumeRoleResponse>`;
  return { status: 200, body };
};
