import { Route53Client } from '@aws-sdk/client-route-53';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { route53Zones } from '../../../lib/adapters/route53/hosted-zones.ts';
import type { RecordSet } from '../../../lib/model/record-set.ts';
import { memoryZones } from '../../route53/memory-zones.ts';
import { type ApiServer, startApiServer } from './api-server.ts';
import { route53Route } from './route53.ts';

const ZONE = { id: 'Z1', name: 'example.com' };
const memory = memoryZones([ZONE]);
let server: ApiServer;
let client: Route53Client;

beforeAll(async () => {
  server = await startApiServer(0, [route53Route(memory)]);
  client = new Route53Client({
    region: 'us-east-1',
    endpoint: server.url,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  });
});
afterAll(async () => {
  client.destroy();
  await server.stop();
});

const SETS: RecordSet[] = [
  {
    ...{ name: 'a-web.example.com', type: 'TXT', ttlSeconds: 300 },
    values: ['"heritage=external-dns,external-dns/owner=<us>&co"'],
  },
  {
    ...{ name: 'web.example.com', type: 'A', values: [] },
    setIdentifier: 'us-east-1',
    routing: { kind: 'latency', region: 'us-east-1' },
    alias: { hostedZoneId: 'ZELB', name: 'lb.amazonaws.com', evaluateTargetHealth: true },
  },
];

describe('route53Route', () => {
  it('takes what the SDK writes and gives back what it reads', async () => {
    const zones = route53Zones(() => client);
    expect(await zones.describe('Z1')).toEqual({ ok: true, value: ZONE });
    const changes = SETS.map((set) => ({ action: 'CREATE', set }) as const);
    expect(await zones.change('Z1', changes)).toEqual({ ok: true, value: undefined });
    expect(memory.sets('Z1')).toEqual(SETS);
    expect(await zones.list('Z1')).toEqual({ ok: true, value: SETS });
    expect(await zones.list('Z1', 'web.example.com')).toEqual({ ok: true, value: SETS.slice(1) });
  });

  it('refuses in the words of Route 53', async () => {
    const zones = route53Zones(() => client);
    const [set] = SETS;
    if (set === undefined) throw new Error('no set');
    expect(await zones.change('Z1', [{ action: 'CREATE', set }])).toEqual({
      ok: false,
      error: {
        kind: 'Refused',
        messages: [
          "[Tried to create resource record set [name='a-web.example.com.', type='TXT'] but it already exists]",
        ],
      },
    });
    expect(await zones.describe('Z2')).toMatchObject({ ok: false, error: { kind: 'NoSuchZone' } });
  });
});
