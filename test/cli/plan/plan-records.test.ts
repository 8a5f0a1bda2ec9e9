import { describe, expect, it } from 'vitest';
import { planExitCode } from '../../../lib/cli/plan/plan-report.ts';
import { recordSetChanges } from '../../../lib/cli/plan/record-set-changes.ts';
import { DNS_ENDPOINTS, DOMAINS, RECORDS } from '../../../lib/model/dns-record.ts';
import { type JsonObject, listAt, objectAt, stringAt } from '../../../lib/model/json.ts';
import { HOSTED_ZONE_ANNOTATION } from '../../../lib/model/names.ts';
import {
  CONFIG_MAPS,
  ENDPOINT_SLICES,
  INGRESSES,
  KUBEFED_CLUSTERS,
  SERVICES,
} from '../../../lib/model/resources.ts';
import { FEDERATED_TYPE_CONFIGS, readFederatedType } from '../../../lib/model/type-config.ts';
import type { Cluster } from '../../../lib/ports.ts';
import { CONFIG_MAP_TYPE_CONFIG, federated, KUBEFED_NAMESPACE } from '../../stages/objects.ts';
import { LB, PROD, recordFederation, service, slice, WEB } from '../../stages/records.ts';
import { planOf } from './plan-of.ts';

const API = 'multiclusterdns.kubefed.io/v1alpha1';
const SERVICE_TYPE_CONFIG: JsonObject = JSON.parse(
  JSON.stringify(CONFIG_MAP_TYPE_CONFIG)
    .replaceAll('ConfigMap', 'Service')
    .replace('configmaps', 'services'),
);

type Federation = ReturnType<typeof recordFederation>;

function record(spec: JsonObject = {}, metadata: JsonObject = {}): JsonObject {
  return {
    ...{ apiVersion: API, kind: 'ServiceDNSRecord', metadata: { ...WEB, ...metadata } },
    spec: { domainRef: 'prod', ...spec },
  };
}
const domain = (name: string): JsonObject => ({
  ...{ apiVersion: API, kind: 'Domain', metadata: PROD },
  domain: name,
});
function federatedService(clusters: readonly string[]): JsonObject {
  const type = readFederatedType(SERVICE_TYPE_CONFIG);
  if (type === undefined) throw new Error('no type');
  return federated(type, { ...WEB, clusters, template: { spec: {} } });
}
function planFor(federation: Federation, ...objects: JsonObject[]) {
  const { loadBalancers } = federation.ports;
  const text = objects.map((object) => JSON.stringify(object)).join('\n---\n');
  return planOf(federation, text, { loadBalancers });
}

