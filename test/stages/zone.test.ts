import { describe, expect, it } from 'vitest';
import { CONFIG_MAPS } from '../../lib/model/resources.ts';
import { aliasTo, endpoint, ZONE, zoneHost } from './zones.ts';

const DONE = { done: true };

describe('zoneStage', () => {
  it('writes the records of a DNSEndpoint, each with its owner, and says so', async () => {
    const host = zoneHost();
    host.put('service-web', [endpoint('web', ['192.0.2.1'])]);
    expect(await host.pass()).toEqual(DONE);
    expect(host.shown()).toEqual([
      'a-web.example.com TXT - owner',
      'web.example.com A - 192.0.2.1',
    ]);
    expect(host.zones.calls).toEqual(['change 2']);
    expect(host.status('service-web')).toEqual({
      observedGeneration: 1,
      zones: { [ZONE.id]: { records: 1 } },
    });
  });

  it('takes them away when the DNSEndpoint has gone, whoever the worker is', async () => {
    const host = zoneHost();
    host.put('service-web', [endpoint('web', ['192.0.2.1'])]);
    await host.pass();
    await host.delete('service-web');
    host.restart();
    expect(await host.pass()).toEqual(DONE);
    expect(host.shown()).toEqual([]);
    expect(host.zones.calls).toEqual(['change 2', 'change 2']);
  });

  it('calls Route 53 only where something differs', async () => {
    const host = zoneHost();
    host.put('service-web', [endpoint('web', ['192.0.2.1'])]);
    await host.pass();
    host.restart();
    const before = host.host.list(CONFIG_MAPS, {});
    await host.pass();
    expect(host.zones.calls).toHaveLength(1);
    expect(await host.host.list(CONFIG_MAPS, {})).toEqual(await before);
    host.put('service-web', [endpoint('web', ['192.0.2.2'])]);
    await host.pass();
    expect(host.zones.calls).toEqual(['change 2', 'change 1']);
    expect(host.shown()).toContain('web.example.com A - 192.0.2.2');
  });

  it('writes latency aliases, and one Region less when it is gone', async () => {
    const host = zoneHost();
    const east = aliasTo('east.elb.amazonaws.com', 'us-east-1', 'web.example.com');
    const west = aliasTo('west.elb.amazonaws.com', 'eu-west-1', 'web.example.com');
    host.put('service-web', [east, west]);
    await host.pass();
    expect(host.shown()).toEqual([
      'cname-web.example.com TXT eu-west-1 owner',
      'cname-web.example.com TXT us-east-1 owner',
      'web.example.com A eu-west-1 → west.elb.amazonaws.com',
      'web.example.com A us-east-1 → east.elb.amazonaws.com',
    ]);
    host.put('service-web', [west]);
    await host.pass();
    expect(host.shown()).toEqual([
      'cname-web.example.com TXT eu-west-1 owner',
      'web.example.com A eu-west-1 → west.elb.amazonaws.com',
    ]);
    expect(host.zones.calls).toEqual(['change 4', 'change 2']);
  });

  it('does nothing for a change that an earlier pass has seen', async () => {
    const host = zoneHost();
    host.put('service-web', [endpoint('web', ['192.0.2.1'])]);
    await host.pass({ resourceVersion: '1' });
    await host.delete('service-web');
    expect(await host.pass({ resourceVersion: '1' })).toEqual(DONE);
    expect(host.shown()).toHaveLength(2);
    await host.pass({ resourceVersion: '1000' });
    expect(host.shown()).toEqual([]);
  });
});
