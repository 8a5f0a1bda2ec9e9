import { describe, expect, it } from 'vitest';
import { dnsExitCode, dnsView } from '../../../lib/cli/dns/dns-view.ts';
import type { JsonObject } from '../../../lib/model/json.ts';
import { CONFLICT, endpoint, IN_ZONE, record } from './dns-objects.ts';

const view = (endpoints: JsonObject[], services = [record()], name?: string) =>
  dnsView({ records: { service: services, ingress: [] }, endpoints }, name);

describe('dnsView', () => {
  it('leads names to clusters, by addresses and through other names', () => {
    const [web] = view([endpoint()]).records;

    expect(web?.names.map((each) => [each.dnsName, each.routing, each.clusters])).toEqual([
      ['web.shop.prod.svc.example.com', 'latency us-east-1', ['east']],
      ['web.shop.prod.svc.example.com', 'latency eu-west-1', ['west']],
      ['web.shop.prod.svc.us-east-1.example.com', undefined, ['east']],
      ['web.shop.prod.svc.eu-north-1.example.com', undefined, ['east', 'west']],
    ]);
    expect(web?.names[0]?.targets).toEqual(['web.shop.prod.svc.us-east-1.example.com']);
  });

  it('says of each cluster what it has, or why not', () => {
    const [web] = view([endpoint()]).records;

    expect(web?.clusters).toEqual([
      { cluster: 'east', region: 'us-east-1', addresses: ['east-1.us-east-1.elb.amazonaws.com'] },
      {
        ...{ cluster: 'north', region: 'eu-north-1', addresses: [], reason: 'NoAddress' },
        message: 'Service shop/web has no address yet.',
      },
      { cluster: 'west', region: 'eu-west-1', addresses: ['192.0.2.1'] },
    ]);
    expect(web?.zones).toEqual([{ zoneId: 'Z1', records: 4 }]);
  });

  it.each<[string, JsonObject, string, 0 | 2]>([
    ['InZone', IN_ZONE, 'InZone', 0],
    ['Pending before anybody has seen it', {}, 'Pending', 2],
    ['Pending when an older one was seen', { ...IN_ZONE, observedGeneration: 1 }, 'Pending', 2],
    ['Elsewhere when only external-dns has seen it', { observedGeneration: 2 }, 'Elsewhere', 0],
    ['the problem of the name', CONFLICT, 'Conflict', 2],
    [
      'the problem of the zone',
      { zones: { Z1: { records: 0, problems: [{ dnsName: '*', reason: 'ZoneProblem' }] } } },
      ...(['ZoneProblem', 2] as const),
    ],
  ])('calls a name %s', (_, status, state, exitCode) => {
    const seen = view([endpoint(status)]);

    expect(seen.records[0]?.names[0]?.state).toBe(state);
    expect(dnsExitCode(seen)).toBe(exitCode);
  });

  it('keeps the problem of one name from the others', () => {
    const states = view([endpoint(CONFLICT)]).records[0]?.names.map(({ state }) => state);

    expect(states).toEqual(['Conflict', 'Conflict', 'InZone', 'InZone']);
  });

  it('shows a record without names, which is not whole', () => {
    const seen = view([], [record({ dns: [], message: 'Domain prod does not exist.' })]);

    expect(seen.records).toMatchObject([{ names: [], message: 'Domain prod does not exist.' }]);
    expect(dnsExitCode(seen)).toBe(2);
  });

  it('shows a DNSEndpoint that no record has made by itself', () => {
    const seen = view([endpoint(), endpoint(IN_ZONE, { name: 'own' })]);

    expect(seen.records.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'DNSEndpoint own',
      'ServiceDNSRecord web',
    ]);
    expect(seen.records[0]?.names[0]?.clusters).toEqual([]);
  });

  it('ends where names lead in a circle', () => {
    const circle = endpoint();
    const names = ['a.example.com', 'b.example.com'];
    const endpoints = names.map((dnsName, i) => ({
      ...{ dnsName, recordType: 'CNAME', targets: [names[1 - i] ?? ''] },
    }));
    const [web] = view([{ ...circle, spec: { endpoints } }]).records;

    expect(web?.names.map(({ clusters }) => clusters)).toEqual([[], []]);
  });

  it('says of a type that is never written what it is, and that it is not there', () => {
    const mx = { ...endpoint({ observedGeneration: 2 }), spec: { endpoints: [{ dnsName: 'm' }] } };

    expect(view([mx]).records[0]?.names).toMatchObject([{ dnsName: 'm', type: '', targets: [] }]);
  });

  it('shows what has the name, and nothing else', () => {
    expect(view([endpoint()], [record()], 'web').records).toHaveLength(1);
    expect(view([endpoint()], [record()], 'service-web').records).toEqual([]);
  });
});
