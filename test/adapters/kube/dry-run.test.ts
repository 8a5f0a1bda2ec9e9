import { expect, it } from 'vitest';
import type { Connection, HttpRequest } from '../../../lib/adapters/kube/connection.ts';
import { dryRunConnection } from '../../../lib/adapters/kube/dry-run.ts';

it.each<[HttpRequest['method'], string, string]>([
  ['GET', '/api/v1/a', '/api/v1/a'],
  ['POST', '/api/v1/a', '/api/v1/a?dryRun=All'],
  ['PUT', '/api/v1/a?b=c', '/api/v1/a?b=c&dryRun=All'],
  ['PATCH', '/api/v1/a', '/api/v1/a?dryRun=All'],
  ['DELETE', '/api/v1/a', '/api/v1/a?dryRun=All'],
])('sends %s %s to %s', async (method, path, sent) => {
  const paths: string[] = [];
  const connection: Connection = {
    request: async (request) => {
      paths.push(request.path);
      return { status: 200, body: '{}' };
    },
    stream: () => Promise.reject(new Error('not used')),
    close: () => undefined,
  };

  await dryRunConnection(connection).request({ method, path, timeoutMs: 1 });

  expect(paths).toEqual([sent]);
});
