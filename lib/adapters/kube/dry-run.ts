import type { Connection } from './connection.ts';

/**
 * The same connection, where the server stores nothing: it defaults, admits, validates and answers as if.
 *
 * Source: Kubernetes API concepts, dry-run (`dryRun=All` in the query of every write)
 */
export function dryRunConnection(connection: Connection): Connection {
  return {
    ...connection,
    request: (request) =>
      connection.request(
        request.method === 'GET' ? request : { ...request, path: asDryRun(request.path) },
      ),
  };
}

function asDryRun(path: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}dryRun=All`;
}
