import { once } from 'node:events';
import * as http from 'node:http';
import * as net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { openConnection } from '../../../lib/adapters/kube/connection.ts';
import { createCertificateAuthority } from '../../environment/certificates.ts';
import { startHttp2Server } from './http2-server.ts';

const GET = { method: 'GET', path: '/', timeoutMs: 5000 } as const;
const authority = createCertificateAuthority('member');
const certificate = authority.issue('server', { addresses: ['127.0.0.1'], dnsNames: [] });

const stops: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function serve() {
  const server = await startHttp2Server(({ stream }) => {
    stream.respond({ ':status': 200 });
    stream.end('x'.repeat(300_000));
  }, certificate);
  stops.push(server.stop);
  return server;
}

async function listen(server: net.Server): Promise<number> {
  const sockets = new Set<net.Socket>();
  server.on('connection', (socket: net.Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** A proxy that knows CONNECT, and demands a password where one is given. */
async function startHttpProxy(password?: string) {
  const asked: string[] = [];
  const server = http.createServer();
  server.on('connect', (request: http.IncomingMessage, near: net.Socket) => {
    asked.push(request.url ?? '');
    const expected = `Basic ${Buffer.from(`joe:${password}`).toString('base64')}`;
    if (password !== undefined && request.headers['proxy-authorization'] !== expected) {
      near.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const far = net.connect(Number(request.url?.split(':').at(-1)), '127.0.0.1', () => {
      near.write('HTTP/1.1 200 OK\r\n\r\n');
      near.pipe(far).pipe(near);
    });
    far.on('error', () => near.destroy());
  });
  return { port: await listen(server), asked };
}

/** Speaks just enough of SOCKS5. Source: RFC 1928 and 1929 */
async function startSocksProxy(options: { login?: string; reply?: number } = {}) {
  const asked: string[] = [];
  const server = net.createServer(async (near) => {
    const next = async (): Promise<Buffer> => (await once(near, 'data'))[0];
    await next();
    near.write(Buffer.from([5, options.login === undefined ? 0 : 2]));
    if (options.login !== undefined) {
      const right = (await next()).toString().endsWith(options.login);
      near.write(Buffer.from([1, right ? 0 : 1]));
    }
    const request = await next();
    const host = request.subarray(5, -2).toString();
    asked.push(`${host}:${request.readUInt16BE(request.length - 2)}`);
    near.write(Buffer.from([5, options.reply ?? 0, 0, 1, 0, 0, 0, 0, 0, 0]));
    const far = net.connect(request.readUInt16BE(request.length - 2), '127.0.0.1');
    far.on('error', () => near.destroy());
    near.pipe(far).pipe(near);
  });
  return { port: await listen(server), asked };
}

function through(proxyUrl: string, url: string) {
  const ca = authority.certificatePem;
  const connection = openConnection({ url, ca, authorization: () => 'Bearer t', proxyUrl });
  stops.push(connection.close);
  return connection.request(GET);
}

describe('openTunnel', () => {
  it('leads to the API server by CONNECT, under its own certificate', async () => {
    const server = await serve();
    const proxy = await startHttpProxy();

    const answer = await through(`http://127.0.0.1:${proxy.port}`, server.url);
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.body).toHaveLength(300_000);
    expect(proxy.asked).toEqual([new URL(server.url).host]);
  });

  it('logs in to the proxy with name and password of the URL', async () => {
    const server = await serve();
    const { port } = await startHttpProxy('p@ss');

    expect(await through(`http://joe:p%40ss@127.0.0.1:${port}`, server.url)).toMatchObject({
      status: 200,
    });
  });

  it('leads there by SOCKS5, with a login too', async () => {
    const server = await serve();
    const open = await startSocksProxy();
    const guarded = await startSocksProxy({ login: 'secret' });

    expect(await through(`socks5://127.0.0.1:${open.port}`, server.url)).toMatchObject({
      status: 200,
    });
    const url = `socks5://joe:secret@127.0.0.1:${guarded.port}`;
    expect((await through(url, server.url)).body).toHaveLength(300_000);
    expect(guarded.asked).toEqual([new URL(server.url).host]);
  });

  it('tells what the proxy said, without the password', async () => {
    const server = await serve();
    const web = await startHttpProxy('right');
    const login = await startSocksProxy({ login: 'right' });
    const full = await startSocksProxy({ reply: 5 });

    const refused = (url: string) =>
      through(url, server.url).catch((error: Error) => causes(error));
    expect(await refused(`http://joe:wrong@127.0.0.1:${web.port}`)).toMatch(
      `proxy http://127.0.0.1:${web.port}: CONNECT ${new URL(server.url).host}: 407`,
    );
    expect(await refused(`socks5://joe:wrong@127.0.0.1:${login.port}`)).toMatch(
      'name or password refused',
    );
    expect(await refused(`socks5://127.0.0.1:${full.port}`)).toMatch('connection refused');
    expect(await refused('ftp://127.0.0.1')).toMatch('use http, https or socks5');
  });

  it('tells that the proxy is not there', async () => {
    const server = await serve();

    const told = await through('http://127.0.0.1:1', server.url).catch((error: Error) =>
      causes(error),
    );
    expect(told).toMatch(/proxy http:\/\/127\.0\.0\.1:1: .*ECONNREFUSED/);
  });
});

function causes(error: Error): string {
  return error.cause instanceof Error ? `${error.message}: ${causes(error.cause)}` : error.message;
}
