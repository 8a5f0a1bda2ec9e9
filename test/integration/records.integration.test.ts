import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { recordSetChanges } from '../../lib/cli/plan/record-set-changes.ts';
import { DNS_ENDPOINTS, DOMAINS, RECORDS } from '../../lib/model/dns-record.ts';
import { type JsonObject, listAt, stringAt } from '../../lib/model/json.ts';
import { ENDPOINT_SLICES, SERVICES } from '../../lib/model/resources.ts';
import { NAMESPACE } from '../bench/measure.ts';
import { type FastCluster, ZONE } from '../environment/fast-federation.ts';
import type { LoadBalancer } from '../environment/runtime/elb.ts';
import { federatedType, must } from '../walkthrough/objects.ts';
import { until } from '../walkthrough/until.ts';
import { runPlan } from './run-plan.ts';
import { testFederation } from './test-federation.ts';

const REGION = 'us-west-2';
const LB_1 = 'web-1.elb.us-west-2.amazonaws.com';
const LB_2 = 'web-2.us-west-2.elb.amazonaws.com';
const WEB = { namespace: NAMESPACE, name: 'web' };
const PROD = { namespace: 'kube-federation-system', name: 'prod' };
const PATIENCE_SECONDS = 60;

const LOAD_BALANCERS: LoadBalancer[] = [
  { region: REGION, dnsName: LB_1, hostedZoneId: 'ZNETWORK', ipAddressType: 'ipv4' },
  { region: REGION, dnsName: LB_2, hostedZoneId: 'ZAPPLICATION', ipAddressType: 'dualstack' },
];

const federation = testFederation({
  members: 2,
  scheduleSpeedup: 12,
  prepares: true,
  loadBalancers: LOAD_BALANCERS,
});

describe('a DNS record', () => {
  it('becomes a DNSEndpoint as soon as load balancers have addresses', async () => {
    const { host, members } = federation;
    must(await host.api.create(DOMAINS, dns('Domain', PROD, { domain: 'example.com' })));
    must(
      await host.api.create(
        RECORDS.service,
        dns('ServiceDNSRecord', WEB, { spec: { domainRef: 'prod', weights: { 'member-1': 3 } } }),
      ),
    );
    must(await host.api.create(federatedType('FederatedService'), FEDERATED_SERVICE));
    const hostnames = [LB_1, LB_2];
    await Promise.all(members.map((member, i) => giveAddress(member, hostnames[i] ?? '')));

    await leadsTo([
      'web.bench.prod.svc.example.com A us-west-2 same-zone',
      'web.bench.prod.svc.example.com AAAA us-west-2 same-zone',
      'web.bench.prod.svc.us-west-2.example.com A member-1 ZNETWORK',
      'web.bench.prod.svc.us-west-2.example.com A member-2 ZAPPLICATION',
      'web.bench.prod.svc.us-west-2.example.com AAAA member-2 ZAPPLICATION',
    ]);
    await zoneHas([
      'P A us-west-2 → P.us-west-2',
      'P AAAA us-west-2 → P.us-west-2',
      'P.us-west-2 A member-1 → web-1.elb',
      'P.us-west-2 A member-2 → web-2',
      'P.us-west-2 AAAA member-2 → web-2',
    ]);
    await until('the DNSEndpoint says so', PATIENCE_SECONDS, async () => {
      const key = { namespace: NAMESPACE, name: 'service-web' };
      const seen = must(await host.api.get(DNS_ENDPOINTS, key));
      const { generation } = Object(seen['metadata']);
      const status = { observedGeneration: generation, zones: { [ZONE.id]: { records: 5 } } };
      return { done: JSON.stringify(seen['status']) === JSON.stringify(status), seen };
    });
    expect(federation.zones.calls.filter((call) => call.startsWith('list '))).toEqual([]);
    const record = must(await host.api.get(RECORDS.service, WEB));
    expect(record['status']).toEqual({
      domain: 'example.com',
      dns: [
        { cluster: 'member-1', loadBalancer: { ingress: [{ hostname: LB_1 }] }, region: REGION },
        { cluster: 'member-2', loadBalancer: { ingress: [{ hostname: LB_2 }] }, region: REGION },
      ],
    });
  }, 180_000);

  it('is planned as it then happens', async () => {
    const { host } = federation;
    const spec = { domainRef: 'prod', weights: { 'member-1': 5 }, dnsPrefix: 'www' };
    const folder = mkdtempSync(join(tmpdir(), 'plan-records-'));
    const file = join(folder, 'web.json');
    writeFileSync(file, JSON.stringify(dns('ServiceDNSRecord', WEB, { spec })));
    const key = { namespace: NAMESPACE, name: 'service-web' };
    const before = must(await host.api.get(DNS_ENDPOINTS, key));

    const planned = await runPlan(federation, '-f', file);
    rmSync(folder, { recursive: true });
    const { recordSets = [] } = planned.report.dns[0] ?? {};
    expect(planned).toMatchObject({ code: 2, report: { findings: [], notes: [] } });
    expect(must(await host.api.get(DNS_ENDPOINTS, key))).toEqual(before);

    must(await host.api.patch(RECORDS.service, WEB, { spec }));
    await until('it has happened', PATIENCE_SECONDS, async () => {
      const seen = recordSetChanges(before, must(await host.api.get(DNS_ENDPOINTS, key)));
      return { done: seen.length > 0 && isDeepStrictEqual(seen, recordSets), seen };
    });
    must(await host.api.patch(RECORDS.service, WEB, { spec: { dnsPrefix: null } }));
    await until('all sets are back', PATIENCE_SECONDS, async () => {
      const seen = await sets();
      return { done: seen.length === 5 && !seen.some((each) => each.startsWith('www')), seen };
    });
  }, 180_000);

  it('loses the set of a cluster that is lost, and gets it back', async () => {
    const [, lost] = federation.members;
    if (lost === undefined) throw new Error('two members are needed');
    await lost.plane.stopServer();
    await leadsTo([
      'web.bench.prod.svc.example.com A us-west-2 same-zone',
      'web.bench.prod.svc.us-west-2.example.com A member-1 ZNETWORK',
    ]);
    await zoneHas(['P A us-west-2 → P.us-west-2', 'P.us-west-2 A member-1 → web-1.elb']);
    await lost.plane.startServer();
    await until('all sets are back', PATIENCE_SECONDS, async () => {
      const seen = await sets();
      return { done: seen.length === 5, seen };
    });
  }, 180_000);

  it('loses the set of a cluster whose pods are not ready', async () => {
    const [member] = federation.members;
    const key = { namespace: NAMESPACE, name: 'web-x1' };
    const endpoints = [{ addresses: ['10.0.0.1'], conditions: { ready: false } }];
    must((await member?.api.patch(ENDPOINT_SLICES, key, { endpoints })) ?? { ok: true, value: {} });
    await until('the set is gone', PATIENCE_SECONDS, async () => {
      const seen = await sets();
      return { done: !seen.some((each) => each.includes('member-1')), seen };
    });
  }, 120_000);

  it('goes with its Domain', async () => {
    must(await federation.host.api.delete(DOMAINS, PROD));
    await until('the DNSEndpoint is gone', PATIENCE_SECONDS, async () => {
      const seen = await sets();
      return { done: seen.length === 0, seen };
    });
    await zoneHas([]);
    expect(federation.zones.sets(ZONE.id)).toEqual([]);
    const record = must(await federation.host.api.get(RECORDS.service, WEB));
    expect(stringAt(record, 'status', 'message')).toContain('does not exist');
  }, 120_000);
});