describe('planRecords', () => {
  it('shows the record sets of a record, name by name, and writes nothing', async () => {
    const federation = recordFederation();
    const report = await planFor(federation, record());

    expect(report.dns).toMatchObject([
      {
        ...{ kind: 'ServiceDNSRecord', namespace: 'shop', name: 'web', clusters: [] },
        endpoint: { name: 'service-web', action: 'create' },
      },
    ]);
    expect(report.dns[0]?.recordSets[1]).toEqual({
      action: 'create',
      dnsName: 'web.shop.prod.svc.example.com',
      recordType: 'A',
      setIdentifier: expect.any(String),
      targets: LB.west,
      properties: expect.objectContaining({
        'aws/region': 'eu-west-1',
        'aws/target-hosted-zone': 'Zeu-west-1',
      }),
      changes: [],
    });
    expect([report.summary.recordSets, planExitCode(report), report.notes]).toEqual([4, 2, []]);
    expect([federation.endpoint(), federation.status()]).toEqual([undefined, undefined]);
  });

  it.each<[string, JsonObject[], (federation: Federation) => void]>([
    ['another TTL, which aliases do not have', [record({ recordTTL: 7 })], () => undefined],
    ['another routing', [record({ routing: 'weighted', weights: { west: 3 } })], () => undefined],
    ['a prefix', [record({ dnsPrefix: 'www' })], () => undefined],
    ['an external name', [record({ externalName: 'out.example.com' })], () => undefined],
    ['another Domain', [domain('example.org')], () => undefined],
    ['a Domain that is not there', [record({ domainRef: 'none' })], () => undefined],
    [
      'another zone',
      [record({}, { annotations: { [HOSTED_ZONE_ANNOTATION]: 'Z9' } })],
      () => undefined,
    ],
    ['nothing new', [record()], () => undefined],
    [
      'an address of its own',
      [record()],
      ({ member }) => {
        const status = { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } };
        member('east').seed(SERVICES, { ...service(''), status });
      },
    ],
  ])('says what then happens: %s', async (_, objects, prepare) => {
    const federation = recordFederation();
    await federation.pass();
    prepare(federation);
    const before = federation.endpoint();

    const report = await planFor(federation, ...objects);
    expect(federation.endpoint()).toEqual(before);

    for (const object of objects) await applied(federation, object);
    await federation.pass();
    const after = federation.endpoint();
    const reasons = listAt(federation.status(), 'dns').filter((each) => stringAt(each, 'reason'));
    const [planned] = report.dns;
    expect(planned?.recordSets ?? []).toEqual(recordSetChanges(before, after));
    expect(planned?.clusters ?? []).toHaveLength(reasons.length);
    const wrote = JSON.stringify(before) !== JSON.stringify(after);
    expect(planned?.endpoint.action ?? 'nothing').toBe(
      after === undefined ? 'delete' : wrote ? 'update' : 'nothing',
    );
  });

  it('follows a federated Service out of a member', async () => {
    const federation = recordFederation();
    federation.host.seed(FEDERATED_TYPE_CONFIGS, SERVICE_TYPE_CONFIG);
    const propagated = { status: { clusters: [{ name: 'east' }, { name: 'west' }] } };
    const live = { ...federatedService(['east', 'west']), ...propagated };
    const type = readFederatedType(SERVICE_TYPE_CONFIG);
    if (type !== undefined) federation.host.seed(type.federated, live);
    await federation.pass();

    const report = await planFor(federation, federatedService(['west']));

    const before = federation.endpoint();
    const propagation = await federation.member('east').delete(SERVICES, WEB);
    expect(propagation.ok).toBe(true);
    await federation.pass();
    const happened = recordSetChanges(before, federation.endpoint());
    expect(happened.map(({ action }) => action)).toContain('delete');
    expect(report.dns[0]?.recordSets).toEqual(happened);
    expect(report.dns[0]?.clusters).toMatchObject([{ cluster: 'east', reason: 'NotFound' }]);
  });

  it('counts the pods behind a Service that is adopted', async () => {
    const federation = recordFederation();
    federation.host.seed(FEDERATED_TYPE_CONFIGS, SERVICE_TYPE_CONFIG);
    await federation.pass();
    federation.member('east').seed(SERVICES, service(LB.east, { by: 'hand' }));
    const ready = slice(true);
    const labels = { 'kubernetes.io/service-name': 'web', by: 'hand' };
    const metadata = { ...objectAt(ready, 'metadata'), labels };
    federation.member('east').seed(ENDPOINT_SLICES, { ...ready, metadata });
    await federation.pass();

    const report = await planFor(federation, federatedService(['east', 'west']));

    expect(report.objects[0]?.members[0]).toMatchObject({ cluster: 'east', action: 'adopt' });
    expect(report.dns[0]?.recordSets.map(({ action }) => action)).toContain('create');
    expect(report.dns[0]?.clusters).toEqual([]);
  });

  it('shows the hosts of an Ingress, and nothing of a Service without a record', async () => {
    const federation = recordFederation();
    federation.host.seed(FEDERATED_TYPE_CONFIGS, SERVICE_TYPE_CONFIG);
    federation.member('east').seed(INGRESSES, service(LB.east));
    const spec = { hosts: ['shop.example.com'] };
    const ingress = { apiVersion: API, kind: 'IngressDNSRecord', metadata: WEB, spec };
    const other = federatedService(['east']);
    const alone = { ...other, metadata: { namespace: 'shop', name: 'alone' } };

    const { dns } = await planFor(federation, ingress, alone);

    expect(dns).toMatchObject([
      {
        ...{ kind: 'IngressDNSRecord', endpoint: { name: 'ingress-web', action: 'create' } },
        recordSets: [{ dnsName: 'shop.example.com', targets: LB.east }],
        clusters: [{ cluster: 'west', reason: 'NotFound' }],
      },
    ]);
  });

  it('looks at every record when a KubeFedCluster changes', async () => {
    const federation = recordFederation();
    await federation.pass();
    const east = federation.host.peek(KUBEFED_CLUSTERS, {
      namespace: KUBEFED_NAMESPACE,
      name: 'east',
    });
    const spec = { eks: { clusterName: 'east', region: 'us-west-2' } };

    const report = await planFor(federation, { ...east, spec });

    const names = report.dns[0]?.recordSets.map(({ dnsName }) => dnsName);
    expect(names).toContain('web.shop.prod.svc.us-west-2.example.com');
  });
});

