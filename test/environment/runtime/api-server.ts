import { createServer, type IncomingMessage } from 'node:http';

export interface ApiRequest {
  readonly method: string;
  /** decoded segments of the path */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  /** Region that the request is signed for; absent when it is not signed */
  readonly region?: string;
  readonly body: string;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** an object is sent as JSON, a text as it is */
  readonly body: object | string;
}

/** @returns undefined when the request is not for this route */
export type Route = (
  request: ApiRequest,
) => ApiResponse | undefined | Promise<ApiResponse | undefined>;

export interface ApiServer {
  readonly url: string;
  stop(): Promise<void>;
}

function parse(incoming: IncomingMessage, body: string): ApiRequest {
  const url = new URL(incoming.url ?? '/', 'http://localhost');
  const scope = /Credential=[^/]+\/\d{8}\/([^/]+)\//.exec(incoming.headers.authorization ?? '');
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname.split('/').slice(1).map(decodeURIComponent),
    query: url.searchParams,
    ...(scope?.[1] !== undefined && { region: scope[1] }),
    body,
  };
}

async function read(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function answer(
  incoming: IncomingMessage,
  body: string,
  routes: readonly Route[],
): Promise<ApiResponse> {
  try {
    const request = parse(incoming, body);
    for (const route of routes) {
      const found = await route(request);
      if (found !== undefined) return found;
    }
  } catch (error) {
    return { status: 400, body: { message: String(error) } };
  }
  const message = `${incoming.method} ${incoming.url} is not modelled by the local runtime`;
  const headers = { 'x-amzn-errortype': 'UnknownOperationException' };
  return { status: 404, headers, body: { message } };
}

/**
 * Serves the AWS APIs that the runtime models, the token webhook and the answers of custom resources, on loopback.
 *
 * @param port 0 takes any free one
 */
export async function startApiServer(port: number, routes: readonly Route[]): Promise<ApiServer> {
  const server = createServer(async (incoming, outgoing) => {
    const { status, headers, body } = await answer(incoming, await read(incoming), routes);
    const isText = typeof body === 'string';
    outgoing.writeHead(status, {
      'content-type': isText ? 'text/xml' : 'application/json',
      ...headers,
    });
    outgoing.end(isText ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
