import { describe, expect, it } from 'vitest';
import { DNS_ENDPOINTS, DOMAINS, RECORDS } from '../../lib/model/dns-record.ts';
import {
  ENDPOINT_SLICES,
  INGRESSES,
  KUBEFED_CLUSTERS,
  SERVICES,
} from '../../lib/model/resources.ts';
import { callsSince } from './federation.ts';
import { KUBEFED_NAMESPACE, kubeFedCluster } from './objects.ts';
import { endpointsOf, LB, PROD, recordFederation, service, slice, WEB } from './records.ts';

const EAST = { namespace: KUBEFED_NAMESPACE, name: 'east' };

describe('dns', () => {
  it('writes status and DNSEndpoint, and nothing when they are right', async () => {
    const federation = recordFederation();
    expect(await federation.pass()).toEqual([{ done: true }]);

    expect(federation.status()).toEqual({
      domain: 'example.com',
      dns: [
        {
          cluster: 'east',
          loadBalancer: { ingress: [{ hostname: LB.east }] },
          region: 'us-east-1',
        },
        {
          cluster: 'west',
          loadBalancer: { ingress: [{ hostname: LB.west }] },
          region: 'eu-west-1',
        },
      ],
    });
    expect(federation.endpoint()).toMatchObject({
      metadata: {
        ownerReferences: [{ kind: 'ServiceDNSRecord', name: 'web', uid: expect.any(String) }],
      },
    });
    expect(endpointsOf(federation)).toEqual([
      'eu-west-1 web.shop.prod.svc.eu-west-1.example.com',
      'eu-west-1 web.shop.prod.svc.example.com',
      'us-east-1 web.shop.prod.svc.example.com',
      'us-east-1 web.shop.prod.svc.us-east-1.example.com',
    ]);
    const before = { ...federation.host.calls };
    await federation.pass();
    expect(callsSince(federation.host, before)).toMatchObject({ get: 4, list: 2, total: 6 });
  });

  it('asks once for each account and Region, and tells when that is refused', async () => {
    const federation = recordFederation();
    federation.refuse('AccessDenied: not allowed');
    await federation.pass();

    expect(federation.questions).toEqual([
      { region: 'us-east-1', hostnames: [LB.east] },
      {
        region: 'eu-west-1',
        roleArn: 'arn:aws:iam::222222222222:role/member',
        hostnames: [LB.west],
      },
    ]);
    expect(federation.status()).toMatchObject({
      dns: [
        {
          cluster: 'east',
          loadBalancer: {},
          reason: 'LoadBalancerUnknown',
          message: 'AccessDenied: not allowed',
        },
        { cluster: 'west', loadBalancer: {} },
      ],
    });
    expect(await federation.pass(2)).toEqual([{ retryAfterSeconds: 0 }]);
    expect(await federation.pass(5)).toEqual([{ done: true }]);
  });

  it('goes by the DNSEndpoint while AWS cannot be asked', async () => {
    const federation = recordFederation();
    await federation.pass();
    const before = federation.endpoint();
    federation.refuse('Throttling');
    await federation.pass();
    expect(federation.endpoint()).toEqual(before);
    expect(federation.status()).toMatchObject({ dns: [{ cluster: 'east' }, { cluster: 'west' }] });
  });

  it('takes away the set of a cluster that is not Ready, and brings it back', async () => {
    const federation = recordFederation();
    await federation.pass();
    federation.setReady('east', false);
    await federation.pass();
    expect(federation.status()).toMatchObject({
      dns: [{ cluster: 'east', loadBalancer: {}, reason: 'ClusterNotReady' }, { cluster: 'west' }],
    });
    expect(endpointsOf(federation)).toEqual([
      'eu-west-1 web.shop.prod.svc.eu-west-1.example.com',
      'eu-west-1 web.shop.prod.svc.example.com',
      '- web.shop.prod.svc.us-east-1.example.com',
    ]);
    federation.setReady('east', true);
    await federation.pass();
    expect(endpointsOf(federation)).toHaveLength(4);
  });

  it('takes away the set of a drained cluster while its pods still run, and brings it back', async () => {
    const federation = recordFederation();
    await federation.pass();
    await federation.drain('east');
    await federation.pass();
    expect(federation.status()).toMatchObject({
      dns: [{ cluster: 'east', loadBalancer: {}, reason: 'Drained' }, { cluster: 'west' }],
    });
    expect(endpointsOf(federation)).not.toContainEqual(expect.stringMatching(/^us-east-1 /));
    federation.setReady('east', true);
    await federation.pass();
    expect(endpointsOf(federation)).toHaveLength(4);
  });

  it('keeps the last set when no cluster is healthy', async () => {
    const federation = recordFederation();
    await federation.pass();
    const before = federation.endpoint();
    for (const name of ['east', 'west']) federation.setReady(name, false);
    await federation.pass();
    await federation.pass();
    expect(federation.endpoint()).toEqual(before);
    expect(federation.status()).toMatchObject({
      dns: [
        { loadBalancer: { ingress: [{ hostname: LB.east }] }, reason: 'ClusterNotReady' },
        { loadBalancer: { ingress: [{ hostname: LB.west }] }, reason: 'ClusterNotReady' },
      ],
    });
  });

  it('keeps what a cluster had that is Ready but does not answer, and tries again', async () => {
    const federation = recordFederation();
    await federation.pass();
    const before = federation.endpoint();
    federation.member('east').fail = () => ({ kind: 'Unreachable', message: 'connection refused' });
    expect(await federation.pass()).toEqual([{ retryAfterSeconds: 0 }]);
    expect(federation.endpoint()).toEqual(before);
    expect(federation.status()).toMatchObject({
      dns: [{ cluster: 'east', reason: 'ClusterUnreachable' }, { cluster: 'west' }],
    });
  });

  it('asks for ready pods, unless the record does not want to', async () => {
    const federation = recordFederation();
    federation.member('east').seed(ENDPOINT_SLICES, slice(false));
    await federation.pass();
    expect(federation.status()).toMatchObject({ dns: [{ reason: 'NoReadyEndpoints' }, {}] });
    federation.host.seed(
      RECORDS.service,
      federation.record({ allowServiceWithoutEndpoints: true }),
    );
    await federation.pass();
    expect(endpointsOf(federation)).toHaveLength(4);
  });

  it('sees no Service but those of the federation', async () => {
    const federation = recordFederation();
    federation.member('east').seed(SERVICES, service(LB.east, {}));
    await federation.pass();
    expect(federation.status()).toMatchObject({
      dns: [{ loadBalancer: {}, reason: 'NotFound' }, {}],
    });
  });

  it('removes the DNSEndpoint with the Domain, and says what is missing', async () => {
    const federation = recordFederation();
    await federation.pass();
    await federation.host.delete(DOMAINS, PROD);
    await federation.pass();
    expect(federation.endpoint()).toBeUndefined();
    expect(federation.status()).toEqual({
      message: `Domain ${KUBEFED_NAMESPACE}/prod does not exist: create it, or change spec.domainRef.`,
    });
  });

  it('removes the DNSEndpoint with the record, but none that somebody else has made', async () => {
    const federation = recordFederation();
    await federation.pass();
    await federation.host.delete(RECORDS.service, WEB);
    await federation.pass();
    expect(federation.endpoint()).toBeUndefined();

    federation.host.seed(DNS_ENDPOINTS, { metadata: { ...WEB, name: 'service-web' }, spec: {} });
    await federation.pass();
    expect(federation.endpoint()).toBeDefined();
  });

  it('takes over the DNSEndpoint that KubeFed has left', async () => {
    const federation = recordFederation();
    federation.host.seed(DNS_ENDPOINTS, {
      metadata: { ...WEB, name: 'service-web' },
      spec: { endpoints: [] },
    });
    await federation.pass();
    expect(federation.endpoint()).toMatchObject({
      metadata: { ownerReferences: [{ kind: 'ServiceDNSRecord' }] },
    });
    expect(endpointsOf(federation)).toHaveLength(4);
  });

  it('makes the hosts of an Ingress', async () => {
    const federation = recordFederation();
    federation.host.seed(RECORDS.ingress, { metadata: WEB, spec: { hosts: ['a.test'] } });
    federation.member('east').seed(INGRESSES, service(LB.east));
    await federation.pass(1, { kind: 'ingress' });
    const endpoint = federation.host.peek(DNS_ENDPOINTS, { ...WEB, name: 'ingress-web' });
    expect(endpoint).toMatchObject({
      metadata: { ownerReferences: [{ kind: 'IngressDNSRecord' }] },
      spec: { endpoints: [{ dnsName: 'a.test', targets: [LB.east], setIdentifier: 'us-east-1' }] },
    });
  });

  it('lets a cluster that leaves go', async () => {
    const federation = recordFederation();
    await federation.pass();
    await federation.host.delete(KUBEFED_CLUSTERS, EAST);
    await federation.pass();
    expect(endpointsOf(federation)).toHaveLength(2);
    federation.host.seed(KUBEFED_CLUSTERS, kubeFedCluster('north', { ready: true }));
    expect(await federation.pass()).toEqual([{ retryAfterSeconds: 0 }]);
    expect(endpointsOf(federation)).toHaveLength(2);
  });

  it('is tried again when somebody else has written meanwhile, or the host is away', async () => {
    const federation = recordFederation();
    federation.host.fail = (call) =>
      call.verb === 'patch' ? { kind: 'Conflict', message: 'changed' } : undefined;
    expect(await federation.pass()).toEqual([{ retryAfterSeconds: 0 }]);
    expect(federation.log.entries).toContainEqual(
      expect.objectContaining({ message: 'record not brought in line, trying again' }),
    );
  });

  it('sends one message per record when all are to be looked at, and for DNSEndpoints left behind', async () => {
    const federation = recordFederation();
    await federation.pass();
    await federation.host.delete(RECORDS.service, WEB);
    federation.host.seed(RECORDS.ingress, { metadata: WEB, spec: {} });
    federation.host.seed(DNS_ENDPOINTS, { metadata: { ...WEB, name: 'by-hand' }, spec: {} });
    expect(await federation.sweep()).toEqual([{ done: true }]);
    expect(federation.sent.sent).toEqual([
      { v: 1, kind: 'ingress', ...WEB, seenAtMs: 7, contextRevision: 7 },
      { v: 1, kind: 'service', ...WEB, seenAtMs: 7, contextRevision: 7 },
    ]);
  });
});
