import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../lib/model/json.ts';
import { dualstack, east, member, plan, spec, west } from '../../core/dns-records/facts.ts';
import { aliasTo, endpoint, ZONE, zoneHost } from '../zones.ts';

const zones = (...names: string[]) => ({ zones: names });
const asJson = (endpoints: readonly object[]) => endpoints.map((each): JsonObject => ({ ...each }));
const short = (line: string) =>
  line.replaceAll('web.shop.prod.svc', 'P').replaceAll('.example.com', '');

async function zoneOf(planned: { endpoints: readonly object[] }) {
  const host = zoneHost();
  host.put('service-web', asJson(planned.endpoints));
  await host.pass();
  const lines = host.shown().map(short).sort();
  const problems = host.problems('service-web');
  await host.delete('service-web');
  await host.pass();
  return { lines: lines.filter((each) => !each.includes(' TXT ')), problems, left: host.shown() };
}

describe('the records of a zone', () => {
  it.each([
    {
      what: "KubeFed's table of a healthy and an unhealthy cluster",
      planned: plan(spec({ dnsPrefix: 'www', zoneRecords: true }), [
        member('a', 'us-east-1', '192.0.2.1', zones('us-east-1a', 'us-east-1b')),
        member('b', 'eu-west-1', undefined, zones('eu-west-1a')),
      ]),
      expected: [
        'P A us-east-1 192.0.2.1',
        'P.eu-west-1 CNAME - P',
        'P.eu-west-1a.eu-west-1 CNAME - P.eu-west-1',
        'P.us-east-1 A - 192.0.2.1',
        'P.us-east-1a.us-east-1 A - 192.0.2.1',
        'P.us-east-1b.us-east-1 A - 192.0.2.1',
        'www CNAME - P',
      ],
    },
    {
      what: 'two clusters of one Region',
      planned: plan(spec(), [member('a', 'us-east-1', east(1)), member('b', 'us-east-1', east(2))]),
      expected: [
        'P A us-east-1 → P.us-east-1',
        'P.us-east-1 A a → east-1.us-east-1.elb.amazonaws.com',
        'P.us-east-1 A b → east-2.us-east-1.elb.amazonaws.com',
      ],
    },
    {
      what: 'a load balancer with IPv6',
      planned: plan(spec(), [member('b', 'eu-west-1', west())], { known: { [west()]: dualstack } }),
      expected: [
        'P A eu-west-1 → west-1.elb.eu-west-1.amazonaws.com',
        'P AAAA eu-west-1 → west-1.elb.eu-west-1.amazonaws.com',
        'P.eu-west-1 A - → west-1.elb.eu-west-1.amazonaws.com',
        'P.eu-west-1 AAAA - → west-1.elb.eu-west-1.amazonaws.com',
      ],
    },
    {
      what: 'three Regions, one of them empty',
      planned: plan(spec(), [
        member('a', 'us-east-1', '192.0.2.1'),
        member('b', 'eu-west-1', '192.0.2.2'),
        member('c', 'sa-east-1'),
      ]),
      expected: [
        'P A eu-west-1 192.0.2.2',
        'P A us-east-1 192.0.2.1',
        'P.eu-west-1 A - 192.0.2.2',
        'P.sa-east-1 CNAME - P',
        'P.us-east-1 A - 192.0.2.1',
      ],
    },
    {
      what: 'an external name',
      planned: plan(spec({ externalName: 'api' }), [member('a', 'us-east-1', '192.0.2.1')]),
      expected: [
        'api.shop.prod.svc A us-east-1 192.0.2.1',
        'api.shop.prod.svc.us-east-1 A - 192.0.2.1',
      ],
    },
    {
      what: 'a failover of load balancers',
      planned: plan(spec({ routing: 'failover', failoverOrder: ['b', 'a'] }), [
        member('a', 'us-east-1', east()),
        member('b', 'eu-west-1', west()),
      ]),
      expected: [
        'P A a → east-1.us-east-1.elb.amazonaws.com',
        'P A b → west-1.elb.eu-west-1.amazonaws.com',
        'P.eu-west-1 A - → west-1.elb.eu-west-1.amazonaws.com',
        'P.us-east-1 A - → east-1.us-east-1.elb.amazonaws.com',
      ],
    },
  ])('are those of $what, and go without a trace', async ({ planned, expected }) => {
    const { lines, problems, left } = await zoneOf(planned);
    expect(lines).toEqual(expected);
    expect(problems).toBeUndefined();
    expect(left).toEqual([]);
  });

  it('belong to the oldest object that asks for them', async () => {
    const host = zoneHost();
    const at = (creationTimestamp: string) => ({ creationTimestamp });
    host.put('service-b', [endpoint('web', ['192.0.2.1'])], at('2026-01-01T00:00:00Z'));
    host.put('service-a', [endpoint('web', ['192.0.2.2'])], at('2026-01-02T00:00:00Z'));
    await host.pass();
    expect(host.shown()).toContain('web.example.com A - 192.0.2.1');
    expect(host.problems('service-a')).toMatchObject([
      { reason: 'NameTaken', message: expect.stringContaining('shop/service-b') },
    ]);
    await host.delete('service-b');
    await host.pass();
    expect(host.shown()).toContain('web.example.com A - 192.0.2.2');
    expect(host.problems('service-a')).toBeUndefined();
  });

  it('go to the zone that fits best, or to those that the object names', async () => {
    const inner = { id: 'Z2', name: 'eu.example.com' };
    const host = zoneHost({ zones: [ZONE, inner] });
    const pass = async () => {
      for (const zone of [ZONE.id, inner.id]) await host.pass({ zone });
    };
    host.put('service-web', [endpoint('web.eu', ['192.0.2.1'])]);
    await pass();
    expect([host.shown(ZONE.id).length, host.shown(inner.id).length]).toEqual([0, 2]);
    host.put('service-web', [endpoint('web.eu', ['192.0.2.1'])], {
      annotations: { 'kubefed.io/hosted-zones': ZONE.id },
    });
    await pass();
    expect([host.shown(ZONE.id).length, host.shown(inner.id).length]).toEqual([2, 0]);
  });

  it('are in no zone when none fits, and the object says so once', async () => {
    const host = zoneHost();
    host.put('service-web', [{ ...endpoint('web', ['192.0.2.1']), dnsName: 'web.example.org' }]);
    await host.pass();
    expect(host.problems('service-web')).toMatchObject([
      { reason: 'NoZone', message: expect.stringContaining('example.com (Z1EXAMPLE)') },
    ]);
    expect(host.zones.calls).toEqual([]);
  });

  it('may be at the name of the zone itself, beside what others have there', async () => {
    const host = zoneHost();
    host.zones.put(ZONE.id, {
      name: 'example.com',
      type: 'TXT',
      ttlSeconds: 60,
      values: ['"v=spf1"'],
    });
    host.put('ingress-web', [{ ...endpoint('x', ['192.0.2.1']), dnsName: 'example.com' }]);
    await host.pass();
    expect(host.shown()).toEqual([
      'a-_apex.example.com TXT - owner',
      'example.com A - 192.0.2.1',
      'example.com TXT - owner',
    ]);
    await host.delete('ingress-web');
    await host.pass();
    expect(host.shown()).toHaveLength(1);
  });
});

describe('a burst of 1,000 Services', () => {
  it('is as many requests as its characters fill, and not one to list', async () => {
    const host = zoneHost();
    for (let i = 0; i < 1_000; i += 1) {
      const name = `service-${i}`;
      const regional = (region: string) =>
        aliasTo(`${i}.${region}.elb.amazonaws.com`, region, `s${i}.example.com`);
      host.put(name, [regional('us-east-1'), regional('eu-west-1')]);
    }
    // The watch sends one message per change; they come ten at a time.
    const batch = Array.from({ length: 10 }, (_, i) => ({
      ...{ v: 1, kind: 'zone', zone: ZONE.id, seenAtMs: 0 },
      resourceVersion: String(i + 1),
    })) as Parameters<typeof host.passBatch>[0];
    await host.passBatch(batch);
    expect(host.shown()).toHaveLength(4_000);
    expect(host.zones.calls.every((call) => call.startsWith('change'))).toBe(true);
    expect(host.zones.calls).toHaveLength(6);
    await host.passBatch(batch);
    expect(host.zones.calls).toHaveLength(6);
  }, 60_000);
});
