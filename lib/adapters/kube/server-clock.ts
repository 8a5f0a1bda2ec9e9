import type { Connection } from './connection.ts';

/** A connection that learns by the way how far the server's clock is ahead. */
export interface ClockedConnection extends Connection {
  /** @returns seconds, negative when the server is behind; right to a second or so; undefined before the first answer */
  skewSeconds(): number | undefined;
}

/**
 * Compares the Date header of the first answer with the time in the middle of its request. It costs no call.
 *
 * Source: RFC 9110, Date (whole seconds, cut off)
 */
export function clockedConnection(connection: Connection, nowMs: () => number): ClockedConnection {
  let skewMs: number | undefined;
  return {
    ...connection,
    async request(request) {
      const sentMs = nowMs();
      const response = await connection.request(request);
      const serverMs = Date.parse(response.date ?? '');
      if (skewMs === undefined && !Number.isNaN(serverMs)) {
        skewMs = serverMs + 500 - (sentMs + nowMs()) / 2;
      }
      return response;
    },
    skewSeconds: () => (skewMs === undefined ? undefined : Math.round(skewMs / 1000)),
  };
}
