import { request } from 'node:https';

/** Where an API server is and who calls it. */
export interface ApiAccess {
  readonly url: string;
  readonly caPem: string;
  readonly token: string;
}

/** One request. */
export interface ApiCall {
  readonly path: string;
  /** GET by default. */
  readonly method?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** application/json by default. */
  readonly contentType?: string;
  /** 30 by default. */
  readonly timeoutSeconds?: number;
}

/** What the API server answers, whatever its status. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * Calls a Kubernetes API server on a connection of its own and trusts the given CA only. Throws when
 * no answer comes in time.
 */
export function callApi(access: ApiAccess, call: ApiCall): Promise<ApiAnswer> {
  const body = call.body === undefined ? undefined : JSON.stringify(call.body);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      new URL(call.path, access.url),
      {
        agent: false,
        ca: access.caPem,
        method: call.method ?? 'GET',
        signal: AbortSignal.timeout((call.timeoutSeconds ?? 30) * 1000),
        headers: {
          authorization: `Bearer ${access.token}`,
          ...(body === undefined ? {} : { 'content-type': call.contentType ?? 'application/json' }),
        },
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
