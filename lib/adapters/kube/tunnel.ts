import { once } from 'node:events';
import * as http from 'node:http';
import * as https from 'node:https';
import * as net from 'node:net';
import { Duplex } from 'node:stream';
import * as tls from 'node:tls';
import { socksConnect } from './socks.ts';

export interface TunnelTarget {
  readonly host: string;
  readonly port: number;
}

/**
 * A stream to `target` by way of a proxy: CONNECT for `http` and `https`, SOCKS5 for `socks5`, with the name and password
 * of the URL. It can be written to at once; an error names the proxy, without its password.
 *
 * Source: KubeFed 0.7, `spec.proxyURL`, used as the proxy of Go's HTTP transport; RFC 9110, 9.3.6
 */
export function openTunnel(proxyUrl: string, target: TunnelTarget): Duplex {
  const proxy = new URL(proxyUrl);
  const stop = new AbortController();
  const opening = open(proxy, target, stop.signal).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`proxy ${proxy.protocol}//${proxy.host}: ${reason}`, { cause: undefined });
  });
  let far: Duplex | undefined;
  const near = new Duplex({
    read: () => {
      far?.resume();
    },
    write: (chunk, _, done) => {
      opening.then((socket) => socket.write(chunk, done), done);
    },
    final: (done) => {
      opening.then((socket) => socket.end(() => done()), done);
    },
    destroy: (error, done) => {
      stop.abort();
      opening.then(
        (socket) => socket.destroy(),
        () => undefined,
      );
      done(error);
    },
  });
  opening.then(
    (socket) => {
      far = socket;
      passOn(socket, near);
    },
    (error: Error) => near.destroy(error),
  );
  return near;
}

function passOn(far: Duplex, near: Duplex): void {
  let ended = false;
  far.on('data', (chunk: Buffer) => {
    if (!near.push(chunk)) far.pause();
  });
  far.once('end', () => {
    ended = true;
    near.push(null);
  });
  far.on('error', (error) => near.destroy(error));
  far.once('close', () => {
    if (!ended) near.destroy();
  });
}

async function open(proxy: URL, target: TunnelTarget, signal: AbortSignal): Promise<Duplex> {
  switch (proxy.protocol) {
    case 'http:':
    case 'https:':
      return await httpConnect(proxy, target, signal);
    case 'socks5:': {
      const socket = net.connect({ host: hostOf(proxy), port: Number(proxy.port || 1080), signal });
      await once(socket, 'connect');
      await socksConnect(socket, target, credentialsOf(proxy));
      return socket;
    }
    default:
      throw new Error('not supported; use http, https or socks5');
  }
}

function httpConnect(proxy: URL, target: TunnelTarget, signal: AbortSignal): Promise<Duplex> {
  const authority = `${target.host.includes(':') ? `[${target.host}]` : target.host}:${target.port}`;
  const credentials = credentialsOf(proxy);
  const basic = Buffer.from(`${credentials?.name}:${credentials?.password}`).toString('base64');
  const { request } = proxy.protocol === 'https:' ? https : http;
  const asked = request({
    method: 'CONNECT',
    host: hostOf(proxy),
    port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
    path: authority,
    headers: {
      host: authority,
      ...(credentials === undefined ? {} : { 'proxy-authorization': `Basic ${basic}` }),
    },
    agent: false,
    signal,
  });
  return new Promise((resolve, reject) => {
    asked.once('connect', (answer, socket, head) => {
      if (answer.statusCode === 200) {
        if (head.length > 0) socket.unshift(head);
        resolve(socket);
        return;
      }
      socket.destroy();
      reject(new Error(`CONNECT ${authority}: ${answer.statusCode} ${answer.statusMessage}`));
    });
    asked.once('error', reject);
    asked.end();
  });
}

function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

function credentialsOf(proxy: URL): { name: string; password: string } | undefined {
  if (proxy.username === '') return undefined;
  return {
    name: decodeURIComponent(proxy.username),
    password: decodeURIComponent(proxy.password),
  };
}

/** TLS to the API server inside the tunnel, as `http2.connect` does it without one. */
export function tlsThrough(tunnel: Duplex, host: string, options: tls.ConnectionOptions) {
  return tls.connect({
    ...options,
    socket: tunnel,
    host,
    ...(net.isIP(host) ? {} : { servername: host }),
    ALPNProtocols: ['h2'],
  });
}
