import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { TunnelTarget } from './tunnel.ts';

const VERSION = 5;
const NO_LOGIN = 0;
const LOGIN = 2;
const BY_NAME = 3;
const ADDRESS_BYTES: Readonly<Record<number, number>> = { 1: 4, 4: 16 };
const REFUSALS: Readonly<Record<number, string>> = {
  2: 'not allowed',
  3: 'network unreachable',
  4: 'host unreachable',
  5: 'connection refused',
};

/**
 * Asks a SOCKS5 proxy for a connection; the proxy resolves the name. Afterwards the socket leads to the target.
 *
 * @throws when the proxy refuses, or the connection ends
 * Source: RFC 1928 and 1929
 */
export async function socksConnect(
  socket: Socket,
  { host, port }: TunnelTarget,
  login?: { readonly name: string; readonly password: string },
): Promise<void> {
  socket.write(Buffer.from([VERSION, 1, login === undefined ? NO_LOGIN : LOGIN]));
  const [, method] = await take(socket, 2);
  if (method === LOGIN && login !== undefined) {
    socket.write(Buffer.concat([Buffer.from([1]), sized(login.name), sized(login.password)]));
    const [, verdict] = await take(socket, 2);
    if (verdict !== 0) throw new Error('name or password refused');
  } else if (method !== NO_LOGIN) {
    throw new Error('asks for another way to log in');
  }
  const portBytes = Buffer.from([port >> 8, port & 0xff]);
  socket.write(Buffer.concat([Buffer.from([VERSION, 1, 0, BY_NAME]), sized(host), portBytes]));
  const [, reply = 1, , addressType = 1] = await take(socket, 4);
  if (reply !== 0) throw new Error(`${host}:${port}: ${REFUSALS[reply] ?? `refused (${reply})`}`);
  const addressBytes = ADDRESS_BYTES[addressType] ?? (await take(socket, 1))[0] ?? 0;
  await take(socket, addressBytes + 2);
}

function sized(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

async function take(socket: Socket, bytes: number): Promise<Buffer> {
  for (;;) {
    const chunk: unknown = socket.read(bytes);
    if (Buffer.isBuffer(chunk) && chunk.length === bytes) return chunk;
    if (socket.readableEnded || socket.destroyed) throw new Error('the proxy hung up');
    const stop = new AbortController();
    const { signal } = stop;
    try {
      await Promise.race([once(socket, 'readable', { signal }), once(socket, 'close', { signal })]);
    } finally {
      stop.abort();
    }
  }
}
