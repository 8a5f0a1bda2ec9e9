import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Connection, openConnection } from '../../../lib/adapters/kube/connection.ts';
import {
  type Http2Server,
  type SeenRequest,
  startHttp2Server,
  startProxy,
  startSilentServer,
} from './http2-server.ts';

const stops: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function serve(answer: (request: SeenRequest) => void): Promise<Http2Server> {
  const server = await startHttp2Server(answer);
  stops.push(server.stop);
  return server;
}

function connectTo(url: string): Connection {
  const connection = openConnection({ url, authorization: () => 'Bearer t' });
  stops.push(connection.close);
  return connection;
}

const never = () => new AbortController().signal;

/** A server that keeps its streams open, after a first line. */
const hold = ({ stream }: SeenRequest) => {
  stream.respond({ ':status': 200 });
  stream.write('first\n');
};

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn();
}

describe('stream', () => {
  it('gives lines, however they are cut into pieces', async () => {
    const bytes = Buffer.from('{"a":"ä"}\n{"b":"€"}\nrest');
    const server = await serve(async ({ stream }) => {
      stream.respond({ ':status': 200 });
      for (const byte of bytes) {
        stream.write(Buffer.from([byte]));
        await turn();
      }
      stream.end();
    });
    const { status, lines } = await connectTo(server.url).stream('/watch', never(), 'text/x');

    expect(status).toBe(200);
    expect(await Array.fromAsync(lines)).toEqual(['{"a":"ä"}', '{"b":"€"}', 'rest']);
    expect(server.requests[0]?.headers).toMatchObject({
      ...{ ':path': '/watch', accept: 'text/x', authorization: 'Bearer t' },
    });
  });

  it('gives status and Retry-After of a refusal', async () => {
    const server = await serve(({ stream }) => {
      stream.respond({ ':status': 429, 'retry-after': '3' });
      stream.end('busy');
    });
    const opened = await connectTo(server.url).stream('/', never());

    expect(opened).toMatchObject({ status: 429, retryAfter: '3' });
    expect(await Array.fromAsync(opened.lines)).toEqual(['busy']);
  });

  it('shares its session with requests', async () => {
    const server = await serve((request) => {
      if (request.headers[':path'] === '/watch') return hold(request);
      request.stream.respond({ ':status': 200 });
      request.stream.end();
    });
    const connection = connectTo(server.url);
    const signal = new AbortController();
    await connection.stream('/watch', signal.signal);
    await connection.stream('/watch', signal.signal);
    await connection.request({ method: 'GET', path: '/', timeoutMs: 5000 });
    signal.abort();

    expect(server.sessions).toHaveLength(1);
  });

  it('throws when the connection breaks', async () => {
    const server = await serve(hold);
    const { lines } = await connectTo(server.url).stream('/', never());

    expect((await lines.next()).value).toBe('first');
    server.sessions[0]?.destroy();
    await expect(lines.next()).rejects.toThrow('in the middle of an answer');
  });

  it('is cancelled by its signal', async () => {
    const server = await serve(hold);
    const end = new AbortController();
    const { lines } = await connectTo(server.url).stream('/', end.signal);
    await lines.next();
    const closed = new Promise((resolve) => server.requests[0]?.stream.once('close', resolve));
    end.abort();

    await expect(lines.next()).rejects.toThrow();
    await closed;
  });

  it('is not opened when the signal has fired before', async () => {
    const server = await serve(hold);
    const connection = connectTo(server.url);

    await expect(connection.stream('/', AbortSignal.abort())).rejects.toThrow();
    expect(server.requests).toEqual([]);
  });

  it('is cancelled by its signal while the server does not even shake hands', async () => {
    const server = await startSilentServer();
    stops.push(server.stop);
    const end = new AbortController();
    const opening = connectTo(server.url).stream('/', end.signal);
    await turn();
    end.abort();

    await expect(opening).rejects.toThrow();
  });

  it('is cancelled when its reader leaves', async () => {
    const server = await serve(hold);
    const { lines } = await connectTo(server.url).stream('/', never());
    for await (const line of lines) {
      expect(line).toBe('first');
      break;
    }

    await new Promise((resolve) => server.requests[0]?.stream.once('close', resolve));
  });

  describe('keep-alive', () => {
    const FAKED = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] as const;

    it('pings every 10 s and leaves a session alone that answers', async () => {
      const server = await serve((request) => {
        if (request.headers[':path'] === '/watch') return hold(request);
        request.stream.respond({ ':status': 200 });
        request.stream.end();
      });
      const connection = connectTo(server.url);
      vi.useFakeTimers({ toFake: [...FAKED] });
      const { lines } = await connection.stream('/watch', never());
      for (let pings = 1; pings <= 3; pings++) {
        await vi.advanceTimersByTimeAsync(10_000);
        await until(() => server.pings() === pings);
        // The answer to the ping has come before the answer to this.
        await connection.request({ method: 'GET', path: '/', timeoutMs: 60_000 });
        await vi.advanceTimersByTimeAsync(0);
      }

      server.requests[0]?.stream.end('last\n');
      expect(await Array.fromAsync(lines)).toEqual(['first', 'last']);
      expect(server.sessions).toHaveLength(1);
    });

    it('breaks the stream when the network has died', async () => {
      const server = await serve(hold);
      const proxy = await startProxy(server.url);
      stops.push(proxy.stop);
      const connection = connectTo(proxy.url);
      vi.useFakeTimers({ toFake: [...FAKED] });
      const { lines } = await connection.stream('/', never());
      await lines.next();
      proxy.freeze();
      const next = lines.next();
      const broken = expect(next).rejects.toThrow('keep-alive timed out');
      await vi.advanceTimersByTimeAsync(13_000);

      await broken;
    });

    it('stops with the stream', async () => {
      const server = await serve(hold);
      const connection = connectTo(server.url);
      vi.useFakeTimers({ toFake: [...FAKED] });
      const { lines } = await connection.stream('/', never());
      server.requests[0]?.stream.end();
      await Array.fromAsync(lines);
      await turn();

      expect(vi.getTimerCount()).toBe(0);
    });
  });
});
