import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  type Connection,
  type ConnectionOptions,
  type HttpRequest,
  openConnection,
} from '../../../lib/adapters/kube/connection.ts';
import { RequestTimeout } from '../../../lib/adapters/kube/errors.ts';
import {
  type Http2Server,
  type SeenRequest,
  startHttp2Server,
  startProxy,
  startSilentServer,
} from './http2-server.ts';

const GET: HttpRequest = { method: 'GET', path: '/', timeoutMs: 5000 };

const stops: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const stop of stops.splice(0).reverse()) await stop();
});

const ok = ({ stream }: SeenRequest) => {
  stream.respond({ ':status': 200 });
  stream.end('ok');
};

async function serve(answer: (request: SeenRequest) => void = ok): Promise<Http2Server> {
  const server = await startHttp2Server(answer);
  stops.push(server.stop);
  return server;
}

function connectTo(url: string, options: Partial<ConnectionOptions> = {}): Connection {
  const connection = openConnection({ url, authorization: () => 'Bearer t', ...options });
  stops.push(connection.close);
  return connection;
}

/** Lets the network do its work; for what no promise tells. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn();
}

describe('openConnection', () => {
  it('sends what it is given and answers with status, body, Retry-After and Date', async () => {
    const server = await serve(({ stream }) => {
      stream.respond({ ':status': 429, 'retry-after': '7' });
      stream.end('später');
    });
    const contentType = 'application/merge-patch+json';
    const request = {
      ...GET,
      method: 'PATCH',
      path: '/api/v1/x?a=b',
      body: '{"ä":1}',
      contentType,
    } as const;

    expect(await connectTo(server.url).request(request)).toEqual({
      ...{ status: 429, body: 'später', retryAfter: '7' },
      date: expect.stringMatching(/ GMT$/),
    });
    const [seen] = server.requests;
    expect(seen?.body).toBe('{"ä":1}');
    expect(seen?.headers).toMatchObject({
      ':method': 'PATCH',
      ':path': '/api/v1/x?a=b',
      accept: 'application/json',
      authorization: 'Bearer t',
      'content-type': contentType,
      'user-agent': 'kubefed-eks',
    });
  });

  it.each([
    ['Wed, 25 Nov 2026 10:00:30 GMT', '30'],
    ['Wed, 25 Nov 2026 09:59:00 GMT', '0'],
    ['soon', 'soon'],
  ])('reads a date in Retry-After by the clock of the server: %s', async (value, retryAfter) => {
    const server = await serve(({ stream }) => {
      const date = 'Wed, 25 Nov 2026 10:00:00 GMT';
      stream.respond({ ':status': 503, 'retry-after': value, date });
      stream.end();
    });

    expect(await connectTo(server.url).request(GET)).toMatchObject({ retryAfter });
  });

  it('sends the body of a DELETE', async () => {
    const server = await serve();
    await connectTo(server.url).request({ ...GET, method: 'DELETE', body: '{"preconditions":{}}' });

    expect(server.requests[0]?.body).toBe('{"preconditions":{}}');
  });

  it('asks for authorization anew for each request and sends none when there is none', async () => {
    const server = await serve();
    const tokens = ['Bearer 1', '', 'Bearer 3'];
    const connection = connectTo(server.url, { authorization: async () => tokens.shift() ?? '' });
    for (let i = 0; i < 3; i++) await connection.request(GET);

    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer 1',
      undefined,
      'Bearer 3',
    ]);
  });

  it('shares one session among all requests', async () => {
    const server = await serve();
    const connection = connectTo(server.url);
    await Promise.all(Array.from({ length: 50 }, () => connection.request(GET)));
    await connection.request(GET);

    expect(server.requests).toHaveLength(51);
    expect(server.sessions).toHaveLength(1);
  });

  it('lets the server send large answers without waiting', async () => {
    const server = await serve();
    await connectTo(server.url).request(GET);

    expect(server.sessions[0]?.remoteSettings.initialWindowSize).toBe(4 << 20);
  });

  it('tries again on a new session when the old one has died', async () => {
    const server = await serve();
    const connection = connectTo(server.url);
    await connection.request(GET);
    server.sessions[0]?.destroy();

    expect((await connection.request(GET)).body).toBe('ok');
    expect(server.sessions).toHaveLength(2);
  });

  it('tries again once only', async () => {
    const server = await serve(({ stream, headers }) => {
      if (headers[':path'] === '/') ok({ stream, headers, body: '' });
      else stream.session?.destroy();
    });
    const connection = connectTo(server.url);
    await connection.request(GET);

    await expect(connection.request({ ...GET, path: '/deadly' })).rejects.toThrow();
    expect(server.requests.map(({ headers }) => headers[':path'])).toEqual([
      '/',
      '/deadly',
      '/deadly',
    ]);
  });

  it('lets requests finish when the server says GOAWAY, and opens a new session for others', async () => {
    const held: SeenRequest[] = [];
    const server = await serve((request) => {
      if (request.headers[':path'] === '/held') held.push(request);
      else ok(request);
    });
    const connection = connectTo(server.url);
    const first = connection.request({ ...GET, path: '/held' });
    await until(() => held.length > 0);
    server.sessions[0]?.goaway();

    await vi.waitFor(async () => {
      await connection.request(GET);
      expect(server.sessions).toHaveLength(2);
    });
    for (const request of held) ok(request);
    expect((await first).body).toBe('ok');
  });

  it('gives up, and does not try again, when no answer comes in time', async () => {
    const server = await serve(({ headers, stream }) => {
      if (headers[':path'] === '/') ok({ headers, stream, body: '' });
    });
    const connection = connectTo(server.url);
    await connection.request(GET);
    const call = connection.request({ ...GET, path: '/slow', timeoutMs: 50 });

    await expect(call).rejects.toThrow(new RequestTimeout('GET /slow: no answer within 50 ms'));
    expect(server.requests).toHaveLength(2);
    expect((await connection.request(GET)).body).toBe('ok');
    expect(server.sessions).toHaveLength(1);
  });

  it('does not trust a session that a request got no answer over, however busy it is', async () => {
    const server = await serve();
    const proxy = await startProxy(server.url);
    stops.push(proxy.stop);
    const connection = connectTo(proxy.url);
    await connection.request(GET);
    proxy.freeze();

    await expect(connection.request({ ...GET, timeoutMs: 50 })).rejects.toBeInstanceOf(
      RequestTimeout,
    );
    expect((await connection.request(GET)).body).toBe('ok');
    expect(server.sessions).toHaveLength(2);
  });

  it('pings a session once after a request that got no answer', async () => {
    const server = await serve(({ headers, stream }) => {
      if (headers[':path'] === '/') ok({ headers, stream, body: '' });
    });
    const connection = connectTo(server.url);
    await expect(
      connection.request({ ...GET, path: '/slow', timeoutMs: 50 }),
    ).rejects.toBeInstanceOf(RequestTimeout);
    await connection.request(GET);
    await connection.request(GET);

    expect(server.pings()).toBe(1);
    expect(server.sessions).toHaveLength(1);
  });

  it('gives up in time when the body does not end', async () => {
    const server = await serve(({ stream }) => {
      stream.respond({ ':status': 200 });
      stream.write('{"half":');
    });

    await expect(connectTo(server.url).request({ ...GET, timeoutMs: 50 })).rejects.toBeInstanceOf(
      RequestTimeout,
    );
  });

  it('gives up in time when the server does not even shake hands', async () => {
    const server = await startSilentServer();
    stops.push(server.stop);

    await expect(
      connectTo(server.url, { connectTimeoutMs: 60_000 }).request({ ...GET, timeoutMs: 50 }),
    ).rejects.toThrow(new RequestTimeout('GET /: TLS handshake not finished within 50 ms'));
  });

  it('tells when no connection can be made in time', async () => {
    const server = await startSilentServer();
    stops.push(server.stop);

    await expect(connectTo(server.url, { connectTimeoutMs: 50 }).request(GET)).rejects.toThrow(
      `no connection to ${server.url} within 50 ms`,
    );
  });

  it('tells when nobody listens, to each that asks', async () => {
    const server = await startHttp2Server(ok);
    await server.stop();
    const connection = connectTo(server.url);
    const calls = await Promise.allSettled([1, 2, 3].map(() => connection.request(GET)));

    for (const call of calls) {
      expect(call).toMatchObject({ reason: { message: expect.stringContaining('ECONNREFUSED') } });
    }
  });

  it('takes no half answer for a whole one', async () => {
    const server = await serve(({ stream }) => {
      stream.respond({ ':status': 200 });
      stream.write('{"half":', () => stream.session?.destroy());
    });

    await expect(connectTo(server.url).request(GET)).rejects.toThrow('in the middle of an answer');
  });

  it('opens a new session after close', async () => {
    const server = await serve();
    const connection = connectTo(server.url);
    await connection.request(GET);
    connection.close();

    expect((await connection.request(GET)).body).toBe('ok');
    expect(server.sessions).toHaveLength(2);
  });

  describe('after a long time without use', () => {
    it('keeps a session that still answers', async () => {
      const server = await serve();
      const connection = connectTo(server.url);
      await connection.request(GET);
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 20_001 });
      await connection.request(GET);
      await connection.request(GET);

      expect(server.pings()).toBe(1);
      expect(server.sessions).toHaveLength(1);
    });

    it('replaces a session that answers no more, for all that wait', async () => {
      const server = await serve();
      const proxy = await startProxy(server.url);
      stops.push(proxy.stop);
      const connection = connectTo(proxy.url);
      await connection.request(GET);
      proxy.freeze();
      vi.useFakeTimers({
        toFake: ['Date', 'setTimeout', 'clearTimeout'],
        now: Date.now() + 20_001,
      });
      const calls = Promise.all([connection.request(GET), connection.request(GET)]);
      await vi.advanceTimersByTimeAsync(3000);

      expect((await calls).map(({ body }) => body)).toEqual(['ok', 'ok']);
      expect(server.sessions).toHaveLength(2);
    });
  });
});
