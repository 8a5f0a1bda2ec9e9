import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../lib/adapters/kube/connection.ts';
import { clockedConnection } from '../../../lib/adapters/kube/server-clock.ts';

const GET = { method: 'GET', path: '/', timeoutMs: 1000 } as const;
const DATE = 'Thu, 01 Jan 2026 00:00:30 GMT';
const SENT_MS = Date.parse('2026-01-01T00:00:00Z');

/** Its answers take a second; each next one bears the next date. */
function setUp(...dates: (string | undefined)[]) {
  let nowMs = SENT_MS;
  const inner: Connection = {
    async request() {
      nowMs += 1000;
      const date = dates.shift();
      return { status: 200, body: 'ok', ...(date === undefined ? {} : { date }) };
    },
    stream: () => Promise.reject(new Error('not used')),
    close: () => undefined,
  };
  return clockedConnection(inner, () => nowMs);
}

describe('clockedConnection', () => {
  it('knows nothing before the first answer, and then how far the server is ahead', async () => {
    const connection = setUp(DATE);
    expect(connection.skewSeconds()).toBeUndefined();

    expect(await connection.request(GET)).toMatchObject({ status: 200, body: 'ok' });
    expect(connection.skewSeconds()).toBe(30);
  });

  it('goes by the first answer that has a date', async () => {
    const connection = setUp(undefined, 'nonsense', DATE, 'Thu, 01 Jan 2026 00:10:00 GMT');
    for (let i = 0; i < 2; i++) await connection.request(GET);
    expect(connection.skewSeconds()).toBeUndefined();
    for (let i = 0; i < 2; i++) await connection.request(GET);

    expect(connection.skewSeconds()).toBe(28);
  });
});
