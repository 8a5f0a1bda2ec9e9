import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { type Connection, openConnection } from '../../adapters/kube/connection.ts';
import { CommandError } from '../command-error.ts';
import type { ContextEntry } from './eks-reference.ts';

/**
 * Opens our connection with the credentials of a context: token, client certificate, password, exec plugin or OIDC.
 * client-node finds out the credentials, and again for each request, because they expire; the requests are ours.
 *
 * @param config its current context is the one to use
 * @throws CommandError ContextUnsupported for what our connection cannot do, CredentialsFailed when the plugin fails
 */
export async function connectContext(config: KubeConfig, entry: ContextEntry): Promise<Connection> {
  refuseUnsupported(config, entry);
  const credentials = () => readCredentials(config, entry.name);
  const { cert, key } = await credentials();
  return openConnection({
    url: entry.server,
    authorization: async () => (await credentials()).authorization,
    ...(entry.caData ? { ca: Buffer.from(entry.caData, 'base64').toString('utf8') } : {}),
    ...(cert !== undefined && key !== undefined ? { clientCertificate: { cert, key } } : {}),
    ...(entry.proxyUrl ? { proxyUrl: entry.proxyUrl } : {}),
    ...(entry.insecure ? { disabledTlsValidations: ['*'] } : {}),
  });
}

function refuseUnsupported(config: KubeConfig, entry: ContextEntry): void {
  const cluster = config.getCurrentCluster();
  const refuse = (field: string, remedy: string) => {
    const message = `context "${entry.name}": ${field} is not supported`;
    throw new CommandError('ContextUnsupported', message, [remedy]);
  };
  const another = 'use a context that reaches the API server directly';
  if (cluster?.tlsServerName) refuse(`cluster.tls-server-name (${cluster.tlsServerName})`, another);
  if (!entry.server.startsWith('https://'))
    refuse(`cluster.server ${entry.server}`, 'use an https URL');
  if (config.getCurrentUser()?.impersonateUser) {
    refuse('user.as (impersonation)', 'use a context whose own user has the rights');
  }
}

async function readCredentials(config: KubeConfig, context: string) {
  try {
    const options: RequestOptions = {};
    await config.applyToHTTPSOptions(options);
    return {
      authorization: authorizationOf(options),
      cert: textOf(options.cert),
      key: textOf(options.key),
    };
  } catch (cause) {
    throw credentialsFailure(config, context, cause);
  }
}

function authorizationOf(options: RequestOptions): string {
  if (options.auth) return `Basic ${Buffer.from(options.auth).toString('base64')}`;
  const headers = new Map(
    Object.entries(options.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return String(headers.get('authorization') ?? '');
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return Buffer.isBuffer(value) ? value.toString('utf8') : undefined;
}

function credentialsFailure(config: KubeConfig, context: string, cause: unknown): CommandError {
  const reason =
    (cause instanceof Error ? cause.message : String(cause)).trim() || 'no reason given';
  const exec: unknown = config.getCurrentUser()?.exec;
  const command =
    typeof exec === 'object' && exec !== null && 'command' in exec
      ? String(exec.command)
      : undefined;
  const what = command === undefined ? 'its credentials' : `its exec plugin "${command}"`;
  const remedies = [`kubectl --context ${context} get --raw /version`];
  if (command?.endsWith('aws')) remedies.push('log in to AWS again, e.g. aws sso login');
  if (reason.includes('ENOENT'))
    remedies.unshift(`install ${command ?? 'the plugin'}, or put it on the PATH`);
  return new CommandError(
    'CredentialsFailed',
    `context "${context}": ${what} failed: ${reason}`,
    remedies,
    { cause },
  );
}
