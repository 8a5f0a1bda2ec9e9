import type { JsonObject } from '../../lib/model/json.ts';
import { CASE_NAMESPACE, type CrdCase } from './crd-case.ts';

const record = (kind: string, spec: JsonObject): JsonObject => ({
  apiVersion: 'multiclusterdns.kubefed.io/v1alpha1',
  kind,
  metadata: { name: 'web', namespace: CASE_NAMESPACE },
  spec,
});
const service = (spec: JsonObject): JsonObject =>
  record('ServiceDNSRecord', { domainRef: 'prod', ...spec });
const ingress = (spec: JsonObject): JsonObject =>
  record('IngressDNSRecord', { hosts: ['a.example.com'], ...spec });

interface Wrong {
  readonly what: string;
  readonly spec: JsonObject;
  readonly message: string;
}

const located = (...geolocations: JsonObject[]): JsonObject => ({
  routing: 'geolocation',
  geolocations,
});

const wrong: readonly Wrong[] = [
  {
    what: 'an unknown routing',
    spec: { routing: 'nearest' },
    message: 'spec.routing: Unsupported value: "nearest"',
  },
  {
    what: 'locations without the routing',
    spec: { geolocations: [{ cluster: 'east', country: 'DE' }] },
    message: 'geolocations need routing geolocation',
  },
  {
    what: 'an order without the routing',
    spec: { routing: 'weighted', failoverOrder: ['east'] },
    message: 'failoverOrder needs routing failover',
  },
  {
    what: 'a cluster that is twice in the order',
    spec: { routing: 'failover', failoverOrder: ['east', 'east'] },
    message: 'spec.failoverOrder[1]: Duplicate value',
  },
  {
    what: 'a weight above 255',
    spec: { weights: { east: 256 } },
    message: 'spec.weights.east',
  },
  {
    what: 'a cluster with two locations',
    spec: located({ cluster: 'east', country: 'DE' }, { cluster: 'east', country: 'FR' }),
    message: 'spec.geolocations[1]: Duplicate value',
  },
  {
    what: 'both a continent and a country',
    spec: located({ cluster: 'east', continent: 'EU', country: 'DE' }),
    message: 'set exactly one of continent and country',
  },
  {
    what: 'a subdivision of Germany',
    spec: located({ cluster: 'east', country: 'DE', subdivision: 'BY' }),
    message: 'subdivision is a state of the country US',
  },
  {
    what: 'a subdivision in words',
    spec: located({ cluster: 'east', country: 'US', subdivision: 'ca' }),
    message: 'must be the code of a state in two capital letters',
  },
  {
    what: 'a country in small letters',
    spec: located({ cluster: 'east', country: 'de' }),
    message: 'must be a country code of two capital letters, or *',
  },
  {
    what: 'an empty id of a health check',
    spec: { healthCheck: { ids: { east: '' } } },
    message: 'spec.healthCheck.ids.east',
  },
];

const routed: JsonObject = {
  routing: 'geolocation',
  geolocations: [
    { cluster: 'east', country: 'US', subdivision: 'CA' },
    { cluster: 'west', continent: 'EU' },
    { cluster: 'north', country: '*' },
  ],
  weights: { east: 0, west: 255 },
  healthCheck: {
    evaluateTargetHealth: false,
    ids: { east: 'abcdef11-2222-3333-4444-555555fedcba' },
  },
};
const reasons: JsonObject = {
  message: 'no names',
  dns: [{ cluster: 'east', loadBalancer: {}, reason: 'NoAddress', message: 'none yet' }],
};

export const dnsCases: readonly CrdCase[] = [
  {
    name: 'ServiceDNSRecord with everything that is ours',
    object: service({ ...routed, zoneRecords: true }),
    change: { status: reasons },
    subresource: 'status',
    valid: true,
    stored: { spec: { ...routed, zoneRecords: true }, status: reasons },
  },
  {
    name: 'IngressDNSRecord with failover',
    object: ingress({ routing: 'failover', failoverOrder: ['west', 'east'] }),
    change: { status: reasons },
    subresource: 'status',
    valid: true,
    stored: { spec: { failoverOrder: ['west', 'east'] }, status: reasons },
  },
  ...wrong.flatMap(({ what, spec, message }): CrdCase[] => [
    { name: `ServiceDNSRecord with ${what}`, object: service(spec), valid: false, message },
    { name: `IngressDNSRecord with ${what}`, object: ingress(spec), valid: false, message },
  ]),
  {
    name: 'DNSEndpoint with a latency alias',
    object: record('DNSEndpoint', {
      endpoints: [
        {
          dnsName: 'web.example.com',
          recordType: 'A',
          targets: ['web-1.us-east-1.elb.amazonaws.com'],
          setIdentifier: 'us-east-1',
          providerSpecific: [{ name: 'aws/region', value: 'us-east-1' }],
        },
      ],
    }),
    valid: true,
    stored: {
      spec: {
        endpoints: [
          {
            setIdentifier: 'us-east-1',
            providerSpecific: [{ name: 'aws/region', value: 'us-east-1' }],
          },
        ],
      },
    },
  },
];