const FEDERATED_SERVICE: JsonObject = {
  apiVersion: 'types.kubefed.io/v1beta1',
  kind: 'FederatedService',
  metadata: WEB,
  spec: {
    template: { spec: { type: 'LoadBalancer', ports: [{ port: 80 }] } },
    placement: { clusterSelector: {} },
  },
};

function dns(kind: string, metadata: JsonObject, fields: JsonObject): JsonObject {
  return { apiVersion: 'multiclusterdns.kubefed.io/v1alpha1', kind, metadata, ...fields };
}

/** What the cloud controller and the EndpointSlice controller would do; neither runs here. */
async function giveAddress({ api, name }: FastCluster, hostname: string): Promise<void> {
  await until(`the Service in ${name}`, PATIENCE_SECONDS, async () => {
    const found = await api.get(SERVICES, WEB);
    return { done: found.ok, seen: found };
  });
  must(
    await api.create(ENDPOINT_SLICES, {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        namespace: NAMESPACE,
        name: 'web-x1',
        labels: { 'kubernetes.io/service-name': 'web', 'kubefed.io/managed': 'true' },
      },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: true } }],
      ports: [{ port: 80 }],
    }),
  );
  const status = { loadBalancer: { ingress: [{ hostname }] } };
  must(await api.patch(SERVICES, WEB, { status }, 'status'));
}

/** @returns name, type, set identifier and zone of each record set; empty without a DNSEndpoint */
async function sets(): Promise<string[]> {
  const key = { namespace: NAMESPACE, name: 'service-web' };
  const found = await federation.host.api.get(DNS_ENDPOINTS, key);
  if (!found.ok) return [];
  return listAt(found.value, 'spec', 'endpoints').map((endpoint) => {
    const zone = listAt(endpoint, 'providerSpecific').find(
      (each) => stringAt(each, 'name') === 'aws/target-hosted-zone',
    );
    const parts = ['dnsName', 'recordType', 'setIdentifier'].map((key) => stringAt(endpoint, key));
    return [...parts, stringAt(zone, 'value')].join(' ');
  });
}

/** @param expected name, type, set identifier and target of each set but the TXTs, shortened */
async function zoneHas(expected: readonly string[]): Promise<void> {
  const short = (name = '') =>
    name
      .replace('web.bench.prod.svc', 'P')
      .replace('.example.com', '')
      .replace(/\.us-west-2(\.elb)?\.amazonaws\.com$/, '');
  await until('the zone is right', PATIENCE_SECONDS, async () => {
    const all = federation.zones.sets(ZONE.id);
    const records = all.filter(({ type }) => type !== 'TXT');
    const seen = records
      .map(({ name, type, setIdentifier, alias }) =>
        [short(name), type, setIdentifier, '→', short(alias?.name)].join(' '),
      )
      .sort();
    const hasOwners = all.length === 2 * records.length;
    return { done: hasOwners && JSON.stringify(seen) === JSON.stringify(expected), seen: all };
  });
}

async function leadsTo(expected: readonly string[]): Promise<void> {
  await until('the DNSEndpoint is right', PATIENCE_SECONDS, async () => {
    const seen = await sets();
    return { done: JSON.stringify(seen) === JSON.stringify(expected), seen };
  });
}
