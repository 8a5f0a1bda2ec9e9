import { describe, expect, it } from 'vitest';
import { planRecord } from '../../../lib/core/dns-records/plan-record.ts';
import type { JsonObject } from '../../../lib/model/json.ts';
import { dualstack, east, factsOf, lines, member, plan, spec, west } from './facts.ts';
import { refusals } from './route53-rules.ts';

const ingress = (fields: JsonObject) => spec(fields, 'ingress');
const zones = (...names: string[]) => ({ zones: names });

describe('planRecord', () => {
  it("makes KubeFed's records of a healthy and an unhealthy cluster", () => {
    const planned = plan(spec({ dnsPrefix: 'www', zoneRecords: true }), [
      member('a', 'us-east-1', '192.0.2.1', zones('us-east-1a', 'us-east-1b')),
      member('b', 'eu-west-1', undefined, zones('eu-west-1a')),
    ]);
    expect(lines(planned.endpoints)).toEqual([
      'P.eu-west-1 CNAME → P',
      'P.eu-west-1a.eu-west-1 CNAME → P.eu-west-1',
      'P A [us-east-1] region=us-east-1 → 192.0.2.1',
      'P.us-east-1 A → 192.0.2.1',
      'P.us-east-1a.us-east-1 A → 192.0.2.1',
      'P.us-east-1b.us-east-1 A → 192.0.2.1',
      'www CNAME → P',
    ]);
    expect(planned.endpoints.map(({ recordTTL }) => recordTTL)).toEqual(Array(7).fill(180));
  });

  it.each([
    {
      what: 'two load balancers in two Regions, one of them dualstack',
      record: spec(),
      clusters: [member('a', 'us-east-1', east()), member('b', 'eu-west-1', west())],
      known: { [west()]: dualstack },
      expected: [
        'P.eu-west-1 A zone=ZDUAL → west-1.elb.eu-west-1.amazonaws.com',
        'P.eu-west-1 AAAA zone=ZDUAL → west-1.elb.eu-west-1.amazonaws.com',
        'P A [eu-west-1] region=eu-west-1 zone=ZDUAL → west-1.elb.eu-west-1.amazonaws.com',
        'P A [us-east-1] region=us-east-1 zone=Zeast-1 → east-1.us-east-1.elb.amazonaws.com',
        'P AAAA [eu-west-1] region=eu-west-1 zone=ZDUAL → west-1.elb.eu-west-1.amazonaws.com',
        'P.us-east-1 A zone=Zeast-1 → east-1.us-east-1.elb.amazonaws.com',
      ],
    },
    {
      what: 'two clusters in one Region, with weights',
      record: spec({ weights: { a: 3 } }),
      clusters: [member('a', 'us-east-1', east(1)), member('b', 'us-east-1', east(2))],
      expected: [
        'P A [us-east-1] region=us-east-1 zone=same-zone → P.us-east-1',
        'P.us-east-1 A [a] zone=Zeast-1 weight=3 → east-1.us-east-1.elb.amazonaws.com',
        'P.us-east-1 A [b] zone=Zeast-2 weight=1 → east-2.us-east-1.elb.amazonaws.com',
      ],
    },
    {
      what: 'two clusters in one Region, one of them without an address',
      record: spec(),
      clusters: [member('a', 'us-east-1', east(1)), member('b', 'us-east-1')],
      expected: [
        'P A [us-east-1] region=us-east-1 zone=same-zone → P.us-east-1',
        'P.us-east-1 A [a] zone=Zeast-1 weight=1 → east-1.us-east-1.elb.amazonaws.com',
      ],
    },
    {
      what: 'three Regions, one of them empty',
      record: spec(),
      clusters: [
        member('a', 'us-east-1', '192.0.2.1'),
        member('b', 'eu-west-1', '192.0.2.2'),
        member('c', 'ap-south-1'),
      ],
      expected: [
        'P.ap-south-1 CNAME → P',
        'P.eu-west-1 A → 192.0.2.2',
        'P A [eu-west-1] region=eu-west-1 → 192.0.2.2',
        'P A [us-east-1] region=us-east-1 → 192.0.2.1',
        'P.us-east-1 A → 192.0.2.1',
      ],
    },
    {
      what: 'addresses of both families',
      record: spec(),
      clusters: [member('a', 'us-east-1', '2001:db8::1'), member('b', 'eu-west-1', '192.0.2.2')],
      expected: [
        'P.eu-west-1 A → 192.0.2.2',
        'P A [eu-west-1] region=eu-west-1 → 192.0.2.2',
        'P AAAA [us-east-1] region=us-east-1 → 2001:db8::1',
        'P.us-east-1 AAAA → 2001:db8::1',
      ],
    },
    {
      what: 'host names outside AWS, two of them in one Region',
      record: spec(),
      clusters: [
        member('a', 'us-east-1', 'a.lb.test'),
        member('b', 'us-east-1', 'b.lb.test'),
        member('c', 'eu-west-1', 'c.lb.test'),
      ],
      expected: [
        'P.eu-west-1 CNAME → c.lb.test',
        'P CNAME [eu-west-1] region=eu-west-1 → c.lb.test',
        'P CNAME [us-east-1] region=us-east-1 → P.us-east-1',
        'P.us-east-1 CNAME [a] weight=1 → a.lb.test',
        'P.us-east-1 CNAME [b] weight=1 → b.lb.test',
      ],
    },
    {
      what: 'a host name beside an address, which goes before',
      record: spec(),
      clusters: [member('a', 'us-east-1', 'a.lb.test'), member('b', 'eu-west-1', '192.0.2.2')],
      expected: [
        'P.eu-west-1 A → 192.0.2.2',
        'P A [eu-west-1] region=eu-west-1 → 192.0.2.2',
        'P.us-east-1 CNAME → a.lb.test',
      ],
    },
    {
      what: 'externalName and dnsPrefix',
      record: spec({ externalName: 'Portal', dnsPrefix: 'www' }),
      clusters: [member('a', 'us-east-1', '192.0.2.1')],
      expected: [
        'portal.shop.prod.svc A [us-east-1] region=us-east-1 → 192.0.2.1',
        'portal.shop.prod.svc.us-east-1 A → 192.0.2.1',
        'www CNAME → portal.shop.prod.svc',
      ],
    },
    {
      what: 'a cluster without Region, and one of a Region that Route 53 does not know',
      record: spec(),
      clusters: [
        member('a', undefined, '192.0.2.1'),
        member('b', 'cellar', '192.0.2.2'),
        member('c', 'us-east-1', '192.0.2.3'),
      ],
      expected: [
        'P.cellar A → 192.0.2.2',
        'P A [us-east-1] region=us-east-1 → 192.0.2.3',
        'P.us-east-1 A → 192.0.2.3',
      ],
    },
    {
      what: 'no cluster in a Region that Route 53 knows',
      record: spec(),
      clusters: [member('a', undefined, '192.0.2.1'), member('b', 'cellar', '192.0.2.2')],
      expected: [
        'P.cellar A → 192.0.2.2',
        'P A [a] weight=1 → 192.0.2.1',
        'P A [b] weight=1 → 192.0.2.2',
      ],
    },
    {
      what: 'no live cluster at all',
      record: spec({ dnsPrefix: 'www' }),
      clusters: [member('a', 'us-east-1')],
      expected: ['P.us-east-1 CNAME → P', 'www CNAME → P'],
    },
    {
      what: 'weights',
      record: spec({ routing: 'weighted', weights: { a: 0 } }),
      clusters: [member('a', undefined, '192.0.2.1'), member('b', 'us-east-1', east())],
      expected: [
        'P A [a] weight=0 → 192.0.2.1',
        'P A [b] zone=Zeast-1 weight=1 → east-1.us-east-1.elb.amazonaws.com',
        'P.us-east-1 A zone=Zeast-1 → east-1.us-east-1.elb.amazonaws.com',
      ],
    },
    {
      what: 'failover in a given order',
      record: ingress({ hosts: ['h.test'], routing: 'failover', failoverOrder: ['b', 'a'] }),
      clusters: [
        member('a', 'us-east-1', '192.0.2.1'),
        member('b', 'eu-west-1', west()),
        member('c', 'us-east-1', '192.0.2.3'),
      ],
      expected: [
        'h.test A [a] failover=SECONDARY → 192.0.2.1',
        'h.test A [b] failover=PRIMARY zone=Zwest-1 → west-1.elb.eu-west-1.amazonaws.com',
      ],
    },
    {
      what: 'failover from an address without a health check, which Route 53 refuses',
      record: ingress({ hosts: ['h.test'], routing: 'failover' }),
      clusters: [member('a', 'us-east-1', '192.0.2.1'), member('b', 'us-east-1', '192.0.2.2')],
      expected: ['h.test A → 192.0.2.1'],
    },
    {
      what: 'failover from an address with a health check',
      record: ingress({
        hosts: ['h.test'],
        routing: 'failover',
        healthCheck: { ids: { a: 'id' } },
      }),
      clusters: [member('a', 'us-east-1', '192.0.2.1'), member('b', 'us-east-1', '192.0.2.2')],
      expected: [
        'h.test A [a] failover=PRIMARY health-check-id=id → 192.0.2.1',
        'h.test A [b] failover=SECONDARY → 192.0.2.2',
      ],
    },
    {
      what: 'locations, and an answer for everybody else',
      record: ingress({
        hosts: ['h.test'],
        routing: 'geolocation',
        geolocations: [{ cluster: 'a', continent: 'EU' }],
      }),
      clusters: [member('a', 'eu-west-1', '192.0.2.1'), member('b', 'us-east-1', '192.0.2.2')],
      expected: [
        'h.test A [a] geolocation-continent-code=EU → 192.0.2.1',
        'h.test A [b/default] geolocation-country-code=* → 192.0.2.2',
      ],
    },
    {
      what: 'one location of two clusters, which the first one has',
      record: ingress({
        hosts: ['h.test'],
        routing: 'geolocation',
        geolocations: [
          { cluster: 'a', country: '*' },
          { cluster: 'b', country: '*' },
        ],
      }),
      clusters: [member('a', 'eu-west-1', '192.0.2.1'), member('b', 'us-east-1', '192.0.2.2')],
      expected: ['h.test A [a] geolocation-country-code=* → 192.0.2.1'],
    },
    {
      what: 'hosts of an Ingress, one of them a wildcard, and a Region with two clusters',
      record: ingress({ hosts: ['*.H.test', '*.h.test'] }),
      clusters: [member('a', 'us-east-1', east(1)), member('b', 'us-east-1', east(2))],
      expected: [
        '*.h.test A [us-east-1] region=us-east-1 zone=same-zone → us-east-1._wildcard.h.test',
        'us-east-1._wildcard.h.test A [a] zone=Zeast-1 weight=1 → east-1.us-east-1.elb.amazonaws.com',
        'us-east-1._wildcard.h.test A [b] zone=Zeast-2 weight=1 → east-2.us-east-1.elb.amazonaws.com',
      ],
    },
    {
      what: 'an accelerator, whose zone is the same everywhere',
      record: ingress({ hosts: ['h.test'], healthCheck: { evaluateTargetHealth: false } }),
      clusters: [member('a', 'us-east-1', 'a1234567890abcdef.awsglobalaccelerator.com')],
      expected: [
        'h.test A [us-east-1] region=us-east-1 zone=Z2BJ6XQ5FK7U4H → a1234567890abcdef.awsglobalaccelerator.com',
      ],
    },
  ])('makes records of $what', ({ record, clusters, known, expected }) => {
    const { endpoints } = plan(record, clusters, known === undefined ? {} : { known });
    expect(lines(endpoints)).toEqual(expected);
    expect(refusals(endpoints)).toEqual([]);
  });

  it('writes an alias as external-dns does', () => {
    const { endpoints } = plan(spec({ externalName: 'p' }), [member('a', 'us-east-1', east())]);
    expect(endpoints[0]).toEqual({
      dnsName: 'p.shop.prod.svc.example.com',
      recordType: 'A',
      targets: [east()],
      setIdentifier: 'us-east-1',
      labels: { serviceName: 'web' },
      providerSpecific: [
        { name: 'alias', value: 'true' },
        { name: 'aws/evaluate-target-health', value: 'true' },
        { name: 'aws/region', value: 'us-east-1' },
        { name: 'aws/target-hosted-zone', value: 'Zeast-1' },
      ],
    });
  });

  it('makes no endpoints without the Domain, and says so', () => {
    const planned = planRecord(spec(), {
      clusters: [member('a', 'us-east-1', east())],
      domainName: 'fed/prod',
      status: undefined,
      factsOf: factsOf(),
    });
    expect(planned.endpoints).toEqual([]);
    expect(planned.status).toEqual({
      message: 'Domain fed/prod does not exist: create it, or change spec.domainRef.',
    });
  });

  it.each([
    { prefix: 'web.shop.prod.svc', says: /^spec.dnsPrefix: .* is a name of this record already/ },
    { prefix: 'no spaces', says: /^no spaces.example.com is no name that DNS can have/ },
  ])('leaves out the prefix $prefix', ({ prefix, says }) => {
    const planned = plan(spec({ dnsPrefix: prefix }), [member('a', 'us-east-1', east())]);
    expect(planned.status['message']).toMatch(says);
    expect(planned.endpoints).toHaveLength(2);
  });

  it('says in the status what each cluster has, or why it has nothing', () => {
    const { status } = plan(
      spec(),
      [
        member('c', 'us-east-1', east(3)),
        member('a', 'us-east-1', east(1), { zones: ['us-east-1a'] }),
        member('b', undefined, '192.0.2.2', { observed: { state: 'absent' } }),
        member('d', undefined, '192.0.2.4'),
      ],
      { known: { [east(3)]: 'DescribeLoadBalancers was refused' } },
    );
    expect(status).toEqual({
      domain: 'example.com',
      dns: [
        {
          cluster: 'a',
          loadBalancer: { ingress: [{ hostname: east(1) }] },
          zones: ['us-east-1a'],
          region: 'us-east-1',
        },
        expect.objectContaining({ cluster: 'b', loadBalancer: {}, reason: 'NotFound' }),
        {
          cluster: 'c',
          loadBalancer: {},
          region: 'us-east-1',
          reason: 'LoadBalancerUnknown',
          message: 'DescribeLoadBalancers was refused',
        },
        expect.objectContaining({
          cluster: 'd',
          loadBalancer: { ingress: [{ ip: '192.0.2.4' }] },
          reason: 'LeftOut',
        }),
      ],
    });
  });
});
