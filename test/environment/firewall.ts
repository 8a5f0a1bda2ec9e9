import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Lies before a server, lets everything through, and refuses everything on demand. */
export interface Firewall {
  readonly url: string;
  /** Resets what is connected and refuses what comes: the server behind it lives on and hears nothing. */
  refuse(): Promise<void>;
  /** Lets everything through again, on the same port. */
  open(): Promise<void>;
  stop(): Promise<void>;
}

/** @param behind `https://<address>:<port>`; the firewall listens on the same address, so certificates hold */
export async function startFirewall(behind: string): Promise<Firewall> {
  const { hostname, port } = new URL(behind);
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    // Whoever is cut off says so to both sides: a reset is no event of its own.
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  };
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const socket of [near, far]) keep(socket);
    near.pipe(far).pipe(near);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  let own = 0;
  const open = async (): Promise<void> => {
    server.listen(own, hostname);
    await once(server, 'listening');
    own = addressOf(server.address()).port;
  };
  const refuse = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.resetAndDestroy();
    await closed;
  };
  await open();
  return {
    url: `https://${hostname}:${own}`,
    refuse,
    open,
    stop: async () => {
      if (server.listening) await refuse();
    },
  };
}

function addressOf(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new Error('not listening on TCP');
  return address;
}
