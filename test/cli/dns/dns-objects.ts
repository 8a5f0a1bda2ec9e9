import { DNS_ENDPOINTS, RECORDS } from '../../../lib/model/dns-record.ts';
import type { JsonObject } from '../../../lib/model/json.ts';

export const WEB = { namespace: 'shop', name: 'web' };
const P = 'web.shop.prod.svc';
const D = 'example.com';

/** Two clusters with a load balancer, one without. */
export function record(status: JsonObject = {}): JsonObject {
  return {
    kind: RECORDS.service.kind,
    metadata: WEB,
    spec: { domainRef: 'prod' },
    status: {
      domain: D,
      dns: [
        {
          ...{ cluster: 'east', region: 'us-east-1' },
          loadBalancer: { ingress: [{ hostname: 'East-1.us-east-1.elb.amazonaws.com' }] },
        },
        {
          ...{ cluster: 'north', region: 'eu-north-1', loadBalancer: {} },
          ...{ reason: 'NoAddress', message: 'Service shop/web has no address yet.' },
        },
        {
          ...{ cluster: 'west', region: 'eu-west-1' },
          loadBalancer: { ingress: [{ ip: '192.0.2.1' }] },
        },
      ],
      ...status,
    },
  };
}

/** The global name leads to east through the regional name, and to west by its address. */
export function endpoint(status: JsonObject = IN_ZONE, metadata: JsonObject = {}): JsonObject {
  return {
    kind: DNS_ENDPOINTS.kind,
    metadata: { namespace: 'shop', name: 'service-web', generation: 2, ...metadata },
    spec: {
      endpoints: [
        {
          ...{ dnsName: `${P}.${D}`, recordType: 'A', targets: [`${P}.us-east-1.${D}`] },
          setIdentifier: 'us-east-1',
          providerSpecific: [
            { name: 'alias', value: 'true' },
            { name: 'aws/region', value: 'us-east-1' },
            { name: 'aws/target-hosted-zone', value: 'same-zone' },
          ],
        },
        {
          ...{ dnsName: `${P}.${D}`, recordType: 'A', targets: ['192.0.2.1'] },
          setIdentifier: 'eu-west-1',
          providerSpecific: [{ name: 'aws/region', value: 'eu-west-1' }],
        },
        {
          ...{ dnsName: `${P}.us-east-1.${D}`, recordType: 'A' },
          targets: ['east-1.us-east-1.elb.amazonaws.com'],
          providerSpecific: [
            { name: 'alias', value: 'true' },
            { name: 'aws/target-hosted-zone', value: 'ZELB' },
          ],
        },
        { dnsName: `${P}.eu-north-1.${D}`, recordType: 'CNAME', targets: [`${P}.${D}`] },
      ],
    },
    status,
  };
}

export const IN_ZONE: JsonObject = { observedGeneration: 2, zones: { Z1: { records: 4 } } };
export const CONFLICT: JsonObject = {
  observedGeneration: 2,
  zones: {
    Z1: {
      records: 2,
      problems: [
        { dnsName: `${P}.${D}`, reason: 'Conflict', message: 'Somebody else has an A there.' },
      ],
    },
  },
};
