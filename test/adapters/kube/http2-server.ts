import { once } from 'node:events';
import * as http2 from 'node:http2';
import * as net from 'node:net';
import type { Certificate } from '../../environment/certificates.ts';

export interface SeenRequest {
  readonly headers: http2.IncomingHttpHeaders;
  readonly body: string;
  readonly stream: http2.ServerHttp2Stream;
}

export interface Http2Server {
  /** on 127.0.0.1; `http:` without a certificate, which HTTP/2 clients take as known to speak it */
  readonly url: string;
  /** every session that was opened, in order */
  readonly sessions: http2.ServerHttp2Session[];
  readonly requests: SeenRequest[];
  /** pings received */
  pings(): number;
  stop(): Promise<void>;
}

/** A server that hands every request to `answer` once its body is there. */
export async function startHttp2Server(
  answer: (request: SeenRequest) => void,
  certificate?: Certificate,
): Promise<Http2Server> {
  const server =
    certificate === undefined
      ? http2.createServer()
      : http2.createSecureServer({
          cert: certificate.certificatePem,
          key: certificate.privateKeyPem,
          requestCert: true,
          rejectUnauthorized: false,
        });
  const sessions: http2.ServerHttp2Session[] = [];
  const requests: SeenRequest[] = [];
  let pings = 0;
  server.on('session', (session) => {
    sessions.push(session);
    session.on('ping', () => {
      pings += 1;
    });
    session.on('error', () => undefined);
  });
  server.on('stream', async (stream, headers) => {
    stream.on('error', () => undefined);
    let body = '';
    for await (const chunk of stream.setEncoding('utf8')) body += chunk;
    const request = { headers, body, stream };
    requests.push(request);
    answer(request);
  });
  const port = await listen(server);
  return {
    url: `${certificate === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    sessions,
    requests,
    pings: () => pings,
    async stop() {
      for (const session of sessions) session.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

export interface Proxy {
  readonly url: string;
  /** From now on nothing passes through the connections that are open; new ones work. */
  freeze(): void;
  stop(): Promise<void>;
}

/** Passes bytes on, as a network does until it does not. */
export async function startProxy(target: string): Promise<Proxy> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((near) => {
    const far = net.connect(Number(new URL(target).port), '127.0.0.1');
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    freeze() {
      for (const socket of sockets) socket.unpipe().pause();
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A server that takes connections and never says a word. */
export async function startSilentServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const sockets: net.Socket[] = [];
  const server = net.createServer((socket) => sockets.push(socket));
  const port = await listen(server);
  return {
    url: `https://127.0.0.1:${port}`,
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

async function listen(server: net.Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