describe('notes of a plan about records', () => {
  const refusal = { found: false, refused: true, message: 'AccessDenied.' } as const;

  it('tells which alias zone could not be looked up, and shows the set all the same', async () => {
    const federation = recordFederation();
    let questions = 0;
    const loadBalancers: Federation['ports']['loadBalancers'] = {
      async lookUp({ hostnames }) {
        questions += 1;
        return new Map(hostnames.map((name) => [name, refusal]));
      },
    };
    const text = `${JSON.stringify(record())}\n---\n${JSON.stringify(domain('example.org'))}`;

    const report = await planOf(federation, text, { loadBalancers });

    expect(report.notes).toEqual([
      `alias zone of ${LB.east} not looked up, shown as "unknown", and without AAAA: AccessDenied.`,
      `alias zone of ${LB.west} not looked up, shown as "unknown", and without AAAA: AccessDenied.`,
    ]);
    expect(report.dns[0]?.recordSets).toHaveLength(4);
    expect(questions).toBe(2);
  });

  it('goes by the DNSEndpoint where it knows the zone, and by AWS where there is none', async () => {
    const federation = recordFederation();
    await federation.pass();
    const lookUp = (answer: object) => ({
      loadBalancers: {
        lookUp: async ({ hostnames }: { hostnames: readonly string[] }) =>
          new Map(hostnames.map((name) => [name, { ...refusal, ...answer }])),
      },
    });
    const text = JSON.stringify(record());

    const known = await planOf(federation, text, lookUp({}));
    expect(known.dns).toMatchObject([{ endpoint: { action: 'nothing' }, recordSets: [] }]);
    expect(known.notes[0]).toBe(
      `alias zone of ${LB.east} not looked up, the one in the DNSEndpoint is taken: AccessDenied.`,
    );

    const missing = await planOf(
      recordFederation(),
      text,
      lookUp({ refused: undefined, message: 'There is none.' }),
    );
    expect(missing.dns).toMatchObject([
      { clusters: [{ reason: 'LoadBalancerUnknown' }, { reason: 'LoadBalancerUnknown' }] },
    ]);
    // Names of Regions then lead to the global name.
    expect(missing.dns[0]?.recordSets.map(({ recordType }) => recordType)).toEqual([
      'CNAME',
      'CNAME',
    ]);
    expect(missing.notes[0]).toBe(
      `alias zone of ${LB.east} not looked up, it gets no record set: There is none.`,
    );
  });

  it.each([
    ['without DNS', '{"plan": "arn"}', 1],
    ['with DNS', '{"dns": "arn"}', 0],
  ])('says whether the deployment acts on records: %s', async (_, roles, count) => {
    const federation = recordFederation();
    const metadata = { namespace: KUBEFED_NAMESPACE, name: 'kubefed-eks' };
    federation.host.seed(CONFIG_MAPS, { metadata, data: { roles } });

    const { notes } = await planFor(federation, record());

    expect(notes).toEqual(
      ['this deployment has no DNS: record sets come only with the setting dns'].slice(0, count),
    );
  });

  it('says so when records or DNSEndpoints may not be read', async () => {
    const federation = recordFederation();
    const error = { kind: 'Forbidden', message: 'cannot read' } as const;
    const host: Cluster = {
      ...federation.host,
      get: async (resource, key) =>
        resource === DNS_ENDPOINTS ? { ok: false, error } : federation.host.get(resource, key),
      list: async (resource, options) =>
        resource === RECORDS.service
          ? { ok: false, error }
          : federation.host.list(resource, options),
    };
    const text = `${JSON.stringify(record())}\n---\n${JSON.stringify(domain('example.org'))}`;

    const { notes, dns } = await planOf(federation, text, { host });

    expect(dns).toEqual([]);
    expect(notes).toEqual([
      'records are not planned: cannot read',
      'record sets of ServiceDNSRecord shop/web are not planned: cannot read',
    ]);
  });
});

async function applied({ host }: Federation, object: JsonObject): Promise<void> {
  const resource = object['kind'] === 'Domain' ? DOMAINS : RECORDS.service;
  const { namespace, name } = object['kind'] === 'Domain' ? PROD : WEB;
  const { apiVersion: _, kind: _kind, ...patch } = object;
  const written = await host.patch(resource, { namespace, name }, patch);
  if (!written.ok) throw new Error(written.error.message);
}
