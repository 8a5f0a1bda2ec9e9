import fc from 'fast-check';
import type { DnsCluster } from '../../../lib/core/dns-records/cluster-entries.ts';
import type { Observed } from '../../../lib/core/dns-records/liveness.ts';
import { ROUTINGS } from '../../../lib/model/dns-record.ts';
import { dualstack, east, spec, west } from './facts.ts';

export const NAMES = ['a', 'b', 'c', 'd', `${'long-'.repeat(40)}x`];
export const known = { [west()]: dualstack, [east(2)]: 'no such load balancer' };

const address = fc.constantFrom(
  { hostname: east() },
  { hostname: east(2) },
  { hostname: west() },
  { hostname: 'lb.outside.test' },
  { hostname: 'other.outside.test' },
  { ip: '192.0.2.1' },
  { ip: '192.0.2.2' },
  { ip: '2001:db8::1' },
  { ip: 'nonsense' },
);
const observed: fc.Arbitrary<Observed> = fc.oneof(
  fc.constant({ state: 'notReady' } as const),
  fc.constant({ state: 'absent' } as const),
  fc.constant({ state: 'unreachable', message: 'no answer' } as const),
  fc.record({
    state: fc.constant('present' as const),
    addresses: fc.array(address, { maxLength: 3 }),
    hasReadyEndpoint: fc.boolean(),
  }),
);
const region = fc.constantFrom('us-east-1', 'eu-west-1', 'cellar', undefined);
export const clusters: fc.Arbitrary<DnsCluster[]> = fc
  .tuple(
    ...NAMES.map((name) =>
      fc.tuple(fc.constant(name), fc.boolean(), region, observed, fc.boolean()),
    ),
  )
  .map((all) =>
    all.flatMap(([name, isMember, of, what, isDrained]): DnsCluster[] =>
      isMember
        ? [
            {
              name,
              ...(of === undefined ? {} : { region: of }),
              zones: ['za', 'zb'],
              observed: what,
              ...(isDrained ? { isDrained } : {}),
            },
          ]
        : [],
    ),
  );
const location = fc.constantFrom(
  { continent: 'EU' },
  { country: 'DE' },
  { country: 'US', subdivision: 'CA' },
  { country: '*' },
);
export const record = fc
  .record({
    kind: fc.constantFrom('service' as const, 'ingress' as const),
    routing: fc.constantFrom(...ROUTINGS),
    zoneRecords: fc.boolean(),
    weights: fc.dictionary(fc.constantFrom(...NAMES), fc.integer({ min: 0, max: 255 })),
    failoverOrder: fc.subarray(NAMES),
    geolocations: fc.array(
      fc.tuple(fc.constantFrom(...NAMES), location).map(([cluster, of]) => ({ cluster, ...of })),
    ),
    ids: fc.dictionary(fc.constantFrom(...NAMES), fc.constant('check')),
    evaluateTargetHealth: fc.boolean(),
    dnsPrefix: fc.constantFrom('', 'www', 'web.shop.prod.svc', 'web.shop.prod.svc.us-east-1', '..'),
    externalName: fc.constantFrom('', 'x', 'x'.repeat(64)),
    hosts: fc.subarray(['h.test', '*.h.test', 'us-east-1.h.test', 'H.test.', 'bad host', '']),
    recordTTL: fc.constantFrom(0, 60),
  })
  .map(({ kind, ids, evaluateTargetHealth, ...fields }) =>
    spec({ ...fields, healthCheck: { ids, evaluateTargetHealth } }, kind),
  );
export const last = fc
  .array(fc.tuple(fc.constantFrom(...NAMES), fc.array(address, { maxLength: 2 })))
  .map((entries) => ({
    dns: entries.map(([cluster, ingress]) => ({ cluster, loadBalancer: { ingress } })),
  }));
