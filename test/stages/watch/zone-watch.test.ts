import { describe, expect, it } from 'vitest';
import { DNS_ENDPOINTS } from '../../../lib/model/dns-record.ts';
import type { JsonObject } from '../../../lib/model/json.ts';
import type { ZonePass } from '../../../lib/model/messages.ts';
import { federationWatch } from '../../../lib/stages/watch/federation-watch.ts';
import { keptQueue, SHOP } from '../federation.ts';
import { recordFederation } from '../records.ts';

const KEY = { namespace: SHOP, name: 'service-web' };
const endpoints = (target: string): JsonObject => ({
  spec: { endpoints: [{ dnsName: 'web.example.com', recordType: 'A', targets: [target] }] },
});

async function watched() {
  const federation = recordFederation();
  federation.host.seed(DNS_ENDPOINTS, { metadata: KEY, ...endpoints('192.0.2.1') });
  const queue = keptQueue<ZonePass>();
  const ports = { ...federation.ports, zones: { queue, ids: ['Z1', 'Z2'] } };
  const watch = federationWatch(ports, {});
  await federation.clock.advance(5_000);
  const first = queue.take();
  const told = async () => {
    await federation.clock.advance(1_000);
    return queue.take();
  };
  return { federation, watch, first, told };
}

describe('zoneWatch', () => {
  it('tells of every zone at its start, without a version', async () => {
    const { watch, first } = await watched();
    expect(first.map(({ zone }) => zone)).toEqual(['Z1', 'Z2']);
    expect(first.every(({ resourceVersion }) => resourceVersion === undefined)).toBe(true);
    await watch.stop();
  });

  it.each<[string, JsonObject]>([
    ['the records', endpoints('192.0.2.2')],
    [
      'what it may take over',
      { metadata: { annotations: { 'kubefed.io/dns-take-over': 'true' } } },
    ],
    ['its zones', { metadata: { annotations: { 'kubefed.io/hosted-zones': 'Z2' } } }],
  ])('tells when %s of a DNSEndpoint change, with its version', async (_, patch) => {
    const { federation, watch, told } = await watched();
    await federation.host.patch(DNS_ENDPOINTS, KEY, patch);
    const { resourceVersion } = Object(federation.host.peek(DNS_ENDPOINTS, KEY)?.['metadata']);
    expect(await told()).toMatchObject([
      { kind: 'zone', zone: 'Z1', resourceVersion },
      { kind: 'zone', zone: 'Z2', resourceVersion },
    ]);
    await watch.stop();
  });

  it('tells when one has gone', async () => {
    const { federation, watch, told } = await watched();
    await federation.host.delete(DNS_ENDPOINTS, KEY);
    expect(await told()).toHaveLength(2);
    await watch.stop();
  });

  it('is silent when the zone has written the status', async () => {
    const { federation, watch, told } = await watched();
    const status = { observedGeneration: 1, zones: { Z1: { records: 1 } } };
    await federation.host.patch(DNS_ENDPOINTS, KEY, { status }, 'status');
    expect(await told()).toEqual([]);
    await watch.stop();
  });
});
