import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { type Firewall, startFirewall } from './firewall.ts';

const server = createServer((_, response) => response.end('well'));
let firewall: Firewall | undefined;

afterEach(async () => {
  await firewall?.stop();
  server.close();
});

describe('startFirewall', () => {
  it('lets everything through, refuses everything, and lets it through again', async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    firewall = await startFirewall(`https://127.0.0.1:${port}`);
    const url = firewall.url.replace('https', 'http');
    const ask = () => fetch(url).then((answer) => answer.text(), refusal);

    expect(await ask()).toBe('well');
    await firewall.refuse();
    expect(await ask()).toMatch(/ECONNREFUSED/);
    await firewall.open();
    expect(await ask()).toBe('well');
  });
});

function refusal(error: unknown): string {
  return error instanceof Error ? String(error.cause) : String(error);
}
